/** The clip of an event as one MP4 that Telegram takes, made on demand and kept in a small cache of this process. */
import { stat } from 'node:fs/promises';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import type { Queryable } from '@apiary/database/pool';
import { eventMp4 } from '@apiary/recordings/event-mp4';
import { Mp4Cache } from '@apiary/recordings/mp4-cache';
import { UploadFiles } from '@apiary/recordings/upload-files';

export interface ClipMakerOptions {
  readonly pool: Queryable;
  readonly dataDir: string;
  /** Folder of the cache: this process alone writes it. */
  readonly cacheDir: string;
  readonly logger: Logger;
}

/** What bots may upload to api.telegram.org. */
const maxClipBytes = 50_000_000;
/** A clip serves all chats at once, then hardly again. */
const cacheBytes = 10_000_000;
const conversionTimeoutMs = 60_000;

export class ClipMaker {
  readonly #options: ClipMakerOptions;
  readonly #files: UploadFiles;
  readonly #cache: Mp4Cache;

  private constructor(options: ClipMakerOptions) {
    const { dataDir, cacheDir, logger } = options;
    this.#options = options;
    this.#files = new UploadFiles(dataDir);
    this.#cache = new Mp4Cache({
      dir: cacheDir,
      maxBytes: cacheBytes,
      timeoutMs: conversionTimeoutMs,
      logger,
    });
  }

  static async open(options: ClipMakerOptions): Promise<ClipMaker> {
    const maker = new ClipMaker(options);
    await maker.#cache.start();
    return maker;
  }

  /** Path of the MP4; undefined where there is none to send: too large, broken, or no ffmpeg. The link stays then. */
  async make(eventId: string): Promise<string | undefined> {
    const { pool, logger } = this.#options;
    try {
      const file = await eventMp4({ pool, files: this.#files, mp4Cache: this.#cache }, eventId);
      return (await stat(file)).size <= maxClipBytes ? file : undefined;
    } catch (error) {
      logger.warn({ fact: 'clip not made', eventId, reason: errorMessage(error) });
      return undefined;
    }
  }

  stop(): void {
    this.#cache.stop();
  }
}
