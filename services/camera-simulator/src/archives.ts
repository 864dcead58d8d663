/**
 * The ZIP files a camera uploads (contract §5.3, §5.4): entry names with a leading slash; segments encrypted
 * AES-128-CBC with a zero IV and PKCS#7, each whole; the raw key of this recording beside them.
 */
import { createCipheriv, randomBytes } from 'node:crypto';
import { zipSync } from 'fflate';

export interface RecordingOptions {
  /** Clear MPEG-TS, in playing order. */
  readonly segments: readonly Uint8Array[];
  /** Number of the first segment; the firmware may restart at any. */
  readonly firstNumber?: number;
  /** Folder of the variant. */
  readonly quality?: '1080p' | '720p';
  /** 16 bytes; random when not given. `null`: clear segments and no key entry. */
  readonly key?: Uint8Array | null;
  /** Before every entry name. */
  readonly prefix?: string;
}

const zeroIv = Buffer.alloc(16);

export function encryptSegment(segment: Uint8Array, key: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-128-cbc', key, zeroIv);
  return Buffer.concat([cipher.update(segment), cipher.final()]);
}

export function recordingZip(options: RecordingOptions): Uint8Array {
  const { firstNumber = 0, quality = '1080p', prefix = '/' } = options;
  const key = options.key === undefined ? randomBytes(16) : options.key;
  const entries: Record<string, Uint8Array> = {};
  for (const [index, segment] of options.segments.entries()) {
    entries[`${prefix}${quality}/${firstNumber + index}.ts`] =
      key === null ? segment : encryptSegment(segment, key);
  }
  if (key !== null) entries[`${prefix}aes.key`] = key;
  // Encrypted video does not shrink; storing is what a camera's CPU can afford.
  return zipSync(entries, { level: 0 });
}

export function thumbnailZip(jpeg: Uint8Array, entryName = '/thumbnail.jpg'): Uint8Array {
  return zipSync({ [entryName]: jpeg }, { level: 0 });
}

/** A ZIP with entries as given: for scenarios that are up to no good. */
export function rawZip(entries: Readonly<Record<string, Uint8Array>>, level: 0 | 9 = 0): Uint8Array {
  return zipSync(entries, { level });
}
