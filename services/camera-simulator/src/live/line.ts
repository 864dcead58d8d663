/**
 * The way from the camera to the platform, as bad as one likes: loses, delays and jitters what is sent. Order is kept,
 * as on a network of one path. The way back is not touched.
 */
export interface LineQuality {
  /** Of packets, 0 to 1. Default: 0. */
  readonly lossRatio?: number;
  /** Added to every packet, milliseconds. Default: 0. */
  readonly delayMs?: number;
  /** Up to so much more, drawn evenly for each packet, milliseconds. Default: 0. */
  readonly jitterMs?: number;
}

interface Waiting {
  readonly dueMs: number;
  readonly send: () => void;
}

export class Line {
  /** May be changed at any time; holds for what is sent from then on. */
  quality: LineQuality;
  /** Packets lost on purpose. */
  lost = 0;
  readonly #random: () => number;
  readonly #waiting: Waiting[] = [];
  #lastDueMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param random 0 ≤ n < 1; for tests */
  constructor(quality: LineQuality = {}, random: () => number = Math.random) {
    this.quality = quality;
    this.#random = random;
  }

  send(send: () => void): void {
    const { lossRatio = 0, delayMs = 0, jitterMs = 0 } = this.quality;
    if (lossRatio > 0 && this.#random() < lossRatio) {
      this.lost += 1;
      return;
    }
    if (delayMs === 0 && jitterMs === 0 && this.#waiting.length === 0) {
      send();
      return;
    }
    const dueMs = performance.now() + delayMs + jitterMs * this.#random();
    this.#lastDueMs = Math.max(this.#lastDueMs, dueMs);
    this.#waiting.push({ dueMs: this.#lastDueMs, send });
    this.#arm();
  }

  /** What is on its way never arrives. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.length = 0;
  }

  #arm(): void {
    const [first] = this.#waiting;
    if (first === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        while (this.#waiting[0] !== undefined && this.#waiting[0].dueMs <= performance.now())
          this.#waiting.shift()?.send();
        this.#arm();
      },
      Math.max(0, first.dueMs - performance.now()),
    );
  }
}
