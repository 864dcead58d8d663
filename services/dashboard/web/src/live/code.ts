/** A part of the page that is fetched when it is likely to be wanted, and then there at once. */
export interface Code<T> {
  fetch(): Promise<T>;
  /** Undefined until it was fetched. */
  now(): T | undefined;
}

export function codeOf<T>(load: () => Promise<T>): Code<T> {
  let code: T | undefined;
  return {
    fetch: async () => (code = await load()),
    now: () => code,
  };
}
