/** From an archive to what is kept of it: a recording's segments and key, or a thumbnail's picture (contract §5.3). */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { folderMode, receive, syncPath, writeDurably } from './durable.ts';
import { imageType, type ImageType } from './images.ts';
import { BadZipError, asBadZip, openZip, type ZipArchive, type ZipEntry, type ZipLimits } from './zip.ts';

/** An archive as received: in memory or in a file. */
export interface ArchiveSource {
  readonly content: Buffer | string;
  readonly sizeBytes: number;
}

export interface UnpackedRecording {
  /** The variant to play: the larger one where both are there. */
  readonly variant: '1080p' | '720p';
  readonly segments: readonly number[];
  readonly encrypted: boolean;
  /** Entries nobody asked for. */
  readonly ignored: number;
}

export interface UnpackedThumbnail {
  readonly type: ImageType;
  readonly ignored: number;
}

const aesKeyBytes = 16;
/** A key as 32 hexadecimal digits, perhaps with a line end, is also understood; it is kept as 16 raw bytes. */
const aesKeyTextLimit = 64;
const windowBytes = 8 * 1024 * 1024;
async function withArchive<T>(
  source: ArchiveSource,
  limits: ZipLimits,
  work: (archive: ZipArchive, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), limits.maxSeconds * 1000);
  try {
    const archive = await openZip(source.content, source.sizeBytes, limits, deadline.signal);
    try {
      return await work(archive, deadline.signal);
    } catch (error) {
      throw asBadZip(error, deadline.signal);
    } finally {
      archive.close();
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Unpacks a recording into `folder`, which it makes, everything synced. @throws BadZipError */
export function unpackRecording(
  source: ArchiveSource,
  folder: string,
  limits: ZipLimits,
): Promise<UnpackedRecording> {
  return withArchive(source, limits, async (archive, signal) => {
    const segments: { variant: '1080p' | '720p'; number: number; entry: ZipEntry }[] = [];
    const taken = new Set<string>();
    let key: ZipEntry | undefined;
    let ignored = 0;
    for (const entry of archive.entries) {
      const match = /^(1080p|720p)\/(\d{1,9})\.ts$/i.exec(entry.name);
      if (match !== null) {
        const variant = match[1]?.toLowerCase() as '1080p' | '720p';
        const number = Number(match[2]);
        // `1.ts` and `01.ts` would be one file.
        if (taken.has(`${variant}/${number}`))
          throw new BadZipError(`segment ${variant}/${number}.ts is there twice`);
        taken.add(`${variant}/${number}`);
        segments.push({ variant, number, entry });
      } else if (entry.name.toLowerCase() === 'aes.key') key = entry;
      else ignored += 1;
    }
    if (segments.length === 0) throw new BadZipError('no segment 1080p/<n>.ts or 720p/<n>.ts inside');

    mkdirSync(folder, { mode: folderMode });
    const variants = [...new Set(segments.map((segment) => segment.variant))];
    for (const variant of variants) mkdirSync(join(folder, variant), { mode: folderMode });
    // Read one after the other, written side by side: the disk syncs several files at once for the price of one.
    const writes = new WriteWindow();
    try {
      for (const { variant, number, entry } of segments) {
        signal.throwIfAborted();
        const path = join(folder, variant, `${number}.ts`);
        const bytes = await entry.read();
        if (bytes === undefined) await stream(entry, path, signal);
        else await writes.add(path, bytes);
      }
      if (key !== undefined) await writes.add(join(folder, 'aes.key'), await readKey(key, signal));
    } finally {
      // Also after a failure: the folder is removed then, and nobody may still be writing into it.
      await writes.settled();
    }
    await writes.done();
    await Promise.all(variants.map((variant) => syncPath(join(folder, variant))));

    const variant = variants.includes('1080p') ? '1080p' : '720p';
    return {
      variant,
      segments: segments
        .filter((segment) => segment.variant === variant)
        .map((segment) => segment.number)
        .sort((a, b) => a - b),
      encrypted: key !== undefined,
      ignored,
    };
  });
}

/** Extracts the first picture to `path`, synced. @throws BadZipError */
export function unpackThumbnail(
  source: ArchiveSource,
  path: string,
  limits: ZipLimits,
): Promise<UnpackedThumbnail> {
  return withArchive(source, limits, async (archive, signal) => {
    const picture = archive.entries.find((entry) => /\.(jpe?g|png)$/i.test(entry.name));
    if (picture === undefined) throw new BadZipError('no .jpg, .jpeg or .png inside');
    const bytes = await picture.read();
    let head = bytes ?? Buffer.alloc(0);
    if (bytes === undefined)
      await stream(picture, path, signal, (chunk) => {
        if (head.length < 8) head = Buffer.concat([head, chunk.subarray(0, 8)]);
      });
    const type = imageType(head);
    if (type === undefined) throw new BadZipError('the picture is neither JPEG nor PNG');
    if (bytes !== undefined) await writeDurably(path, bytes);
    return { type, ignored: archive.entries.length - 1 };
  });
}

/** Files being written side by side; waits when too many bytes are under way. */
class WriteWindow {
  #writes: Promise<void>[] = [];
  #bytes = 0;

  async add(path: string, bytes: Buffer): Promise<void> {
    const write = writeDurably(path, bytes);
    // Seen later, in done(); until then it must not count as nobody's.
    write.catch(() => undefined);
    this.#writes.push(write);
    this.#bytes += bytes.length;
    if (this.#bytes > windowBytes) await this.done();
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#writes);
  }

  async done(): Promise<void> {
    await Promise.all(this.#writes);
    this.#writes = [];
    this.#bytes = 0;
  }
}

/** Writes an entry to a new file through a small window, synced. */
async function stream(
  entry: ZipEntry,
  path: string,
  signal: AbortSignal,
  onChunk?: (chunk: Buffer) => void,
): Promise<void> {
  const source = await entry.open();
  try {
    await receive(source, {
      path,
      maxBytes: entry.sizeBytes,
      memoryBytes: -1,
      sync: true,
      signal,
      ...(onChunk === undefined ? {} : { onChunk }),
    });
  } catch (error) {
    source.destroy();
    throw error;
  }
}

async function readKey(entry: ZipEntry, signal: AbortSignal): Promise<Buffer> {
  if (entry.sizeBytes > aesKeyTextLimit)
    throw new BadZipError(`aes.key has ${entry.sizeBytes} bytes, not 16`);
  const bytes = (await entry.read()) ?? (await collect(await entry.open(), signal));
  if (bytes.length === aesKeyBytes) return bytes;
  const digits = bytes.toString('latin1').trim();
  if (/^[0-9a-f]{32}$/i.test(digits)) return Buffer.from(digits, 'hex');
  throw new BadZipError(`aes.key has ${bytes.length} bytes, not 16`);
}

async function collect(source: Readable, signal: AbortSignal): Promise<Buffer> {
  const options = { path: '', maxBytes: aesKeyTextLimit, memoryBytes: aesKeyTextLimit, sync: false, signal };
  const { buffer = Buffer.alloc(0) } = await receive(source, options);
  return buffer;
}
