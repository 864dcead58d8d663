/** The old firmware's HTTPS against raw TLS servers: what it refuses matters as much as what it sends. */
import { createServer, type Server, type TlsOptions } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { PeerCertificate } from 'node:tls';
import { createCa, createLeaf, days, toIssuer } from '@apiary/certgen/x509';
import { freePort, testCertificates } from '@apiary/test-support';
import { checkCommonName, firmwareFetch, FirmwareHttpsError } from './firmware-https.ts';
import { checkBrokerName } from './mqtt-link.ts';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function serve(reply: string, options: TlsOptions = {}): Promise<{ url: string; heads: string[] }> {
  const { pairs } = await testCertificates();
  const heads: string[] = [];
  const server = createServer(
    { cert: pairs.config_server.certificate, key: pairs.config_server.key, ...options },
    (socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (chunk: Buffer) => {
        heads.push(chunk.toString('latin1'));
        socket.end(reply);
      });
    },
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/hivecam/X`, heads };
}

const ok = 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}';
const ca = async (): Promise<string> => (await testCertificates()).ca;
const curlCodeOf = async (promise: Promise<unknown>): Promise<number> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FirmwareHttpsError);
  return (error as FirmwareHttpsError).curlCode;
};

describe('TLS', () => {
  it('reads an HTTP/1.0 answer over TLS 1.2', async () => {
    const { url } = await serve(ok);
    const reply = await firmwareFetch({ method: 'GET', url, ca: await ca() });
    expect([reply.status, reply.body.toString()]).toEqual([200, '{}']);
  });

  it('cannot speak TLS 1.3', async () => {
    const { url } = await serve(ok, { minVersion: 'TLSv1.3' });
    expect(await curlCodeOf(firmwareFetch({ method: 'GET', url, ca: await ca() }))).toBe(51);
  });

  it('refuses a certificate whose CN is not the host, even if its SAN is', async () => {
    const { pairs } = await testCertificates();
    const { certificate, key } = await createLeaf(await toIssuer(pairs.ca), {
      commonName: 'config.example.net',
      usage: 'server',
      addresses: ['127.0.0.1'],
      notBefore: new Date(Date.now() - days(1)),
      notAfter: new Date(Date.now() + days(30)),
    });
    const { url } = await serve(ok, { cert: certificate, key });
    expect(await curlCodeOf(firmwareFetch({ method: 'GET', url, ca: await ca() }))).toBe(51);
  });

  it('refuses a CA it was not given', async () => {
    const { url } = await serve(ok);
    const other = await createCa('Apiary CA other', 2048, {
      notBefore: new Date(Date.now() - days(1)),
      notAfter: new Date(Date.now() + days(30)),
    });
    expect(await curlCodeOf(firmwareFetch({ method: 'GET', url, ca: other.certificate }))).toBe(51);
  });

  it('reports a closed port as a failed connection', async () => {
    const url = `https://127.0.0.1:${await freePort()}/hivecam/X`;
    expect(await curlCodeOf(firmwareFetch({ method: 'GET', url, ca: await ca() }))).toBe(7);
  });

  const named = (subject: object, issuer: object = { CN: 'CA' }, subjectaltname = ''): PeerCertificate =>
    ({ subject, issuer, subjectaltname }) as PeerCertificate;

  it('wants names of a CN only', () => {
    expect(checkCommonName('10.0.0.1', named({ CN: '10.0.0.1' }))).toBeUndefined();
    expect(checkCommonName('10.0.0.1', named({ O: 'Home', CN: '10.0.0.1' }))).toBeInstanceOf(Error);
    expect(checkCommonName('10.0.0.1', named({ CN: '10.0.0.1' }, { C: 'GB', CN: 'CA' }))).toBeInstanceOf(
      Error,
    );
  });

  it('knows the broker by DNS SAN or CN, not by an IP SAN', () => {
    const certificate = named({ CN: '10.0.0.1' }, { CN: 'CA' }, 'DNS:cams.example.net, IP Address:10.0.0.2');
    expect(checkBrokerName('cams.example.net', certificate)).toBeUndefined();
    expect(checkBrokerName('10.0.0.1', certificate)).toBeUndefined();
    expect(checkBrokerName('10.0.0.2', certificate)).toBeInstanceOf(Error);
  });
});

describe('requests', () => {
  it.each([
    ['normal', 'GET /hivecam/X HTTP/1.1'],
    ['missing', 'GET hivecam/X HTTP/1.1'],
    ['doubled', 'GET //hivecam/X HTTP/1.1'],
  ] as const)('%s leading slash', async (leadingSlash, line) => {
    const { url, heads } = await serve(ok);
    await firmwareFetch({ method: 'GET', url, ca: await ca(), leadingSlash });
    expect(heads[0]?.split('\r\n')[0]).toBe(line);
  });

  it('sends the body after a second when nobody says 100 Continue', async () => {
    const { pairs } = await testCertificates();
    let seen = '';
    const server = createServer(
      { cert: pairs.config_server.certificate, key: pairs.config_server.key },
      (socket) => {
        socket.on('error', () => undefined);
        socket.on('data', (chunk: Buffer) => {
          seen += chunk.toString('latin1');
          if (seen.endsWith('the body')) socket.end(ok);
        });
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    const reply = await firmwareFetch({
      method: 'PUT',
      url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/x`,
      ca: await ca(),
      body: Buffer.from('the body'),
      expectContinue: true,
    });
    expect(reply.status).toBe(200);
    expect(seen).toContain('Expect: 100-continue');
    expect(seen).toContain('Content-Length: 8');
  });

  it('connects elsewhere when told, and still checks the name', async () => {
    const { url } = await serve(ok);
    const { host } = new URL(url);
    const reply = await firmwareFetch({
      method: 'GET',
      url: 'https://127.0.0.1:80/hivecam/X',
      ca: await ca(),
      connectTo: { '127.0.0.1:80': host },
    });
    expect(reply.status).toBe(200);
  });
});

describe('answers the firmware cannot read', () => {
  it.each([
    ['chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'],
    ['without a length', 'HTTP/1.1 200 OK\r\n\r\n{}'],
    ['cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}'],
    ['not HTTP', 'hello'],
  ])('%s', async (_name, reply) => {
    const { url } = await serve(reply);
    const code = await curlCodeOf(firmwareFetch({ method: 'GET', url, ca: await ca() }));
    expect([18, 56]).toContain(code);
  });

  it('none at all, within the deadline', async () => {
    const { pairs } = await testCertificates();
    const server = createServer(
      { cert: pairs.config_server.certificate, key: pairs.config_server.key },
      (socket) => socket.on('error', () => undefined).resume(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    expect(await curlCodeOf(firmwareFetch({ method: 'GET', url, ca: await ca(), timeoutMs: 100 }))).toBe(28);
  });
});
