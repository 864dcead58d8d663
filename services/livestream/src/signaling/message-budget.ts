/** How many messages one client may send: a burst, and a few a second after that. */

/** A browser sends some twenty candidates at once; nobody has more to say than this. */
const burst = 100;
const perSecond = 10;

export class MessageBudget {
  #left = burst;
  #at = performance.now();

  /** false: one too many. */
  take(): boolean {
    const now = performance.now();
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1000) * perSecond) - 1;
    this.#at = now;
    return this.#left >= 0;
  }
}
