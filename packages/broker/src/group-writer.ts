/**
 * Writes to LevelDB in groups: what arrives while one batch is being written becomes the next, so that a burst costs a
 * few writes instead of thousands. A batch is in the operating system's hands when its callbacks run: it survives the
 * death of the process, not the loss of power.
 */
import { ClassicLevel } from 'classic-level';
import type { Logger } from '@apiary/base/logger';

export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: string };
type Done = (error?: Error) => void;

const options = { keyEncoding: 'utf8', valueEncoding: 'buffer' } as const;

export class GroupWriter {
  readonly #db: ClassicLevel<string, Buffer>;
  readonly #logger: Logger;
  #operations: Operation[] = [];
  #waiting: Done[] = [];
  #busy: Promise<void> | undefined;

  private constructor(db: ClassicLevel<string, Buffer>, logger: Logger) {
    this.#db = db;
    this.#logger = logger;
  }

  /** @throws when the folder cannot be opened, or another broker has it open */
  static async open(dir: string, logger: Logger): Promise<GroupWriter> {
    // Values are short lived: compressing them would only cost time.
    const db = new ClassicLevel<string, Buffer>(dir, { ...options, compression: false });
    await db.open();
    return new GroupWriter(db, logger);
  }

  /** `done` runs once the operation and all before it are written, in the order of the calls. */
  write(operation: Operation, done?: Done): void {
    this.#operations.push(operation);
    if (done !== undefined) this.#waiting.push(done);
    this.#busy ??= this.#run();
  }

  /** `done` runs once everything written so far is. */
  flushed(done: Done): void {
    if (this.#busy === undefined) done();
    else this.#waiting.push(done);
  }

  async #run(): Promise<void> {
    // Whatever else this turn of the event loop brings goes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#operations.length > 0 || this.#waiting.length > 0) {
      const operations = this.#operations;
      const waiting = this.#waiting;
      this.#operations = [];
      this.#waiting = [];
      let failure: Error | undefined;
      try {
        await this.#db.batch(operations, options);
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        this.#logger.error({ fact: 'broker queue not written', operations: operations.length, err: error });
      }
      for (const done of waiting) done(failure);
    }
    this.#busy = undefined;
  }

  /** Entries with `from` <= key < `to`, in key order. */
  async read(from: string, to: string, limit = -1): Promise<[string, Buffer][]> {
    return this.#db.iterator({ ...options, gte: from, lt: to, limit }).all();
  }

  /** As `read`, one by one: for ranges of any size. */
  entries(from: string, to: string): AsyncIterable<[string, Buffer]> {
    return this.#db.iterator({ ...options, gte: from, lt: to });
  }

  /** Removes all keys with `from` <= key < `to`. */
  async clear(from: string, to: string): Promise<void> {
    await this.#db.clear({ gte: from, lt: to });
  }

  async close(): Promise<void> {
    while (this.#busy !== undefined) await this.#busy;
    await this.#db.close();
  }
}
