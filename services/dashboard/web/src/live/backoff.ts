/** How long to wait before trying again: doubling to a limit, spread out because all pages lose a server together. */
export interface Backoff {
  nextMs(): number;
  reset(): void;
}

export function createBackoff(firstMs = 400, mostMs = 8000, random: () => number = Math.random): Backoff {
  let waitMs = firstMs;
  return {
    nextMs() {
      const spread = waitMs * (0.75 + random() / 2);
      waitMs = Math.min(waitMs * 2, mostMs);
      return Math.round(spread);
    },
    reset() {
      waitMs = firstMs;
    },
  };
}
