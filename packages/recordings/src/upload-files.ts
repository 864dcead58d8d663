/**
 * The way from a row to a file of the upload store. Paths come from our own rows, yet are held to the upload folder by
 * their real path: whatever once went wrong with a name or a link, no other file of the machine can be read.
 */
import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { notFound } from '@apiary/base/errors';
import { uploadsDir } from '@apiary/base/paths';
import type { RecordingRow } from '@apiary/database/event-queries';

export class UploadFiles {
  readonly #dataDir: string;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  thumbnail(path: string): Promise<string> {
    return this.#resolve(path);
  }

  segment(recording: RecordingRow, segment: number): Promise<string> {
    return this.#resolve(join(recording.path, recording.variant, `${segment}.ts`));
  }

  key(recording: RecordingRow): Promise<string> {
    return this.#resolve(join(recording.path, 'aes.key'));
  }

  /** @throws AppError 404 when the file is missing or lies elsewhere */
  async #resolve(path: string): Promise<string> {
    try {
      const [root, file] = await Promise.all([
        realpath(uploadsDir(this.#dataDir)),
        realpath(join(this.#dataDir, path)),
      ]);
      if (file.startsWith(root + sep)) return file;
    } catch {
      // Missing: answered below like a file that is out of bounds.
    }
    throw notFound('The file');
  }
}
