/**
 * Log files of the parts. A part writes to its file itself (O_APPEND), so that its log goes on when the supervisor is
 * killed; the price is rotation by copy and truncate, in which lines written in between may be lost.
 */
import {
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
  closeSync,
} from 'node:fs';

/** A part's logs take at most (keptFiles + 1) times this, plus what it writes between two looks. */
export const maxLogBytes = 10_000_000;
const keptFiles = 3;

/** A descriptor to give to a child; the caller closes its own copy. */
export function openLog(path: string): number {
  return openSync(path, 'a', 0o600);
}

/** Moves `x.log` to `x.log.1` and so on when it has grown past `maxBytes`. */
export function rotateIfLarge(path: string, maxBytes = maxLogBytes): boolean {
  if (!existsSync(path) || statSync(path).size <= maxBytes) return false;
  for (let age = keptFiles - 1; age >= 1; age -= 1) {
    if (existsSync(`${path}.${age}`)) renameSync(`${path}.${age}`, `${path}.${age + 1}`);
  }
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
  return true;
}

/** Bytes in a log now; 0 when there is none. */
export const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

/** The last `maxBytes` of a log after byte `from`, from a line's start; empty when there is none. */
export function tailOf(path: string, maxBytes = 2000, from = 0): string {
  if (!existsSync(path)) return '';
  const { size } = statSync(path);
  const length = Math.max(0, Math.min(size - from, maxBytes));
  const buffer = Buffer.alloc(length);
  const file = openSync(path, 'r');
  try {
    readSync(file, buffer, 0, length, size - length);
  } finally {
    closeSync(file);
  }
  const text = buffer.toString('utf8');
  return (length < size - from ? text.slice(text.indexOf('\n') + 1) : text).trimEnd();
}
