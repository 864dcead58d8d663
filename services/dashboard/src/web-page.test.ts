/** The built page over HTTP: compressed copies, caching, screens answered with index.html, nothing outside the folder. */
import { listen } from '@apiary/base/http';
import { tempDir } from '@apiary/test-support';
import express from 'express';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveWebPage } from './web-page.ts';

const script = 'export const page = 1;\n'.repeat(100);
let folder: Awaited<ReturnType<typeof tempDir>>;
let port = 0;
const app = express();
const server = createServer(app);

beforeAll(async () => {
  folder = await tempDir();
  const root = join(folder.path, 'dist');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(folder.path, 'secret.js'), 'secret');
  await writeFile(join(root, 'index.html'), '<!doctype html><title>Apiary</title>');
  await writeFile(join(root, 'assets/a.js'), script);
  await writeFile(join(root, 'assets/a.js.br'), brotliCompressSync(script));
  await writeFile(join(root, 'assets/a.js.gz'), gzipSync(script));
  await writeFile(join(root, 'assets/plain.css'), 'a{}');
  serveWebPage(app, root);
  port = await listen(server, 0, '127.0.0.1');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await folder[Symbol.asyncDispose]();
});

function ask(
  path: string,
  encoding?: string,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    get(
      {
        host: '127.0.0.1',
        port,
        path,
        headers: encoding === undefined ? {} : { 'accept-encoding': encoding },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts),
          }),
        );
      },
    ).on('error', reject);
  });
}

describe('compressed copies', () => {
  it('are sent to those who take them, best first, under the file’s own type', async () => {
    const brotli = await ask('/assets/a.js', 'gzip, deflate, br');
    expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: 'Accept-Encoding' });
    expect(brotli.headers['content-type']).toMatch(/^text\/javascript/);
    expect(brotli.headers['cache-control']).toContain('immutable');
    expect(brotliDecompressSync(brotli.body).toString()).toBe(script);
    const gzip = await ask('/assets/a.js', 'gzip');
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.body).toString()).toBe(script);
  });

  it('are not sent to those who do not, nor where there is none', async () => {
    for (const encoding of [undefined, 'identity', 'br;q=0, gzip;q=0'])
      expect((await ask('/assets/a.js', encoding)).body.toString()).toBe(script);
    const css = await ask('/assets/plain.css', 'br');
    expect(css.headers['content-encoding']).toBeUndefined();
    expect(css.body.toString()).toBe('a{}');
  });
});

it('answers the page’s own screens with index.html, never cached', async () => {
  for (const path of ['/', '/events/x']) {
    const answer = await ask(path);
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toContain('<title>Apiary</title>');
    expect(answer.headers['cache-control']).toBe('no-store');
  }
});

it('serves nothing outside its folder, and no page for a missing asset', async () => {
  for (const path of [
    '/assets/../../secret.js',
    '/assets/%2e%2e/%2e%2e/secret.js',
    '/assets/..%2f..%2fsecret.js',
  ])
    expect((await ask(path, 'br')).body.toString()).not.toContain('secret');
  expect((await ask('/assets/missing.js', 'br')).status).toBe(404);
});
