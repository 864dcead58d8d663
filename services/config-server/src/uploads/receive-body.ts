/**
 * Takes an upload's body in: small ones stay in memory, larger ones go to DATA_DIR/uploads/.incoming; digest and first
 * bytes are noted on the way. Memory is bounded whatever the size.
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
  /** The content when it is small; else it lies at `path`. */
  readonly buffer: Buffer | undefined;
  readonly path: string;
  readonly receivedAt: Date;
  /** Gives the content, synced, its final name; the folder is the caller's to sync. An existing file is replaced. */
  moveTo(final: string): Promise<void>;
  /** Removes what lies in .incoming. */
  discard(): Promise<void>;
}

const memoryBytes = 256 * 1024;

/** @throws TooLargeError beyond `maxBytes`, TruncatedError when the sender stops early; nothing is left behind then. */
export async function receiveBody(
  stream: Readable,
  incoming: string,
  maxBytes: number,
): Promise<ReceivedBody> {
  const path = join(incoming, randomUUID());
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  const discard = (): Promise<void> => rm(path, { force: true });
  try {
    const { sizeBytes, buffer } = await receive(stream, {
      path,
      maxBytes,
      memoryBytes,
      sync: false,
      onChunk: (chunk) => {
        hash.update(chunk);
        if (head.length < 8) head = Buffer.concat([head, chunk.subarray(0, 8 - head.length)]);
      },
    });
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
      discard: buffer === undefined ? discard : () => Promise.resolve(),
    };
  } catch (error) {
    await discard();
    throw error;
  }
}
