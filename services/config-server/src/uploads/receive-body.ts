/**
 * Takes an upload's body in: where it fits a shared budget it stays in memory, else it goes to DATA_DIR/uploads/.incoming;
 * digest and first bytes are noted on the way. Memory is bounded whatever the sizes and however many come at once.
 */
import { createHash, randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { receive, syncPath, writeDurably } from './durable.ts';

export interface ReceivedBody {
  readonly sizeBytes: number;
  /** SHA-256, lower-case hexadecimal. */
  readonly digest: string;
  /** The first 8 bytes, or fewer. */
  readonly head: Buffer;
  /** The content when it is in memory; else it lies at `path`. */
  readonly buffer: Buffer | undefined;
  readonly path: string;
  readonly receivedAt: Date;
  /** Gives the content, synced, its final name; the folder is the caller's to sync. An existing file is replaced. */
  moveTo(final: string): Promise<void>;
  /** Gives memory back, removes what lies in .incoming. */
  discard(): Promise<void>;
}

/** Bytes of all bodies in memory together; recordings of a usual size never touch the disk as archives. */
export class MemoryBudget {
  #left: number;
  readonly #perBody: number;

  constructor(totalBytes = 64 * 1024 * 1024, perBodyBytes = 16 * 1024 * 1024) {
    this.#left = totalBytes;
    this.#perBody = perBodyBytes;
  }

  /** Bytes granted: all that was asked for, or none. */
  take(bytes: number): number {
    if (bytes > this.#perBody || bytes > this.#left) return 0;
    this.#left -= bytes;
    return bytes;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

export interface BodyPlace {
  readonly incoming: string;
  readonly maxBytes: number;
  readonly budget: MemoryBudget;
}

/** Asked of the budget where the sender does not say how much comes. */
const unknownSizeBytes = 256 * 1024;

/** @throws TooLargeError beyond `maxBytes`, TruncatedError when the sender stops early; nothing is left behind then. */
export async function receiveBody(
  stream: Readable,
  place: BodyPlace,
  declaredBytes?: number,
): Promise<ReceivedBody> {
  const path = join(place.incoming, randomUUID());
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let granted = place.budget.take(declaredBytes ?? unknownSizeBytes);
  const giveBack = (): void => {
    place.budget.give(granted);
    granted = 0;
  };
  try {
    const { sizeBytes, buffer } = await receive(stream, {
      path,
      maxBytes: place.maxBytes,
      memoryBytes: granted,
      sync: false,
      onChunk: (chunk) => {
        hash.update(chunk);
        if (head.length < 8) head = Buffer.concat([head, chunk.subarray(0, 8 - head.length)]);
      },
    });
    if (buffer === undefined) giveBack();
    return {
      sizeBytes,
      digest: hash.digest('hex'),
      head,
      buffer,
      path,
      receivedAt: new Date(),
      moveTo: async (final) => {
        if (buffer === undefined) await syncPath(path);
        else await writeDurably(path, buffer);
        await rename(path, final);
      },
      discard: async () => {
        giveBack();
        if (buffer === undefined) await rm(path, { force: true });
      },
    };
  } catch (error) {
    giveBack();
    await rm(path, { force: true });
    throw error;
  }
}
