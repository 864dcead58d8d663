/**
 * ZIPs of cameras, read as hostile input (contract §5.3). The table of contents is judged whole before a byte is
 * unpacked: names, kinds, duplicates, overlaps, count, declared sizes. While unpacking, yauzl holds each entry to its
 * declared size and this module holds all of them to the limits again. Only names asked for are ever opened.
 *
 * Entry names are taken raw (`decodeStrings: false`): cameras write leading slashes, which yauzl's own check would
 * refuse, and no name a camera needs has a character outside ASCII.
 */
import type { Readable } from 'node:stream';
import { inflateRawSync } from 'node:zlib';
import yauzl from 'yauzl';
import { errorMessage } from '@apiary/base/errors';

export interface ZipLimits {
  readonly maxEntries: number;
  /** Most bytes all entries together may expand to. */
  readonly maxBytes: number;
  /** Most bytes out for a byte in; expansions up to `ratioFloorBytes` pass. */
  readonly maxRatio: number;
  readonly maxSeconds: number;
}

/** Entries up to this size are inflated in one go: a millisecond or two. */
const inMemoryBytes = 2 * 1024 * 1024;

/** A small archive of blank pictures expands a thousandfold and harms nobody. */
const ratioFloorBytes = 1024 * 1024;

/** The archive breaks a rule; `message` is the reason kept with it. */
export class BadZipError extends Error {
  override readonly name = 'BadZipError';
}

/** yauzl 3's entry with raw names; its published types describe version 2. */
interface RawEntry extends Omit<yauzl.Entry, 'fileName'> {
  readonly fileName: Buffer;
  isEncrypted(): boolean;
}
interface RawZip {
  readonly entryCount: number;
  eachEntry(): AsyncIterableIterator<RawEntry>;
  openReadStreamPromise(entry: RawEntry): Promise<Readable>;
  readLocalFileHeaderPromise(entry: RawEntry, options: { minimal: true }): Promise<{ fileDataStart: number }>;
  close(): void;
}
interface Yauzl3 {
  openPromise(path: string, options: object): Promise<RawZip>;
  fromBufferPromise(buffer: Buffer, options: object): Promise<RawZip>;
}
const zipLibrary = yauzl as unknown as Yauzl3;

export interface ZipEntry {
  /** Without leading slashes, `.` and empty parts. */
  readonly name: string;
  readonly sizeBytes: number;
  /** The entry's bytes. A stream error means that the entry lies about its size or is damaged. */
  open(): Promise<Readable>;
  /** The entry's bytes at once where the archive is in memory and the entry small; else undefined. */
  read(): Promise<Buffer | undefined>;
}

export interface ZipArchive {
  /** In the order of the archive; folders left out. */
  readonly entries: readonly ZipEntry[];
  close(): void;
}

/** Opens and judges an archive in memory or in a file of `archiveBytes`. @throws BadZipError */
export async function openZip(
  source: Buffer | string,
  archiveBytes: number,
  limits: ZipLimits,
  signal: AbortSignal,
): Promise<ZipArchive> {
  const options = { decodeStrings: false, validateEntrySizes: true, lazyEntries: true, autoClose: false };
  let zip: RawZip | undefined;
  try {
    zip =
      typeof source === 'string'
        ? await zipLibrary.openPromise(source, options)
        : await zipLibrary.fromBufferPromise(source, options);
    return await judge(zip, source, archiveBytes, limits, signal);
  } catch (error) {
    zip?.close();
    throw asBadZip(error, signal);
  }
}

