/**
 * Hostile archives, each made from a sound one by changing bytes, through the same door as real ones. Nothing may be
 * written outside the work folder, nothing may hang, and every refusal has a reason a person understands.
 */
import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir } from '@apiary/test-support';
import { jpeg, noise, zip } from '../test-server.helpers.ts';
import { unpackRecording, unpackThumbnail } from './unpack.ts';
import { BadZipError, type ZipLimits } from './zip.ts';

const limits: ZipLimits = { maxEntries: 20, maxBytes: 5_000_000, maxRatio: 100, maxSeconds: 10 };

let dir: Awaited<ReturnType<typeof tempDir>>;
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(() => dir[Symbol.asyncDispose]());

/** From memory and from a file: both ways must judge alike. */
const sources = ['memory', 'file'] as const;
async function sourceOf(kind: (typeof sources)[number], bytes: Buffer) {
  if (kind === 'memory') return { content: bytes, sizeBytes: bytes.length };
  const path = join(dir.path, 'archive.zip');
  await writeFile(path, bytes);
  return { content: path, sizeBytes: bytes.length };
}

const localSignature = Buffer.from('PK\u0003\u0004');
const centralSignature = Buffer.from('PK\u0001\u0002');
const endSignature = Buffer.from('PK\u0005\u0006');

/** Offsets of all records with a signature. */
function offsets(bytes: Buffer, signature: Buffer): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(signature); at !== -1; at = bytes.indexOf(signature, at + 4)) found.push(at);
  return found;
}
/** A copy in which `change` may alter the central record (and the local one) of entry `index`. */
function patched(bytes: Buffer, index: number, change: (central: Buffer, local: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  const central = offsets(copy, centralSignature)[index] ?? 0;
  const local = offsets(copy, localSignature)[index] ?? 0;
  change(copy.subarray(central), copy.subarray(local));
  return copy;
}
/** Same-length renaming in both places. */
const renamed = (bytes: Buffer, from: string, to: string): Buffer =>
  Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');

const good = zip({ '1080p/0.ts': noise(2000), '1080p/1.ts': noise(1500, 2), 'aes.key': noise(16) });
const setCompressed = (record: Buffer, at: number, value: number) => record.writeUInt32LE(value, at);

/** Name, archive, what the reason says. */
const hostile: readonly (readonly [string, Buffer, RegExp])[] = [
  ['climbs', renamed(good, '1080p/0.ts', '../../0.ts'), /points out/],
  ['climbs after a slash', renamed(good, '1080p/0.ts', '/../../../'), /points out/],
  ['climbs from inside', renamed(good, '1080p/0.ts', 'a/../../.t'), /points out/],
  ['names a drive', renamed(good, '1080p/0.ts', 'C:/win/.ts'), /drive/],
  ['names a drive after a slash', renamed(good, '1080p/0.ts', '/c:/win.ts'), /drive/],
  ['has backslashes', renamed(good, '1080p/0.ts', '..\\..\\0.ts'.slice(0, 10)), /backslash/],
  ['has NUL', renamed(good, '1080p/0.ts', '1080p/0\0ts'), /NUL/],
  ['has one name twice', renamed(good, '1080p/1.ts', '1080p/0.ts'), /twice/],
  ['has one name twice but for its case', renamed(good, '1080p/1.ts', '1080P/0.TS'), /twice/],
  ['has one name twice but for a slash', zip({ '1080p/0.ts': 'a', '/1080p/0.ts': 'b' }), /twice/],
  ['has one segment twice', zip({ '1080p/0.ts': 'a', '1080p/00.ts': 'b' }), /twice/],
  [
    'is encrypted',
    patched(good, 0, (central, local) => {
      central.writeUInt16LE(1, 8);
      local.writeUInt16LE(1, 6);
    }),
    /encrypted/,
  ],
  [
    'holds a symbolic link',
    patched(good, 0, (central) => central.writeUInt32LE((0o120777 << 16) >>> 0, 38)),
    /link/,
  ],
  [
    'holds a device',
    patched(good, 0, (central) => central.writeUInt32LE((0o060666 << 16) >>> 0, 38)),
    /special/,
  ],
  [
    'declares less than there is',
    patched(good, 0, (central) => setCompressed(central, 24, 1999)),
    /not a sound ZIP|holds 2000 bytes/,
  ],
  [
    'declares next to nothing',
    patched(good, 0, (central) => setCompressed(central, 24, 1)),
    /not a sound ZIP/,
  ],
  [
    'declares more than there is',
    patched(good, 0, (central) => setCompressed(central, 24, 2001)),
    /not a sound ZIP|holds 2000 bytes/,
  ],
  [
    'declares gigabytes',
    patched(good, 0, (central) => setCompressed(central, 24, 0xfffffff0)),
    /more than 5000000 bytes/,
  ],
  [
    'declares a compressed size beyond its end',
    patched(good, 2, (central) => setCompressed(central, 20, 1_000_000)),
    /beyond the end|not a sound ZIP/,
  ],
  ['has entries that share bytes', patched(good, 1, (central) => central.writeUInt32LE(0, 42)), /overlap/],
  ['expands a thousandfold', zip({ '1080p/0.ts': Buffer.alloc(3_000_000) }), /ZIP_MAX_RATIO/],
  [
    'expands beyond the limit in many entries',
    zip(
      Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`1080p/${n}.ts`, noise(600_000, n + 1)])),
      0,
    ),
    /UPLOAD_MAX_BYTES/,
  ],
  [
    'has too many entries',
    zip(Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`1080p/${n}.ts`, 'x']))),
    /21 entries/,
  ],
  ['has a short key', zip({ '1080p/0.ts': 'x', 'aes.key': noise(15) }), /aes.key has 15 bytes/],
  ['has a huge key', zip({ '1080p/0.ts': 'x', 'aes.key': noise(100_000) }), /aes.key has 100000 bytes/],
  ['has no segment', zip({ 'readme.txt': 'x', 'aes.key': noise(16) }), /no segment/],
  ['is empty', zip({}), /no segment/],
  [
    'uses an unknown compression',
    patched(good, 0, (central, local) => {
      central.writeUInt16LE(12, 10);
      local.writeUInt16LE(12, 8);
    }),
    /unknown compression/,
  ],
  ['has damaged data', patched(good, 0, (_central, local) => local.fill(0xff, 40, 400)), /not a sound ZIP/],
  ['is cut short', good.subarray(0, good.length - 30), /not a sound ZIP/],
  ['is a header and noise', Buffer.concat([localSignature, noise(5000)]), /not a sound ZIP/],
  [
    'counts wrong',
    (() => {
      const copy = Buffer.from(good);
      const end = offsets(copy, endSignature)[0] ?? 0;
      copy.writeUInt16LE(9, end + 8);
      copy.writeUInt16LE(9, end + 10);
      return copy;
    })(),
    /not a sound ZIP/,
  ],
];

