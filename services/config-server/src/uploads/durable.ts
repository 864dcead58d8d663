/**
 * Files that are still there after a crash: written to a fresh name, synced, renamed, the folder synced. Writers hold at
 * most `pendingLimit` bytes in memory, whatever the size of the file.
 */
import {
  close as closeFd,
  closeSync,
  fsync,
  mkdirSync,
  open as openFd,
  openSync,
  renameSync,
  writeSync,
  writev,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

const fileMode = 0o640;
export const folderMode = 0o750;
/** Bytes gathered before they are written: fewer, larger writes. */
const writeBytes = 256 * 1024;
/** Bytes waiting for the disk at which the sender is made to wait. */
const pendingLimit = 1024 * 1024;

const openAsync = promisify(openFd);
const closeAsync = promisify(closeFd);
const fsyncAsync = promisify(fsync);

/** More bytes came than allowed. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** The sender went away before the end. */
export class TruncatedError extends Error {
  override readonly name = 'TruncatedError';
}

export interface Received {
  readonly sizeBytes: number;
  /** The whole content where it fits `memoryBytes`; else it is in the file. */
  readonly buffer: Buffer | undefined;
}

export interface ReceiveOptions {
  /** Created when the content outgrows `memoryBytes`. */
  readonly path: string;
  readonly maxBytes: number;
  /** Content up to this size stays in memory and no file is made; negative: always a file. */
  readonly memoryBytes: number;
  /** Sync the file before resolving. */
  readonly sync: boolean;
  readonly onChunk?: (chunk: Buffer) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads a stream to its end into memory or a new file. Rejects with TooLargeError, TruncatedError, or what the stream or
 * the disk says; the file may then be there in part.
 */
export function receive(stream: Readable, options: ReceiveOptions): Promise<Received> {
  return new Promise((resolve, reject) => {
    let sizeBytes = 0;
    let chunks: Buffer[] = [];
    let chunkBytes = 0;
    let fd: number | undefined;
    let writing = false;
    let ended = false;
    let settled = false;

    const fail = (error: Error): void => {
      if (settled) return;
      settled = true;
      detach();
      // A write under way must not meet a closed, perhaps reused descriptor.
      const wait = (): void => {
        if (writing) setTimeout(wait, 5);
        else if (fd !== undefined)
          closeFd(fd, () => {
            reject(error);
          });
        else reject(error);
      };
      wait();
    };
    const finish = async (): Promise<void> => {
      settled = true;
      detach();
      if (sizeBytes <= options.memoryBytes) {
        const [only] = chunks;
        resolve({
          sizeBytes,
          buffer: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, sizeBytes),
        });
        return;
      }
      fd ??= await openAsync(options.path, 'wx', fileMode);
      try {
        if (options.sync) await fsyncAsync(fd);
      } finally {
        await closeAsync(fd);
      }
      resolve({ sizeBytes, buffer: undefined });
    };
    const pump = (): void => {
      if (settled || writing) return;
      if (sizeBytes <= options.memoryBytes || chunkBytes === 0) {
        if (ended) finish().catch(reject);
        return;
      }
      if (chunkBytes < writeBytes && !ended) return;
      writing = true;
      const batch = chunks;
      const batchBytes = chunkBytes;
      chunks = [];
      chunkBytes = 0;
      void (async () => {
        fd ??= await openAsync(options.path, 'wx', fileMode);
        await writeAll(fd, batch, batchBytes);
      })().then(
        () => {
          writing = false;
          if (stream.isPaused() && !settled) stream.resume();
          pump();
        },
        (error: unknown) => {
          writing = false;
          fail(error instanceof Error ? error : new Error(String(error)));
        },
      );
    };
    const onData = (chunk: Buffer): void => {
      sizeBytes += chunk.length;
      if (sizeBytes > options.maxBytes) {
        fail(new TooLargeError(`more than ${options.maxBytes} bytes`));
        return;
      }
      options.onChunk?.(chunk);
      chunks.push(chunk);
      chunkBytes += chunk.length;
      // Bytes that stay in memory wait for no disk.
      if (chunkBytes >= pendingLimit && sizeBytes > options.memoryBytes) stream.pause();
      pump();
    };
    const onEnd = (): void => {
      ended = true;
      pump();
    };
    const onClose = (): void => {
      if (!ended) fail(new TruncatedError(`the sender stopped after ${sizeBytes} bytes`));
    };
    const onAbort = (): void => fail(new Error('stopped before its end', { cause: options.signal?.reason }));
    const detach = (): void => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('close', onClose);
      options.signal?.removeEventListener('abort', onAbort);
    };
    stream.on('data', onData);
    stream.on('end', onEnd);
    stream.on('close', onClose);
    stream.on('error', fail);
    if (options.signal?.aborted === true) onAbort();
    else options.signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Writes everything, short writes included. */
async function writeAll(fd: number, batch: readonly Buffer[], bytes: number): Promise<void> {
  const written = await new Promise<number>((resolve, reject) => {
    writev(fd, batch, (error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
  if (written < bytes) {
    // Seen on a nearly full disk and with more buffers than one call takes.
    const rest = Buffer.concat(batch).subarray(written);
    await writeAll(fd, [rest], rest.length);
  }
}

/** Up to here a write is a copy into the page cache and not worth a thread. */
const immediateBytes = 128 * 1024;

/**
 * A new file with these bytes, synced. Creating and naming files is done at once, here and below: each such call takes
 * microseconds, less than handing it to a thread. Whatever waits for the disk is not.
 */
export async function writeDurably(path: string, bytes: Buffer | string): Promise<void> {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  const fd = openSync(path, 'wx', fileMode);
  try {
    if (buffer.length > immediateBytes) await writeAll(fd, [buffer], buffer.length);
    else for (let at = 0; at < buffer.length;) at += writeSync(fd, buffer, at);
    await fsyncAsync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes what was written to a file, or entered into a folder, durable. */
export async function syncPath(path: string): Promise<void> {
  const fd = openSync(path, 'r');
  try {
    await fsyncAsync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes a folder and its parents, each entered durably into the one above. */
export async function makeFolder(path: string): Promise<void> {
  await Promise.all(newParents(path).map(syncPath));
}

/** Gives a synced file or folder its final name; the folder it goes to is made when missing. */
export async function placeDurably(temporary: string, final: string): Promise<void> {
  const folder = dirname(final);
  const parents = newParents(folder);
  renameSync(temporary, final);
  // Side by side: the file system writes them down in one go.
  await Promise.all([folder, ...parents].map(syncPath));
}

/** Makes a folder; the folders that got a new entry by that. */
function newParents(path: string): string[] {
  const made = mkdirSync(path, { recursive: true, mode: folderMode });
  if (made === undefined) return [];
  const parents: string[] = [];
  for (let folder = path; ; folder = dirname(folder)) {
    parents.push(dirname(folder));
    if (folder === made) return parents;
  }
}
