/**
 * How much video the camera is asked for, in bit/s: Kurento's rule as measured (docs/ref/media-server.md). Up by 4 % a
 * step below the threshold and more carefully above it, halved on loss, never above twice what ever came in, and never
 * above what the slowest viewer can take.
 */

/** Kurento's names and defaults. */
export const defaultRembParams = {
  packetsRecvIntervalTop: 100,
  exponentialFactor: 0.04,
  linealFactorMin: 50,
  linealFactorGrade: 30,
  decrementFactor: 0.5,
  thresholdFactor: 0.8,
  upLosses: 12,
  rembOnConnect: 300_000,
};
export type RembParams = typeof defaultRembParams;

const floorBps = 30_000;
const firstThresholdBps = 2_000_000;

export interface RembInput {
  /** Measured since the last step. */
  readonly inputBps: number;
  /** 256ths. */
  readonly fractionLost: number;
  /** 0 = no bound. */
  readonly minBps: number;
  readonly maxBps: number;
  /** The slowest viewer's limit; undefined without viewers. */
  readonly viewersBps: number | undefined;
}

export class RembController {
  #params: RembParams = defaultRembParams;
  #estimate: number | undefined;
  #highestInput = 0;
  #threshold = firstThresholdBps;

  setParams(params: RembParams): void {
    this.#params = params;
  }

  /** The sender started over with a bitrate of its own. */
  reset(): void {
    this.#estimate = undefined;
    this.#highestInput = 0;
    this.#threshold = firstThresholdBps;
  }

  /** One reporting interval; the value to send, or undefined while nothing has come in. */
  step(input: RembInput): number | undefined {
    this.#highestInput = Math.max(this.#highestInput, input.inputBps);
    if (this.#highestInput === 0) return undefined;
    this.#estimate =
      this.#estimate === undefined ? input.inputBps : this.#next(this.#estimate, input.fractionLost);
    this.#estimate = Math.min(this.#estimate, this.#highestInput * 2);
    if (input.maxBps > 0) this.#estimate = Math.min(this.#estimate, input.maxBps);
    this.#estimate = Math.max(this.#estimate, floorBps, input.minBps);
    return input.viewersBps === undefined
      ? this.#estimate
      : Math.min(this.#estimate, Math.max(floorBps, input.viewersBps));
  }

  #next(estimate: number, fractionLost: number): number {
    const {
      upLosses,
      decrementFactor,
      thresholdFactor,
      exponentialFactor,
      linealFactorMin,
      linealFactorGrade,
    } = this.#params;
    if (fractionLost > upLosses) {
      this.#threshold = estimate * thresholdFactor;
      return estimate * decrementFactor;
    }
    // A little loss: wait and see.
    if (fractionLost > 0) return estimate;
    if (estimate < this.#threshold) return estimate * (1 + exponentialFactor);
    return (
      estimate + Math.max(linealFactorMin, (estimate * exponentialFactor) / Math.sqrt(linealFactorGrade))
    );
  }
}
