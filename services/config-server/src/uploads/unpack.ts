/** From an archive to what is kept of it: a recording's segments and key, or a thumbnail's picture (contract §5.3). */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  folderMode,
  receive,
  syncPath,
  writeDurably,
  type Received,
  type ReceiveOptions,
} from './durable.ts';
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
  readonly sizeBytes: number;
  readonly ignored: number;
}

const aesKeyBytes = 16;
/** A key as 32 hexadecimal digits, perhaps with a line end, is also understood; it is kept as 16 raw bytes. */
const aesKeyTextLimit = 64;
/** Pictures up to this size pass through memory. */
const imageMemoryBytes = 512 * 1024;

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

    await mkdir(folder, { mode: folderMode });
    const variants = [...new Set(segments.map((segment) => segment.variant))];
    for (const variant of variants) await mkdir(join(folder, variant), { mode: folderMode });
    for (const { variant, number, entry } of segments)
      await extract(entry, join(folder, variant, `${number}.ts`), signal);
    if (key !== undefined) await writeDurably(join(folder, 'aes.key'), await readKey(key, signal));
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
    let head = Buffer.alloc(0);
    const { sizeBytes, buffer } = await read(picture, {
      path,
      maxBytes: picture.sizeBytes,
      memoryBytes: imageMemoryBytes,
      sync: true,
      signal,
      onChunk: (chunk) => {
        if (head.length < 8) head = Buffer.concat([head, chunk.subarray(0, 8)]);
      },
    });
    const type = imageType(head);
    if (type === undefined) throw new BadZipError('the picture is neither JPEG nor PNG');
    if (buffer !== undefined) await writeDurably(path, buffer);
    return { type, sizeBytes, ignored: archive.entries.length - 1 };
  });
}

async function read(entry: ZipEntry, options: ReceiveOptions): Promise<Received> {
  const stream = await entry.open();
  try {
    return await receive(stream, options);
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

async function extract(entry: ZipEntry, path: string, signal: AbortSignal): Promise<void> {
  await read(entry, {
    path,
    maxBytes: entry.sizeBytes,
    memoryBytes: -1,
    sync: true,
    signal,
  });
}

async function readKey(entry: ZipEntry, signal: AbortSignal): Promise<Buffer> {
  if (entry.sizeBytes > aesKeyTextLimit)
    throw new BadZipError(`aes.key has ${entry.sizeBytes} bytes, not 16`);
  const { buffer = Buffer.alloc(0) } = await read(entry, {
    path: '',
    maxBytes: aesKeyTextLimit,
    memoryBytes: aesKeyTextLimit,
    sync: false,
    signal,
  });
  if (buffer.length === aesKeyBytes) return buffer;
  const digits = buffer.toString('latin1').trim();
  if (/^[0-9a-f]{32}$/i.test(digits)) return Buffer.from(digits, 'hex');
  throw new BadZipError(`aes.key has ${buffer.length} bytes, not 16`);
}