describe.each(sources)('a recording from %s', (kind) => {
  it.each(hostile)('that %s is refused', async (_name, bytes, reason) => {
    const work = join(dir.path, 'work', 'inner');
    const { mkdir } = await import('node:fs/promises');
    await mkdir(join(dir.path, 'work'));
    const failure = await unpackRecording(await sourceOf(kind, bytes), work, limits).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(BadZipError);
    expect((failure as Error).message).toMatch(reason);
    // Whatever was begun lies inside the work folder.
    expect((await readdir(dir.path)).sort()).toEqual(kind === 'file' ? ['archive.zip', 'work'] : ['work']);
    expect((await readdir(join(dir.path, 'work'))).filter((name) => name !== 'inner')).toEqual([]);
    expect(existsSync('/etc/0.ts')).toBe(false);
  });

  it('that is sound is unpacked: slashes stripped, order by number', async () => {
    const work = join(dir.path, 'work');
    const bytes = zip({
      '/1080p/10.ts': noise(10, 3),
      '//1080p/./9.ts': noise(10, 4),
      '/720p/0.ts': 'x',
      '/': '',
      '/1080p/': '',
      '/aes.key': noise(16),
    });
    const recording = await unpackRecording(await sourceOf(kind, bytes), work, limits);
    expect(recording).toMatchObject({ variant: '1080p', segments: [9, 10], encrypted: true });
    expect(await readFile(join(work, '1080p', '9.ts'))).toEqual(noise(10, 4));
    expect((await readdir(work)).sort()).toEqual(['1080p', '720p', 'aes.key']);
  });

  it('that expands a lot, but to little, is no bomb', async () => {
    const bytes = zip({ '1080p/0.ts': Buffer.alloc(1_000_000) });
    expect(await unpackRecording(await sourceOf(kind, bytes), join(dir.path, 'work'), limits)).toMatchObject({
      segments: [0],
    });
  });
});

describe('a recording', () => {
  it('whose unpacking takes too long is refused', async () => {
    const bytes = zip({ '1080p/0.ts': noise(4_000_000) });
    const failure = await unpackRecording(await sourceOf('file', bytes), join(dir.path, 'work'), {
      ...limits,
      maxSeconds: 0,
    }).catch((error: unknown) => error);
    expect((failure as Error).message).toMatch(/too long/);
  });

  it('that inflates for ever is cut at its declared size', async () => {
    // The entry claims 1,000 bytes; its data inflates to 200 MB.
    const bomb = deflateRawSync(Buffer.alloc(200_000_000));
    const honest = zip({ '1080p/0.ts': noise(bomb.length + 1000) }, 0);
    const bytes = patched(honest, 0, (central, local) => {
      central.writeUInt16LE(8, 10);
      local.writeUInt16LE(8, 8);
      setCompressed(central, 24, 1000);
      bomb.copy(local, 30 + '1080p/0.ts'.length);
    });
    const before = process.memoryUsage().rss;
    const failure = await unpackRecording(
      await sourceOf('file', bytes),
      join(dir.path, 'work'),
      limits,
    ).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BadZipError);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});

describe('a thumbnail', () => {
  it.each([
    ['no picture', zip({ 'a.gif': 'x' }), /no \.jpg/],
    ['a page that calls itself a picture', zip({ 'a.jpg': '<html>' }), /neither JPEG nor PNG/],
    ['an empty picture', zip({ 'a.png': '' }), /neither JPEG nor PNG/],
    ['a name that climbs', zip({ '../a.jpg': jpeg() }), /points out/],
    [
      'a good picture beside a link',
      patched(zip({ 'a.jpg': jpeg(), b: 'x' }), 1, (c) => c.writeUInt32LE((0o120777 << 16) >>> 0, 38)),
      /link/,
    ],
  ])('archive with %s is refused', async (_name, bytes, reason) => {
    const failure = await unpackThumbnail(await sourceOf('memory', bytes), join(dir.path, 'p'), limits).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(BadZipError);
    expect((failure as Error).message).toMatch(reason);
  });

  it('is the first picture, whatever its folder and case', async () => {
    const path = join(dir.path, 'picture');
    const bytes = zip({ 'readme.txt': 'x', '/deep/er/THUMB.JPEG': jpeg(700), 'b.png': 'y' });
    expect(await unpackThumbnail(await sourceOf('memory', bytes), path, limits)).toMatchObject({
      type: { extension: 'jpg' },
      ignored: 2,
    });
    expect((await readFile(path)).equals(jpeg(700))).toBe(true);
  });
});
