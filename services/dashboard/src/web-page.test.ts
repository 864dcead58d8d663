/** The built page: what is kept, what never is, what its own paths are answered with. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tempDir } from '@apiary/test-support';
import { startHarness, writeIn, type Harness } from './dashboard.helpers.ts';

let harness: Harness;
let dir: Awaited<ReturnType<typeof tempDir>>;
beforeAll(async () => {
  dir = await tempDir();
  await writeIn(dir.path, 'web/index.html', Buffer.from('<!doctype html><title>page</title>'));
  await writeIn(dir.path, 'web/assets/app-1a2b3c.js', Buffer.from('export {};'));
  await writeIn(dir.path, 'web/favicon.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'));
  await writeIn(dir.path, 'secret.txt', Buffer.from('secret'));
  harness = await startHarness({ webRoot: join(dir.path, 'web') });
});
afterAll(async () => {
  await harness.stop();
  await dir[Symbol.asyncDispose]();
});

const get = (path: string, accept = 'text/html') =>
  harness.call('GET', path, { cookie: null, headers: { accept } });

it.each(['/', '/events', '/cameras/1/events?page=2'])(
  '%s is the page, without login, never kept',
  async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.text]).toEqual([200, '<!doctype html><title>page</title>']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
  },
);

it('hashed files are kept for ever, others are asked for again, missing ones are 404', async () => {
  const asset = await get('/assets/app-1a2b3c.js', '*/*');
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(asset.headers.get('content-type')).toContain('javascript');
  expect((await get('/favicon.svg', '*/*')).headers.get('cache-control')).toBe('no-cache');
  expect((await get('/assets/app-old.js', '*/*')).status).toBe(404);
});

it.each(['/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/%2e%2e/secret.txt', '/..%5csecret.txt'])(
  '%s gives nothing away',
  async (path) => {
    expect((await get(path, '*/*')).text).not.toContain('secret');
  },
);

it('says so when it is not built', async () => {
  await harness.restart({ webRoot: undefined });
  const answer = await get('/');
  expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('not built')]);
});
