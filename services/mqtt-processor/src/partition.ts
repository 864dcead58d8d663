/**
 * A queue with one batch under way: order within a camera is kept because a camera always falls into the same
 * partition. An idle partition starts at once, so latency is one commit; while a batch commits the next one grows, so
 * batches are as large as the load makes them.
 *
 * A batch that fails because the database is away is tried again until it works or the partition stops. One that fails
 * otherwise is halved until the message at fault stands alone; that one is set aside and the rest go on.
 */
import { delay } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import type { Blame } from './poison.ts';

export interface PartitionOptions<T> {
  /** Must be safe to repeat. */
  readonly process: (batch: readonly T[]) => Promise<void>;
  /** Called after `process`, exactly once an item, also for one set aside. */
  readonly done: (item: T) => void;
  /** An item was found to be at fault. */
  readonly blamed: (item: T, error: unknown) => void;
  /** Keeps what can be kept of an item that cannot be processed. */
  readonly setAside: (item: T, error: unknown) => Promise<void>;
  readonly blameFor: (error: unknown) => Blame;
  readonly logger: Logger;
  readonly maxBatch: number;
  readonly weightOf: (item: T) => number;
  readonly maxBatchWeight: number;
}

const firstRetryMs = 20;
const maxRetryMs = 5000;
/** How often something of unclear fault is tried, from 20 to 640 ms apart. */
const unsureTries = 7;
/** The same for the halves of a batch that used those up. */
const unsureTriesOfHalf = 2;

export class Partition<T> {
  readonly #options: PartitionOptions<T>;
  readonly #abort = new AbortController();
  #queue: T[] = [];
  #running: Promise<void> | undefined;

  constructor(options: PartitionOptions<T>) {
    this.#options = options;
  }

  get queued(): number {
    return this.#queue.length;
  }

  push(item: T): void {
    if (this.#abort.signal.aborted) return;
    this.#queue.push(item);
    if (this.#running !== undefined) return;
    // After the present burst of packets has been read.
    this.#running = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#run())
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Lets the batch under way finish, drops what waits: it is not acknowledged and comes again. */
  async stop(): Promise<void> {
    this.#abort.abort(new Error('stopping'));
    this.#queue = [];
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) await this.#settle(this.#take());
  }

  #take(): T[] {
    const { maxBatch, maxBatchWeight, weightOf } = this.#options;
    let weight = 0;
    let count = 0;
    for (const item of this.#queue) {
      weight += weightOf(item);
      if (count > 0 && (count >= maxBatch || weight > maxBatchWeight)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #settle(batch: readonly T[], tries = unsureTries): Promise<void> {
    const { process, done } = this.#options;
    const outcome = await this.#persist(() => process(batch), tries);
    if (outcome === 'stopped') return;
    if (outcome === undefined) {
      batch.forEach(done);
      return;
    }
    const [only] = batch;
    if (batch.length > 1 || only === undefined) {
      const middle = Math.ceil(batch.length / 2);
      await this.#settle(batch.slice(0, middle), unsureTriesOfHalf);
      if (!this.#abort.signal.aborted) await this.#settle(batch.slice(middle), unsureTriesOfHalf);
      return;
    }
    this.#options.blamed(only, outcome.error);
    // Should not even that work, the log line and the counter are what is left.
    const kept = await this.#persist(() => this.#options.setAside(only, outcome.error), tries);
    if (kept !== 'stopped') done(only);
  }

  /** Runs `work` until it succeeds (undefined), is at fault itself, or the partition stops. */
  async #persist(
    work: () => Promise<void>,
    tries: number,
  ): Promise<undefined | 'stopped' | { error: unknown }> {
    let retryMs = firstRetryMs;
    let unsure = 0;
    for (;;) {
      try {
        await work();
        return undefined;
      } catch (error) {
        if (this.#abort.signal.aborted) return 'stopped';
        const blame = this.#options.blameFor(error);
        if (blame === 'unsure') unsure += 1;
        if (blame === 'message' || unsure >= tries) return { error };
        this.#options.logger.warn({
          fact: 'batch is tried again',
          reason: errorMessage(error),
          retryMs,
        });
        try {
          await delay(retryMs, this.#abort.signal);
        } catch {
          return 'stopped';
        }
        retryMs = Math.min(retryMs * 2, maxRetryMs);
      }
    }
  }
}
