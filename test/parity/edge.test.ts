/**
 * One set of promises, two edges: the embedded stack's and nginx with the project's configuration. Behind each stand
 * a fake dashboard and a fake live view that speak plain HTTP and say what they received.
 */
import { withDeadline } from '@apiary/base/deadline';
import { silentLogger } from '@apiary/base/logger';
import { freePort, tempDir, waitFor } from '@apiary/test-support';
import { execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect as connectTcp, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEdge } from '../../services/embedded/src/edge.ts';
import { nginxMissing, startNginx } from './nginx-process.ts';

interface EdgeUnderTest {
  readonly ports: readonly [https: number, dashboard: number];
  readonly livePort: number;
  stop(): Promise<void>;
}
type Start = (target: string, liveTarget: string, certsDir: string, folder: string) => Promise<EdgeUnderTest>;

const edges: readonly { name: string; missing: string | undefined; start: Start }[] = [
  {
    name: 'embedded edge',
    missing: undefined,
    async start(target, liveTarget, certsDir) {
      const edge = await startEdge({
        host: '127.0.0.1',
        ports: [0, 0],
        target,
        live: { target: liveTarget, port: 0 },
        certificate: { certificate: join(certsDir, 'dashboard.crt'), key: join(certsDir, 'dashboard.key') },
        logger: silentLogger,
        certificateCheckMs: 50,
      });
      const [https = 0, dashboard = 0] = edge.ports;
      return { ports: [https, dashboard], livePort: edge.livePort ?? 0, stop: () => edge.stop() };
    },
  },
  {
    name: 'nginx',
    missing: nginxMissing,
    async start(target, liveTarget, certsDir, folder) {
      const ports = [await freePort(), await freePort()] as const;
      const livePort = await freePort();
      const nginx = await startNginx({
        folder,
        certsDir,
        httpsPort: ports[0],
        dashboardPort: ports[1],
        target,
        signalingPort: livePort,
        liveTarget,
      });
      return { ports, livePort, stop: () => nginx.stop() };
    },
  },
];

function makeCertificate(folder: string, commonName: string): void {
  execFileSync(
    'openssl',
    // prettier-ignore
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '397', '-subj', `/CN=${commonName}`,
     '-addext', 'subjectAltName=IP:127.0.0.1,DNS:cams.example.net',
     '-keyout', join(folder, 'dashboard.key.new'), '-out', join(folder, 'dashboard.crt.new')],
    { stdio: 'pipe' },
  );
  for (const name of ['dashboard.crt', 'dashboard.key'])
    renameSync(join(folder, `${name}.new`), join(folder, name));
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function ask(port: number, path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      { host: '127.0.0.1', port, path, method, headers, rejectUnauthorized: false, agent: false },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts).toString(),
          }),
        );
      },
    );
    request.setTimeout(10_000, () => request.destroy(new Error('no answer within 10 s')));
    request.on('error', reject);
    request.end(body);
  });
}

/** What a peer says to raw bytes, until it closes. */
function askRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connectTcp(port, '127.0.0.1', () => socket.write(text));
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer within 10 s')));
    socket.on('data', (part) => parts.push(part));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(parts).toString()));
  });
}

function handshake(
  port: number,
  version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3',
): Promise<{ protocol: string | null; alpn: string | false | null; certificate: PeerCertificate }> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(
      {
        host: '127.0.0.1',
        port,
        minVersion: version,
        maxVersion: version,
        ciphers: 'DEFAULT@SECLEVEL=0',
        rejectUnauthorized: false,
        ALPNProtocols: ['h2', 'http/1.1'],
      },
      () => {
        const certificate = socket.getPeerCertificate();
        resolve({ protocol: socket.getProtocol(), alpn: socket.alpnProtocol, certificate });
        socket.destroy();
      },
    );
    socket.on('error', reject);
  });
}

/** What the dashboard says of its page; the name to pin is not its to say. */
const ownPolicy = {
  'content-security-policy': "default-src 'none'; script-src 'self'",
  'referrer-policy': 'strict-origin',
  'permissions-policy': 'camera=()',
  'cross-origin-opener-policy': 'same-origin-allow-popups',
  'x-frame-options': 'SAMEORIGIN',
  'strict-transport-security': 'max-age=1',
} as const;

