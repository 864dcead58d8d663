/**
 * One continuous line of sequence numbers and timestamps over any number of starts of a sender: viewers must not notice
 * that a camera rebooted. The first start keeps its own numbers.
 */

export class Timeline {
  readonly #clockRate: number;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #last: { sequence: number; timestamp: number; atMs: number } | undefined;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** Call with the first packet of a new start, before `map`. */
  join(sequence: number, timestamp: number, nowMs: number): void {
    const last = this.#last;
    if (last === undefined) return;
    const elapsed = Math.max(1, Math.round(((nowMs - last.atMs) * this.#clockRate) / 1000));
    this.#sequenceOffset = (last.sequence + 1 - sequence) & 0xffff;
    this.#timestampOffset = (last.timestamp + elapsed - timestamp) >>> 0;
  }

  /** `newest`: false for a packet that came late, which moves nothing forward. */
  map(
    sequence: number,
    timestamp: number,
    nowMs: number,
    newest: boolean,
  ): { sequence: number; timestamp: number } {
    const mapped = {
      sequence: (sequence + this.#sequenceOffset) & 0xffff,
      timestamp: this.mapTimestamp(timestamp),
    };
    if (newest) this.#last = { ...mapped, atMs: nowMs };
    return mapped;
  }

  mapTimestamp(timestamp: number): number {
    return (timestamp + this.#timestampOffset) >>> 0;
  }
}
