/** Time as an argument, so that tests need not wait. */
export interface Clock {
  /** Milliseconds that never jump back. */
  now(): number;
  /** Calls once after `delayMs`; the result calls it off. */
  after(delayMs: number, action: () => void): () => void;
}

export const pageClock: Clock = {
  now: () => performance.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};
