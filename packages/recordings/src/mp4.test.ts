/** Conversions that fail, are shared, take too long; a cache that stays within its bound. */
import { readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '@apiary/base/logger';
import { tempDir } from '@apiary/test-support';
import { Mp4Cache } from './mp4-cache.ts';
import { remuxToMp4 } from './mp4-remux.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(() => dir[Symbol.asyncDispose]());

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    yield Buffer.alloc(188, 0x47);
  }
}

describe('remuxToMp4', () => {
  it('says that ffmpeg is missing', async () => {
    const work = remuxToMp4(
      endless(),
      join(dir.path, 'x.mp4'),
      new AbortController().signal,
      'no-such-ffmpeg',
    );
    await expect(work).rejects.toMatchObject({ status: 501, code: 'ffmpeg_missing' });
  });

  it('ends the tool when told, whatever it does', async () => {
    const controller = new AbortController();
    // `sleep` takes none of our arguments; `yes` runs for ever and never reads its input.
    const work = remuxToMp4(endless(), join(dir.path, 'x.mp4'), controller.signal, 'yes');
    controller.abort();
    await expect(work).rejects.toMatchObject({ status: 504, code: 'conversion_timeout' });
  });

  it('tells a tool that fails from one that is missing', async () => {
    const work = remuxToMp4(endless(), join(dir.path, 'x.mp4'), new AbortController().signal, 'false');
    await expect(work).rejects.toMatchObject({ status: 500, code: 'conversion_failed' });
  });
});

describe('Mp4Cache', () => {
  const cacheOf = async (maxBytes: number): Promise<Mp4Cache> => {
    const cache = new Mp4Cache({ dir: dir.path, maxBytes, timeoutMs: 10_000, logger: silentLogger });
    await cache.start();
    return cache;
  };
  const write = (bytes: number) => (file: string) => writeFile(file, Buffer.alloc(bytes));

  it('makes a file once for all who ask, at once or later', async () => {
    const cache = await cacheOf(1000);
    let made = 0;
    const make = async (file: string): Promise<void> => {
      made++;
      await writeFile(file, 'x');
    };
    const files = await Promise.all([cache.get('a', make), cache.get('a', make), cache.get('a', make)]);
    expect(new Set([...files, await cache.get('a', make)]).size).toBe(1);
    expect(made).toBe(1);
  });

  it('tries again after a failure, and keeps nothing of it', async () => {
    const cache = await cacheOf(1000);
    const fail = async (file: string): Promise<void> => {
      await writeFile(file, 'half');
      throw new Error('no');
    };
    await expect(Promise.all([cache.get('a', fail), cache.get('a', fail)])).rejects.toThrow('no');
    expect(await readdir(dir.path)).toEqual([]);
    expect((await stat(await cache.get('a', write(5)))).size).toBe(5);
  });

  it('removes what was not used for longest', async () => {
    const cache = await cacheOf(250);
    const a = await cache.get('a', write(100));
    const b = await cache.get('b', write(100));
    await utimes(a, 1, 1);
    await utimes(b, 2, 2);
    await cache.get('a', write(0));
    const c = await cache.get('c', write(100));
    const left = (await readdir(dir.path)).map((name) => join(dir.path, name));
    expect(left.sort()).toEqual([a, c].sort());
    // Larger than the bound by itself: given all the same.
    const huge = await cache.get('huge', write(1000));
    expect((await readdir(dir.path)).map((name) => join(dir.path, name))).toEqual([huge]);
  });

  it('clears what a killed conversion left', async () => {
    await writeFile(join(dir.path, 'x.mp4.1.part'), 'half');
    await cacheOf(1000);
    expect(await readdir(dir.path)).toEqual([]);
  });
});
