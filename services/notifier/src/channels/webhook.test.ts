import { createHmac } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, tempDir } from '@apiary/test-support';
import { ChannelError } from '../channel.ts';
import { never, testAlert, testCamera } from './alerts.helpers.ts';
import { WebhookChannel, webhookTarget } from './webhook.ts';

interface Call {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

const secret = 'test-only-webhook-secret';
let server: Server;
let calls: Call[];
let answer: (response: ServerResponse) => void;
let dir: Awaited<ReturnType<typeof tempDir>>;

beforeEach(async () => {
  dir = await tempDir();
  calls = [];
  answer = (response) => response.writeHead(204).end();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push({
        method: request.method,
        headers: request.headers,
        text: Buffer.concat(chunks).toString(),
      });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await dir[Symbol.asyncDispose]();
});

const channel = (changes: { url?: string; timeoutMs?: number } = {}): WebhookChannel =>
  new WebhookChannel({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/secret-id`,
    secret,
    dataDir: dir.path,
    pageUrl: 'https://cams.home.arpa',
    timeZone: 'Europe/Berlin',
    pictureWaitMs: 4000,
    ...changes,
  });
const bodyOf = (call: Call | undefined): Record<string, unknown> =>
  JSON.parse(call?.text ?? '{}') as Record<string, unknown>;

async function faultOf(work: Promise<unknown>): Promise<ChannelError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ChannelError)) throw new Error('no ChannelError', { cause: error });
  return error;
}

describe('what is sent', () => {
  it('an alert, signed over its time and body', async () => {
    const receipt = await channel().send(webhookTarget, { form: 'alert', alert: testAlert() }, never);
    expect(receipt).toEqual({ messageId: '41', shown: 'text', clipShown: true });
    const [call] = calls;
    expect(bodyOf(call)).toEqual({
      version: 1,
      delivery: 41,
      update: false,
      title: '👤 Person Detected',
      message: 'Front <door> & "yard" • 2026-07-01 12:00:00',
      kind: 'person',
      at: '2026-07-01T10:00:00.000Z',
      camera: { id: testCamera, name: 'Front <door> & "yard"' },
      event: { id: 'event/1', type: 'PERSON', hasRecording: false },
      links: {
        live: `https://cams.home.arpa/live?camera=${testCamera}`,
        event: 'https://cams.home.arpa/events/event%2F1',
      },
      picture: null,
    });
    const timestamp = call?.headers['x-apiary-timestamp']?.toString() ?? '';
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
    expect(call?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-apiary-delivery': '41',
      'x-apiary-signature': `v1=${createHmac('sha256', secret)
        .update(`${timestamp}.${call?.text ?? ''}`)
        .digest('hex')}`,
    });
  });

  it('the same alert with its picture once it is there; without it when the file is gone', async () => {
    await mkdir(join(dir.path, 'uploads'));
    await writeFile(join(dir.path, 'uploads', 'a.jpg'), 'jpeg');
    const alert = testAlert({ thumbnailPath: 'uploads/a.jpg', hasRecording: true });
    const receipt = await channel().amend(webhookTarget, '41', alert, never);
    expect(receipt).toEqual({ messageId: '41', shown: 'picture', clipShown: true });
    expect(bodyOf(calls[0])).toMatchObject({
      delivery: 41,
      update: true,
      picture: { contentType: 'image/jpeg', base64: 'anBlZw==' },
    });
    await channel().amend(webhookTarget, '41', { ...alert, thumbnailPath: 'uploads/gone.jpg' }, never);
    expect(bodyOf(calls[1])).toMatchObject({ picture: null });
  });

  it('a summary, a test', async () => {
    const alerts = [
      testAlert(),
      testAlert({ deliveryId: 42, kind: 'offline', eventId: undefined, activityType: undefined }),
    ];
    await channel().send(webhookTarget, { form: 'summary', summary: { cause: 'late', alerts } }, never);
    expect(bodyOf(calls[0])).toMatchObject({
      kind: 'summary',
      cause: 'late',
      title: '2 alerts while offline',
      message: 'Front <door> & "yard" (2)',
      alerts: [{ kind: 'person' }, { kind: 'offline', event: null }],
    });
    await channel().sendTest(webhookTarget, 'ann', never);
    expect(bodyOf(calls[1])).toMatchObject({ kind: 'test', message: 'Asked for by ann.' });
    await channel().probe(webhookTarget, never);
    expect(calls[2]?.method).toBe('HEAD');
  });
});

describe('what a refusal means', () => {
  const send = (of = channel()) => of.send(webhookTarget, { form: 'alert', alert: testAlert() }, never);

  it.each([
    [500, {}, 'unreachable', 0],
    [503, {}, 'unreachable', 0],
    [503, { 'retry-after': '7' }, 'slow-down', 7000],
    [429, {}, 'slow-down', 30_000],
    [408, {}, 'unclear', 0],
    [413, {}, 'payload-too-large', 0],
    [404, {}, 'permanent', 0],
    [302, { location: 'http://127.0.0.1/' }, 'permanent', 0],
  ] as const)('%i %o: %s', async (status, headers, fault, afterMs) => {
    answer = (response) => response.writeHead(status, headers).end('x');
    const error = await faultOf(send());
    expect([error.fault, error.afterMs]).toEqual([fault, afterMs]);
    expect(calls).toHaveLength(1);
  });

  it('no connection, no answer, a cut: told apart, and no URL in the words', async () => {
    const closed = channel({ url: `http://127.0.0.1:${await freePort()}/hook/secret-id` });
    answer = (response) => response.socket?.resetAndDestroy();
    const cut = await faultOf(send());
    answer = () => undefined;
    const faults = [await faultOf(send(closed)), cut, await faultOf(send(channel({ timeoutMs: 100 })))];
    expect(faults.map(({ fault }) => fault)).toEqual(['unreachable', 'unclear', 'unclear']);
    expect(faults.map(({ message }) => message).join()).not.toContain('secret-id');
  });
});
