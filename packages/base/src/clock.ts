/** Time as an argument, so that tests can hold it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  date(): Date;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  date: () => new Date(),
};