/** The fake dashboard: echoes what came in; `/api/stream` sends an event on demand; `/slow` body is large. */
function fakeDashboard() {
  const streams = new Set<{ send(text: string): void; readonly closed: boolean }>();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/api/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      response.write(': hello\n\n');
      streams.add({
        send: (text) => response.write(text),
        get closed() {
          return response.closed;
        },
      });
      return;
    }
    if (path === '/large') {
      response.writeHead(200, { 'content-type': 'video/mp4', 'accept-ranges': 'bytes' });
      response.end(Buffer.alloc(5_000_000, 'x'));
      return;
    }
    if (path === '/unhealthy') {
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"status":"unhealthy"}');
      return;
    }
    let bytes = 0;
    request.on('data', (part: Buffer) => (bytes += part.length));
    request.on('end', () => {
      if (path.startsWith('/share')) for (const [name, value] of Object.entries(ownPolicy)) response.setHeader(name, value); // prettier-ignore
      response.setHeader('set-cookie', ['a=1; HttpOnly', 'b=2; HttpOnly']);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method: request.method, path, bytes, headers: request.headers }));
    });
  });
  return { server, streams };
}
/** The fake live view: says its paths, and sends back what comes through an upgraded connection. */
function fakeLive() {
  const upgrades: { path: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    response.end(JSON.stringify({ live: request.url }));
  });
  server.on('upgrade', (request, socket) => {
    upgrades.push({ path: request.url ?? '', headers: request.headers });
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    socket.pipe(socket);
  });
  return { server, upgrades };
}

/** Upgrades by hand and sends one word; what was heard until it came back. */
function upgrade(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connectTls(
      { host: '127.0.0.1', port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] },
      () =>
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: cams.example.net:8765\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
            'Origin: https://cams.example.net\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n',
        ),
    );
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer within 10 s')));
    socket.on('error', reject);
    socket.on('close', () => resolve(heard));
    socket.on('data', (part: Buffer) => {
      heard += part.toString();
      if (heard.endsWith('\r\n\r\n')) socket.write('ping');
      if (heard.endsWith('ping')) socket.destroy();
    });
  });
}
interface Echo {
  method: string;
  path: string;
  bytes: number;
  headers: Record<string, string>;
}

const listenOn = (server: Server, port = 0): Promise<number> =>
  new Promise((resolve) =>
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );

const securityHeaderNames = [
  'content-security-policy',
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
  'permissions-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
] as const;
const securityHeadersOf = (answer: Answer) =>
  Object.fromEntries(securityHeaderNames.map((name) => [name, answer.headers[name]]));

