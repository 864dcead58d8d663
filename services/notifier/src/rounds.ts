/** Work that may be asked for at any moment, done one round at a time: what is asked during a round makes one more. */
export class Rounds {
  readonly #round: () => Promise<void>;
  #asked = false;
  #running: Promise<void> | undefined;
  #stopped = false;

  /** @param round must not reject */
  constructor(round: () => Promise<void>) {
    this.#round = round;
  }

  ask(): void {
    if (this.#stopped) return;
    this.#asked = true;
    this.#running ??= this.#run();
  }

  /** Resolves when the round under way is over; none follows. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#asked && !this.#stopped) {
      this.#asked = false;
      await this.#round();
    }
    this.#running = undefined;
  }
}
