/** The client list over real HTTP: pages, forms of times, and every way the API can fail to answer. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { RecoverableError } from '@apiary/base/errors';
import { freePort } from '@apiary/test-support/free-port';
import { brokerTimeMs, createBrokerApi } from './broker-api.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

async function serve(listener: RequestListener): Promise<string> {
  const made = createServer(listener);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}
const id = (n: number) => n.toString(16).toUpperCase().padStart(32, '0');

describe('listClients', () => {
  it('reads all pages with basic authentication', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(`${request.headers.authorization} ${request.url}`);
      const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page'));
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          data: [
            { clientid: id(page), connected: page === 1, connected_at: '2026-11-24T10:00:00.123+01:00' },
          ],
          meta: { hasnext: page < 2, page, limit: 1000 },
        }),
      );
    });
    const clients = await createBrokerApi({ url, apiKey: 'key:secret' }).listClients();
    expect(clients).toEqual([
      { clientId: id(1), connected: true, connectedAtMs: Date.UTC(2026, 10, 24, 9, 0, 0, 123) },
      { clientId: id(2), connected: false, connectedAtMs: Date.UTC(2026, 10, 24, 9, 0, 0, 123) },
    ]);
    expect(asked[0]).toContain(`Basic ${Buffer.from('key:secret').toString('base64')}`);
    expect(asked).toHaveLength(2);
  });

  it('leaves out entries without a client id', async () => {
    const url = await serve((_request, response) =>
      response.end(JSON.stringify({ data: [null, 1, {}, { clientid: 5 }, { clientid: 'x' }] })),
    );
    expect(await createBrokerApi({ url, apiKey: 'k:s' }).listClients()).toEqual([
      { clientId: 'x', connected: false, connectedAtMs: undefined },
    ]);
  });

  it.each<[string, RequestListener]>([
    ['a refusal', (_request, response) => response.writeHead(401).end('{}')],
    ['no JSON', (_request, response) => response.end('<html>')],
    ['another document', (_request, response) => response.end('{"code":"X"}')],
    ['a cut connection', (request) => request.socket.destroy()],
    ['silence', () => undefined],
  ])('rejects on %s', async (_name, listener) => {
    const url = await serve(listener);
    await expect(
      createBrokerApi({ url, apiKey: 'k:s', timeoutMs: 200 }).listClients(),
    ).rejects.toBeInstanceOf(RecoverableError);
  });

  it('rejects when nothing listens', async () => {
    const api = createBrokerApi({ url: `http://127.0.0.1:${await freePort()}`, apiKey: 'k:s' });
    await expect(api.listClients()).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('brokerTimeMs', () => {
  it('gives one number for one instant, whatever its form', () => {
    const ms = Date.UTC(2026, 10, 24, 9, 0, 0, 123);
    for (const form of [ms, String(ms), '2026-11-24T09:00:00.123Z', '2026-11-24T10:00:00.123+01:00'])
      expect(brokerTimeMs(form)).toBe(ms);
  });
  it.each([undefined, null, '', 'never', Number.NaN, -1, {}])('%s is no time', (value) => {
    expect(brokerTimeMs(value)).toBeUndefined();
  });
});