for (const { name, missing, start } of edges) {
  const title = missing === undefined ? name : `${name} (skipped: ${missing})`;
  describe.skipIf(missing !== undefined)(title, () => {
    const backend = fakeDashboard();
    const live = fakeLive();
    let certificates: Awaited<ReturnType<typeof tempDir>>;
    let folder: Awaited<ReturnType<typeof tempDir>>;
    let edge: EdgeUnderTest;
    let backendPort = 0;
    const port = (): number => edge.ports[0];

    beforeAll(async () => {
      certificates = await tempDir();
      folder = await tempDir();
      makeCertificate(certificates.path, 'first');
      backendPort = await listenOn(backend.server);
      const livePort = await listenOn(live.server);
      edge = await start(
        `http://127.0.0.1:${backendPort}`,
        `http://127.0.0.1:${livePort}`,
        certificates.path,
        folder.path,
      );
    });
    afterAll(async () => {
      live.server.closeAllConnections();
      live.server.close();
      backend.server.closeAllConnections();
      backend.server.close();
      await edge.stop();
      await certificates[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    });

    it('serves both ports over TLS 1.2 and 1.3, with HTTP/2, and nothing older', async () => {
      for (const each of edge.ports) {
        expect(await handshake(each, 'TLSv1.2')).toMatchObject({ protocol: 'TLSv1.2', alpn: 'h2' });
        expect(await handshake(each, 'TLSv1.3')).toMatchObject({ protocol: 'TLSv1.3', alpn: 'h2' });
        await expect(handshake(each, 'TLSv1.1')).rejects.toThrow();
      }
    });

    it('passes method, path, query, body and both cookies', async () => {
      const answer = await ask(port(), '/api/x%2Fy?a=1&b=%20', { method: 'POST', body: '{"a":1}' });
      expect(answer.status).toBe(200);
      expect(answer.headers['set-cookie']).toEqual(['a=1; HttpOnly', 'b=2; HttpOnly']);
      expect(JSON.parse(answer.body)).toMatchObject({
        method: 'POST',
        path: '/api/x%2Fy?a=1&b=%20',
        bytes: 7,
      });
    });

    it('speaks HTTP/2 to the browser, with the host and its port passed on', async () => {
      const session = connectHttp2(`https://127.0.0.1:${port()}`, { rejectUnauthorized: false });
      const stream = session.request({ ':path': '/api/h2', ':method': 'POST' });
      stream.end('12345');
      let body = '';
      let status = 0;
      stream.on('response', (headers) => (status = Number(headers[':status'])));
      for await (const part of stream) body += String(part);
      session.close();
      expect(status).toBe(200);
      const echo = JSON.parse(body) as Echo;
      expect(echo).toMatchObject({ path: '/api/h2', bytes: 5 });
      expect(echo.headers).toMatchObject({ host: `127.0.0.1:${port()}`, 'x-forwarded-for': '127.0.0.1' });
    });

    it('overwrites what a client claims about where it comes from', async () => {
      const answer = await ask(port(), '/api/me', {
        headers: {
          'x-forwarded-for': '203.0.113.7, 10.0.0.1',
          'x-forwarded-proto': 'http',
          'x-forwarded-host': 'evil.example',
          'x-real-ip': '203.0.113.7',
          forwarded: 'for=203.0.113.7',
        },
      });
      const { headers } = JSON.parse(answer.body) as Echo;
      expect(headers['x-forwarded-for']).toBe('127.0.0.1');
      expect(headers['x-forwarded-proto']).toBe('https');
      expect(JSON.stringify(headers)).not.toContain('203.0.113.7');
      expect(JSON.stringify(headers)).not.toContain('evil.example');
      expect(headers['host']).toBe(`127.0.0.1:${port()}`);
    });

    it('adds its security headers to every answer that has none, and once', async () => {
      const answers = await Promise.all(
        ['/', '/api/cameras', '/unhealthy', '/edge/health', '/large'].map((path) => ask(port(), path)),
      );
      for (const answer of answers) {
        const headers = securityHeadersOf(answer);
        expect(headers['content-security-policy']).toMatch(/^default-src 'none';/);
        expect(headers['content-security-policy']).not.toContain('unsafe');
        expect(headers['content-security-policy']).not.toContain('*');
        expect(headers['x-content-type-options']).toBe('nosniff');
        expect(headers).toEqual(securityHeadersOf(answers[0] as Answer));
      }
    });

    it('lets the policy of the dashboard’s page through as it is, and adds what it left out', async () => {
      const { 'strict-transport-security': _, ...policy } = ownPolicy;
      for (const [method, path] of [
        ['GET', '/share'],
        ['POST', '/share/x?y=1'],
      ] as const) {
        const { headers } = await ask(port(), path, { method });
        expect(headers).toMatchObject({ ...policy, 'x-content-type-options': 'nosniff' });
        expect(headers['cross-origin-resource-policy']).toBe('same-origin');
        expect(headers['strict-transport-security']).toBeUndefined();
      }
      const named = await ask(port(), '/share', { headers: { host: 'cams.example.net' } });
      expect(named.headers['strict-transport-security']).toBe('max-age=31536000');
    });

    it('asks for HTTPS for ever only where the host is a name', async () => {
      const of = async (host: string) =>
        (await ask(port(), '/', { headers: { host } })).headers['strict-transport-security'];
      expect(await of(`127.0.0.1:${port()}`)).toBeUndefined();
      expect(await of('192.168.1.10')).toBeUndefined();
      expect(await of('[::1]:5000')).toBeUndefined();
      expect(await of('localhost:5000')).toBeUndefined();
      expect(await of('cams.example.net:5000')).toBe('max-age=31536000');
    });

    it('redirects plain HTTP on a TLS port to HTTPS on the same host and port', async () => {
      const text = await askRaw(
        edge.ports[1],
        'GET /events?x=1 HTTP/1.1\r\nHost: 192.168.1.10:5000\r\nConnection: close\r\n\r\n',
      );
      expect(text).toMatch(/^HTTP\/1\.1 301 /);
      expect(text).toMatch(/\r\nlocation: https:\/\/192\.168\.1\.10:5000\/events\?x=1\r\n/i);
    });

    it('passes server-sent events on as they come, and tells the dashboard when the page leaves', async () => {
      const lines: string[] = [];
      const { request, response } = await new Promise<{
        request: ReturnType<typeof httpsRequest>;
        response: IncomingMessage;
      }>((resolve, reject) => {
        const sent = httpsRequest(
          { host: '127.0.0.1', port: port(), path: '/api/stream', rejectUnauthorized: false, agent: false },
          (answer) => resolve({ request: sent, response: answer }),
        );
        sent.on('error', reject);
        sent.end();
      });
      request.on('error', () => undefined);
      response.on('error', () => undefined);
      response.on('data', (part: Buffer) => lines.push(part.toString()));
      await waitFor(() => lines.join('').includes(': hello'), 'the first line');
      const [stream] = backend.streams;
      for (const number of [1, 2, 3]) {
        stream?.send(`id: ${number}\ndata: {}\n\n`);
        await waitFor(() => lines.join('').includes(`id: ${number}\n`), `event ${number}`);
      }
      request.destroy();
      await waitFor(() => stream?.closed, 'the dashboard seeing the page leave');
    });

    it('lets the page hear at once that the dashboard died in the middle of a stream', async () => {
      backend.streams.clear();
      const overHttp1 = (): Promise<void> =>
        new Promise((resolve, reject) => {
          const sent = httpsRequest(
            { host: '127.0.0.1', port: port(), path: '/api/stream', rejectUnauthorized: false, agent: false },
            (response) => {
              response.on('error', () => resolve());
              response.on('close', () => resolve());
              response.resume();
            },
          );
          sent.on('error', reject);
          sent.end();
        });
      const overHttp2 = (): Promise<void> =>
        new Promise((resolve) => {
          const session = connectHttp2(`https://127.0.0.1:${port()}`, { rejectUnauthorized: false });
          const stream = session.request({ ':path': '/api/stream' });
          stream.resume();
          stream.on('error', () => undefined);
          stream.on('close', () => {
            session.close();
            resolve();
          });
        });
      for (const open of [overHttp1, overHttp2]) {
        const ended = open();
        await waitFor(() => backend.streams.size > 0, 'the stream reaching the dashboard');
        backend.server.closeAllConnections();
        await withDeadline(ended, 5000, 'the page hearing of it');
        backend.streams.clear();
      }
    });

    it('streams large answers whole', async () => {
      expect((await ask(port(), '/large')).body.length).toBe(5_000_000);
    });

    it('refuses bodies the API never takes, with and without a length', async () => {
      const body = 'x'.repeat(100_000);
      const announced = await ask(port(), '/api/x', { method: 'POST', body });
      expect(announced.status).toBe(413);
      expect(JSON.parse(announced.body)).toMatchObject({ error: { code: 'too_large' } });
      const chunked = await ask(port(), '/api/x', {
        method: 'POST',
        body,
        headers: { 'transfer-encoding': 'chunked' },
      });
      expect(chunked.status).toBe(413);
    });

    it('lets people log in, and stops a flood of logins with 429; all else goes on', async () => {
      const flood = await Promise.all(
        Array.from({ length: 80 }, () => ask(port(), '/api/auth/login', { method: 'POST', body: '{}' })),
      );
      const statuses = flood.map((answer) => answer.status);
      expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(20);
      const refused = flood.find((answer) => answer.status === 429);
      expect(JSON.parse(refused?.body ?? '{}')).toMatchObject({ error: { code: 'too_many_requests' } });
      expect(refused?.headers['retry-after']).toBe('30');
      expect(refused?.headers['x-content-type-options']).toBe('nosniff');
      expect((await ask(port(), '/api/auth/me')).status).toBe(200);
    });

    it('leads to live view below /api/live/ and by its own port, to the dashboard otherwise', async () => {
      const of = async (from: number, path: string): Promise<unknown> =>
        (JSON.parse((await ask(from, path)).body) as { live?: unknown }).live;
      expect(await of(port(), '/api/live/streams?x=1')).toBe('/api/live/streams?x=1');
      expect(await of(edge.livePort, '/any/path')).toBe('/any/path');
      expect(await of(port(), '/api/livestock')).toBeUndefined();
      expect(await of(port(), '/live')).toBeUndefined();
      const { headers } = await ask(edge.livePort, '/');
      expect(headers['x-content-type-options']).toBe('nosniff');
    });

    it('passes WebSocket upgrades through, host and origin as they were, address as it is', async () => {
      for (const [from, path] of [
        [edge.livePort, '/?ticket=x'],
        [port(), '/api/live/signaling'],
        [edge.ports[1], '/api/live/signaling'],
      ] as const) {
        live.upgrades.length = 0;
        expect(await upgrade(from, path)).toMatch(/^HTTP\/1\.1 101 [^]*ping$/);
        expect(live.upgrades).toMatchObject([
          {
            path,
            headers: {
              host: 'cams.example.net:8765',
              origin: 'https://cams.example.net',
              'x-forwarded-for': '127.0.0.1',
            },
          },
        ]);
      }
    });

    it('says in plain words that live view is away', async () => {
      const away = (live.server.address() as AddressInfo).port;
      live.server.closeAllConnections();
      await new Promise((resolve) => live.server.close(resolve));
      for (const [from, path] of [
        [port(), '/api/live/streams'],
        [edge.livePort, '/'],
      ] as const) {
        const answer = await ask(from, path);
        expect([from, answer.status]).toEqual([from, 502]);
        expect(answer.headers['x-content-type-options']).toBe('nosniff');
      }
      expect(JSON.parse((await ask(port(), '/api/live/streams')).body)).toMatchObject({
        error: { message: expect.stringMatching(/^Live view/) as string },
      });
      await listenOn(live.server, away);
    });

    it('uses a renewed certificate without a restart', async () => {
      expect((await handshake(port(), 'TLSv1.3')).certificate.subject.CN).toBe('first');
      makeCertificate(certificates.path, 'second');
      for (const each of edge.ports)
        await waitFor(
          async () => (await handshake(each, 'TLSv1.2')).certificate.subject.CN === 'second',
          'the new certificate',
        );
      await expect(handshake(port(), 'TLSv1.1')).rejects.toThrow();
    });

    it('says so in plain words while the dashboard is away, and is back when it is', async () => {
      backend.server.closeAllConnections();
      await new Promise((resolve) => backend.server.close(resolve));
      const api = await ask(port(), '/api/cameras');
      expect(api.status).toBe(502);
      expect(JSON.parse(api.body)).toMatchObject({ error: { code: 'unavailable' } });
      const page = await ask(port(), '/', { headers: { accept: 'text/html' } });
      expect(page.status).toBe(502);
      expect(page.headers['content-type']).toMatch(/^text\/html/);
      expect(page.body).toContain('Apiary is starting');
      expect(page.headers['content-security-policy']).toMatch(/^default-src 'none';/);
      expect((await ask(port(), '/edge/health')).status).toBe(200);

      await listenOn(backend.server, backendPort);
      expect((await ask(port(), '/api/cameras')).status).toBe(200);
    });

    it('stays up through garbage, silence and cut connections', async () => {
      const silent = connectTcp(port(), '127.0.0.1');
      silent.on('error', () => undefined);
      await askRaw(port(), '\x16\x03\x01\x00\x05hello').catch(() => undefined);
      await askRaw(port(), '\x00\x01\x02\x03\r\n\r\n').catch(() => undefined);
      for (let index = 0; index < 20; index += 1) {
        const socket = connectTls({ host: '127.0.0.1', port: port(), rejectUnauthorized: false }, () => {
          socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
          socket.once('data', () => socket.destroy());
        });
        socket.on('error', () => undefined);
        await new Promise((resolve) => socket.once('close', resolve));
      }
      expect((await ask(port(), '/api/cameras')).status).toBe(200);
      silent.destroy();
    });
  });
}
