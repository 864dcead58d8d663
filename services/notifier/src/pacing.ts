/**
 * When a target may be called next: never more calls than its windows allow in any stretch of their length. Queue
 * libraries hold calls back; here the answer is needed before one is chosen, because what waits is merged.
 */
import type { Limits } from './channel.ts';

export class Pacing {
  readonly #windows: Limits['windows'];
  readonly #longestMs: number;
  /** Instants of calls that still count, oldest first. */
  #calls: number[];

  /** @param callsMs instants of earlier calls, milliseconds since 1970 */
  constructor(windows: Limits['windows'], callsMs: readonly number[] = []) {
    this.#windows = windows;
    this.#longestMs = Math.max(0, ...windows.map(({ perMs }) => perMs));
    this.#calls = callsMs.toSorted((a, b) => a - b);
  }

  record(nowMs: number): void {
    if (this.#windows.length === 0) return;
    this.#calls = [...this.#calls.filter((at) => at > nowMs - this.#longestMs), nowMs];
  }

  /** 0: now. */
  waitMs(nowMs: number): number {
    const waits = this.#windows.map(({ calls, perMs }) => {
      // The call that must have left the window before another fits.
      const blocking = this.#calls.at(-calls);
      return blocking === undefined ? 0 : blocking + perMs - nowMs;
    });
    return Math.max(0, ...waits);
  }
}
