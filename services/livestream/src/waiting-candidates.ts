/** Candidates of a viewer that come before its endpoint can take them. Bounded: a browser has some twenty. */
import type { IceCandidate } from '@apiary/contract';

const most = 100;

export class WaitingCandidates {
  readonly #take: (candidate: IceCandidate) => Promise<void>;
  #waiting: IceCandidate[] | undefined = [];

  constructor(take: (candidate: IceCandidate) => Promise<void>) {
    this.#take = take;
  }

  add(candidate: IceCandidate): void {
    if (this.#waiting === undefined) void this.#take(candidate);
    else if (this.#waiting.length < most) this.#waiting.push(candidate);
  }

  /** From now on they go straight through. */
  async open(): Promise<void> {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    await Promise.all(waiting.map((candidate) => this.#take(candidate)));
  }
}
