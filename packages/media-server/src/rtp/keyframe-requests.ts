/**
 * Asks the camera for a key picture on behalf of everyone. Requests within `spacingMs` of the last one are put off and
 * merged, never dropped: a viewer who joins in that time must not wait for the next regular key picture. A request
 * without an answer is repeated.
 */

const spacingMs = 300;
const repeatMs = 500;
const repeats = 6;

/** `join` goes out as FIR, `loss` as PLI, as Kurento does. */
export type KeyframeReason = 'join' | 'loss';

export class KeyframeRequests {
  readonly #send: (reason: KeyframeReason) => void;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  /** Waiting for its turn. */
  #deferred: NodeJS.Timeout | undefined;
  #deferredReason: KeyframeReason = 'loss';
  /** Sent and not answered. */
  #repeat: NodeJS.Timeout | undefined;

  constructor(send: (reason: KeyframeReason) => void) {
    this.#send = send;
  }

  request(reason: KeyframeReason): void {
    if (this.#deferred !== undefined) {
      if (reason === 'join') this.#deferredReason = reason;
      return;
    }
    const waitMs = this.#lastSentMs + spacingMs - performance.now();
    if (waitMs <= 0) {
      this.#fire(reason, repeats);
      return;
    }
    this.#deferredReason = reason;
    this.#deferred = setTimeout(() => {
      this.#deferred = undefined;
      this.#fire(this.#deferredReason, repeats);
    }, waitMs);
    this.#deferred.unref();
  }

  /**
   * A key picture began: it answers what was sent. A request still waiting for its turn stays, for that viewer may have
   * joined in the picture's middle.
   */
  answered(): void {
    clearTimeout(this.#repeat);
    this.#repeat = undefined;
  }

  stop(): void {
    this.answered();
    clearTimeout(this.#deferred);
    this.#deferred = undefined;
  }

  #fire(reason: KeyframeReason, left: number): void {
    clearTimeout(this.#repeat);
    this.#repeat = undefined;
    this.#lastSentMs = performance.now();
    this.#send(reason);
    if (left <= 1) return;
    this.#repeat = setTimeout(() => this.#fire(reason, left - 1), repeatMs);
    this.#repeat.unref();
  }
}
