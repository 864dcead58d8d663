/** Counters of events and gauges of the moment, together in `/health`. */
import { Counters } from '@apiary/base/counters';

export class Metrics extends Counters {
  readonly #gauges = new Map<string, () => number>();

  /** Replaces a gauge of the same name. */
  gauge(name: string, read: () => number): void {
    this.#gauges.set(name, read);
  }

  override snapshot(): Record<string, number> {
    const gauges = [...this.#gauges].map(([name, read]): [string, number] => [name, read()]);
    return { ...super.snapshot(), ...Object.fromEntries(gauges) };
  }
}

/** Sizes of recent batches. */
export class BatchSizes {
  #count = 0;
  #items = 0;
  #largest = 0;
  #last = 0;

  add(size: number): void {
    this.#count += 1;
    this.#items += size;
    this.#largest = Math.max(this.#largest, size);
    this.#last = size;
  }

  register(metrics: Metrics): void {
    metrics.gauge('batch.count', () => this.#count);
    metrics.gauge('batch.mean', () => (this.#count === 0 ? 0 : Math.round(this.#items / this.#count)));
    metrics.gauge('batch.largest', () => this.#largest);
    metrics.gauge('batch.last', () => this.#last);
  }
}

/** Says a repeated thing at most once in `everyMs`, with how often it was left out. */
export class Sparingly {
  readonly #everyMs: number;
  readonly #last = new Map<string, { atMs: number; left: number }>();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  say(what: string, tell: (leftOut: number) => void): void {
    const now = Date.now();
    const last = this.#last.get(what);
    if (last !== undefined && now - last.atMs < this.#everyMs) {
      last.left += 1;
      return;
    }
    this.#last.set(what, { atMs: now, left: 0 });
    tell(last?.left ?? 0);
  }
}
