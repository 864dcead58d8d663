/**
 * MP4 files made on demand, kept for a while in a folder of bounded size. Whoever asks for the same recording while it
 * is being made waits for the same conversion; a reader that has opened a file keeps it though it be removed.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';

export interface Mp4CacheOptions {
  readonly dir: string;
  readonly maxBytes: number;
  readonly logger: Logger;
  /** Longest time a conversion may take. */
  readonly timeoutMs: number;
}

const conversionsAtOnce = 2;
const mayWait = 20;

export class Mp4Cache {
  readonly #options: Mp4CacheOptions;
  readonly #underWay = new Map<string, Promise<string>>();
  readonly #stopping = new AbortController();
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(options: Mp4CacheOptions) {
    this.#options = options;
  }

  /** Makes the folder and clears what a killed conversion left. */
  async start(): Promise<void> {
    await mkdir(this.#options.dir, { recursive: true, mode: 0o750 });
    for (const name of await readdir(this.#options.dir))
      if (name.endsWith('.part')) await rm(join(this.#options.dir, name), { force: true });
  }

  stop(): void {
    this.#stopping.abort();
  }

  /**
   * Path of the MP4 for `key` (everything its bytes depend on).
   * @param make writes the file it is given, until the signal says stop
   */
  async get(key: string, make: (file: string, signal: AbortSignal) => Promise<void>): Promise<string> {
    const file = this.#fileOf(key);
    const known = await stat(file).catch(() => undefined);
    if (known !== undefined) {
      // Most recently used stays longest.
      await utimes(file, new Date(), new Date()).catch(() => undefined);
      return file;
    }
    const underWay = this.#underWay.get(file);
    if (underWay !== undefined) return underWay;
    const conversion = this.#convert(file, make).finally(() => this.#underWay.delete(file));
    this.#underWay.set(file, conversion);
    return conversion;
  }

  /** Its event was deleted. Who reads the file right now keeps it to the end. */
  async forget(key: string): Promise<void> {
    await rm(this.#fileOf(key), { force: true });
  }

  #fileOf(key: string): string {
    return join(this.#options.dir, `${createHash('sha256').update(key).digest('hex')}.mp4`);
  }

  async #convert(file: string, make: (file: string, signal: AbortSignal) => Promise<void>): Promise<string> {
    await this.#takePlace();
    const part = `${file}.${crypto.randomUUID()}.part`;
    try {
      const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(this.#options.timeoutMs)]);
      await make(part, signal);
      await rename(part, file);
    } catch (error) {
      await rm(part, { force: true });
      if (error instanceof AppError && error.cause !== undefined)
        this.#options.logger.warn({ fact: 'conversion failed', reason: errorMessage(error.cause) });
      throw error;
    } finally {
      this.#freePlace();
    }
    await this.#shrink(file);
    return file;
  }

  async #takePlace(): Promise<void> {
    if (this.#running < conversionsAtOnce) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= mayWait)
      throw new AppError(503, 'busy', 'Too many downloads are being made; try again in a minute.');
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #freePlace(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }

  /** Removes what was not used for longest until the folder fits its bound; never the file just made. */
  async #shrink(keep: string): Promise<void> {
    const names = (await readdir(this.#options.dir)).filter((name) => name.endsWith('.mp4'));
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#options.dir, name);
        const info = await stat(path).catch(() => undefined);
        return { path, bytes: info?.size ?? 0, usedMs: info?.mtimeMs ?? 0 };
      }),
    );
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { path, bytes } of files.toSorted((a, b) => a.usedMs - b.usedMs)) {
      if (total <= this.#options.maxBytes) return;
      if (path === keep) continue;
      await rm(path, { force: true });
      total -= bytes;
    }
  }
}