async function judge(
  zip: RawZip,
  source: Buffer | string,
  archiveBytes: number,
  limits: ZipLimits,
  signal: AbortSignal,
): Promise<ZipArchive> {
  if (zip.entryCount > limits.maxEntries)
    throw new BadZipError(`${zip.entryCount} entries, ${limits.maxEntries} allowed (ZIP_MAX_ENTRIES)`);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  const ranges: { start: number; end: number }[] = [];
  let declaredBytes = 0;
  for await (const entry of zip.eachEntry()) {
    signal.throwIfAborted();
    const name = entryName(entry.fileName);
    if (entry.isEncrypted()) throw new BadZipError(`entry ${show(name)} is encrypted`);
    // Unix file type: links and devices are refused, whoever claims to have made the archive.
    const fileType = (entry.externalFileAttributes >>> 16) & 0o170000;
    if (fileType !== 0 && fileType !== 0o100000 && fileType !== 0o040000)
      throw new BadZipError(`entry ${show(name)} is a link or a special file`);
    declaredBytes += entry.uncompressedSize;
    if (declaredBytes > limits.maxBytes)
      throw new BadZipError(`expands to more than ${limits.maxBytes} bytes (UPLOAD_MAX_BYTES)`);
    if (declaredBytes > ratioFloorBytes && declaredBytes > archiveBytes * limits.maxRatio)
      throw new BadZipError(`expands more than ${limits.maxRatio} times (ZIP_MAX_RATIO)`);
    // At least the fixed header, the name and the data; entries that share bytes are a bomb.
    const start = entry.relativeOffsetOfLocalHeader;
    ranges.push({ start, end: start + 30 + entry.fileNameLength + entry.compressedSize });
    if (name === '' || entry.fileName.at(-1) === 0x2f) continue;
    const key = name.toLowerCase();
    if (names.has(key)) throw new BadZipError(`entry ${show(name)} is there twice`);
    names.add(key);
    const known = entry.compressionMethod === 0 || entry.compressionMethod === 8;
    const refuse = (): never => {
      throw new BadZipError(`entry ${show(name)} uses an unknown compression`);
    };
    entries.push({
      name,
      sizeBytes: entry.uncompressedSize,
      open: async () => (known ? zip.openReadStreamPromise(entry) : refuse()),
      read: async () => {
        if (!known) return refuse();
        if (typeof source === 'string' || entry.uncompressedSize > inMemoryBytes) return undefined;
        return readEntry(zip, source, entry);
      },
    });
  }
  ranges.sort((a, b) => a.start - b.start);
  for (let index = 1; index < ranges.length; index += 1) {
    const [before, after] = [ranges[index - 1], ranges[index]];
    if (before !== undefined && after !== undefined && after.start < before.end)
      throw new BadZipError('entries overlap');
  }
  const last = ranges.at(-1);
  if (last !== undefined && last.end > archiveBytes)
    throw new BadZipError('an entry reaches beyond the end of the archive');
  return { entries, close: () => zip.close() };
}

/** Bytes of an entry of an archive in memory, held to its declared sizes. */
async function readEntry(zip: RawZip, source: Buffer, entry: RawEntry): Promise<Buffer> {
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const end = fileDataStart + entry.compressedSize;
  if (end > source.length) throw new BadZipError('an entry reaches beyond the end of the archive');
  const data = source.subarray(fileDataStart, end);
  if (entry.compressionMethod === 0) return data;
  const size = entry.uncompressedSize;
  // One byte more than declared is enough to see a lie; zlib stops there.
  const bytes = inflateRawSync(data, { maxOutputLength: size + 1, chunkSize: Math.max(64, size + 1) });
  if (bytes.length !== size) throw new BadZipError(`an entry holds ${bytes.length} bytes, not ${size}`);
  return bytes;
}

/** The entry's name made relative. @throws BadZipError where it could leave its folder */
function entryName(raw: Buffer): string {
  const text = raw.toString('latin1');
  if (text.includes('\0')) throw new BadZipError(`entry ${show(text)} has NUL in its name`);
  if (text.includes('\\')) throw new BadZipError(`entry ${show(text)} has a backslash in its name`);
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new BadZipError(`entry ${show(text)} points out of its folder`);
  if (/^[A-Za-z]:/.test(parts[0] ?? '')) throw new BadZipError(`entry ${show(text)} names a drive`);
  return parts.join('/');
}

/** A name for a reason: printable, short. */
function show(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

/** What reading an archive can throw, as one kind of error. Errors of our own disk are not the archive's fault. */
export function asBadZip(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof BadZipError) return error;
  if (signal.aborted) return new BadZipError('unpacking took too long (ZIP_MAX_SECONDS)');
  if (error instanceof Error && 'syscall' in error) return error;
  return new BadZipError(`not a sound ZIP: ${errorMessage(error)}`);
}
