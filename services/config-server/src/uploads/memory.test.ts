/** Memory stays flat whatever the size: 150 MB bodies, one kept as it comes and one unpacked, against a running server. */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestDatabase, type TestDatabase } from '@apiary/test-support';
import { cameraA, startTestServer, zip, type TestServer } from '../test-server.helpers.ts';

const megabyte = 1024 * 1024;

let database: TestDatabase;
let server: TestServer;
beforeAll(async () => {
  database = await startTestDatabase();
  server = await startTestServer(database);
});
afterAll(async () => {
  await server.stop();
  await database.stop();
});

/** Sends the body in pieces, as fast as it is taken, and returns the status and the highest RSS seen above the start. */
async function send(path: string, body: Buffer): Promise<{ status: number | undefined; growth: number }> {
  const base = process.memoryUsage().rss;
  let peak = base;
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  const sending = request({
    host: '127.0.0.1',
    port: server.port,
    ca: server.ca,
    method: 'PUT',
    path,
    agent: false,
    headers: { 'Content-Length': body.length },
  });
  const answered = once(sending, 'response') as Promise<[{ statusCode: number; resume(): void }]>;
  for (let at = 0; at < body.length; at += megabyte)
    if (!sending.write(body.subarray(at, at + megabyte))) await once(sending, 'drain');
  sending.end();
  const [response] = await answered;
  response.resume();
  clearInterval(sampler);
  return { status: response.statusCode, growth: peak - base };
}

it('takes 150 MB, kept or unpacked, with less than 100 MB more', async () => {
  const eventId = randomUUID();
  const segment = randomBytes(30 * megabyte);
  const archive = zip(Object.fromEntries([0, 1, 2, 3, 4].map((n) => [`1080p/${n}.ts`, segment])), 0);
  const upload = (category: string): string =>
    `/fileservice/upload/${cameraA}/${category}/id/${eventId}-1-0.zip`;
  for (const category of ['odd', 'activity']) {
    const { status, growth } = await send(upload(category), archive);
    expect(status).toBe(200);
    expect(growth).toBeLessThan(100 * megabyte);
  }
  const { rows } = await database.pool.query<{ path: string }>('select path from event_recordings');
  const { size } = await stat(join(server.dataDir, rows[0]?.path ?? '', '1080p', '4.ts'));
  expect(size).toBe(30 * megabyte);
});
