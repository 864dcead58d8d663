/**
 * Transport rules of contract §4.1 and §3.2 on raw sockets: TLS versions, request lines as cameras write them, exact
 * answers, deadlines, floods of silent connections, plain HTTP on the same port.
 */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDatabase, waitFor, type TestDatabase } from '@apiary/test-support';
import { cameraA, startTestServer, thumbnailZip, type TestServer } from '../test-server.helpers.ts';

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

const eventId = '7e57ab1e-0000-4000-8000-000000000001';
const putPath = `fileservice/upload/${cameraA}/thumbnail/some-id/${eventId}-1-1.zip`;

/** Status line, headers by lower-case name, body. */
function parse(text: string) {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}

/** Runs a program with nothing on its stdin; the server under test lives in this process, so never synchronously. */
function run(command: string, args: string[]): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000 });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out }));
  });
}

describe('TLS', () => {
  it('speaks 1.2 and refuses 1.3, 1.1', async () => {
    const versions = await Promise.all(
      (['TLSv1.2', 'TLSv1.3', 'TLSv1.1'] as const).map(
        (version) =>
          new Promise<string>((resolve) => {
            const socket = tlsConnect(
              {
                host: '127.0.0.1',
                port: server.port,
                ca: server.ca,
                minVersion: version,
                maxVersion: version,
                ciphers: 'DEFAULT@SECLEVEL=0',
              },
              () => {
                resolve(String(socket.getProtocol()));
                socket.destroy();
              },
            );
            socket.on('error', () => resolve('refused'));
          }),
      ),
    );
    expect(versions).toEqual(['TLSv1.2', 'refused', 'refused']);
  });

  it('is what openssl and curl see as TLS 1.2 with a verified certificate, HTTP/1.0 included', async () => {
    const caFile = join(server.dataDir, 'ca.crt');
    await writeFile(caFile, server.ca);
    const openssl = (version: string) =>
      run('openssl', ['s_client', '-connect', `127.0.0.1:${server.port}`, '-CAfile', caFile, version]);
    const [old, modern] = await Promise.all([openssl('-tls1_2'), openssl('-tls1_3')]);
    expect(old).toMatchObject({ code: 0 });
    expect(old.out).toContain('Verify return code: 0 (ok)');
    expect(old.out).toMatch(/Protocol *: TLSv1\.2/);
    expect(modern.code).not.toBe(0);

    const url = `https://127.0.0.1:${server.port}/hivecam/${cameraA}`;
    for (const version of ['--http1.0', '--http1.1']) {
      const curl = await run('curl', ['-s', '-i', version, '--tls-max', '1.2', '--cacert', caFile, url]);
      expect(curl.code).toBe(0);
      expect(parse(curl.out)).toMatchObject({ status: 200, headers: { connection: 'close' } });
      expect(curl.out.toLowerCase()).not.toContain('transfer-encoding');
    }
    const refused = await run('curl', ['-s', '--tlsv1.3', '--cacert', caFile, url]);
    expect(refused.code).toBe(35);
  });

  it.each(['ECDHE-RSA-AES128-SHA', 'AES128-SHA', 'DHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-SHA384'])(
    'serves an old client that knows %s only',
    async (cipher) => {
      const text = await server.raw(`GET /hivecam/${cameraA} HTTP/1.1\r\n\r\n`, {
        ciphers: `${cipher}:@SECLEVEL=0`,
        maxVersion: 'TLSv1.2',
      });
      expect(parse(text).status).toBe(200);
    },
  );

  it('asks for no client certificate', async () => {
    const socket = tlsConnect({ host: '127.0.0.1', port: server.port, ca: server.ca });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    expect(socket.getCertificate()).toEqual({});
    socket.destroy();
  });
});

describe('request line', () => {
  it.each([
    ['a plain path', `GET /hivecam/${cameraA} HTTP/1.1`],
    ['a missing slash', `GET hivecam/${cameraA} HTTP/1.1`],
    ['a doubled slash', `GET //hivecam//${cameraA} HTTP/1.1`],
    ['a trailing slash', `GET /hivecam/${cameraA}/ HTTP/1.1`],
    ['a query', `GET /hivecam/${cameraA}?x=../../y HTTP/1.1`],
    ['a lower-case id', `GET hivecam/${cameraA.toLowerCase()}/?q HTTP/1.0`],
    ['an absolute target', `GET https://127.0.0.1/hivecam/${cameraA} HTTP/1.1`],
    ['HTTP/1.0', `GET /hivecam/${cameraA} HTTP/1.0`],
    ['POST without a body', `POST hivecam/${cameraA} HTTP/1.1`],
  ])('%s gets the configuration', async (_name, line) => {
    const { status, headers, body } = parse(await server.raw(`${line}\r\nHost: x\r\n\r\n`));
    expect(status).toBe(200);
    expect(headers).toMatchObject({ connection: 'close', 'content-type': 'application/json' });
    expect(headers['transfer-encoding']).toBeUndefined();
    expect(Buffer.byteLength(body)).toBe(Number(headers['content-length']));
    expect(JSON.parse(body)).toMatchObject({
      mqtt: { topics: { subscribe: `prod/honeycomb/${cameraA}` } },
    });
  });

  it('comes in pieces, byte by byte', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = tlsConnect({ host: '127.0.0.1', port: server.port, ca: server.ca }, () => {
        void (async () => {
          for (const letter of `GET hivecam/${cameraA} HTTP/1.1\r\nA: b\r\n\r\n`) {
            socket.write(letter);
            await new Promise((wait) => setImmediate(wait));
          }
        })();
      });
      let seen = '';
      socket.on('data', (chunk: Buffer) => (seen += chunk.toString()));
      socket.on('close', () => resolve(seen));
      socket.on('error', reject);
    });
    expect(parse(text).status).toBe(200);
  });

  it.each([
    ['nonsense', 'hello\r\n\r\n', 400],
    ['no target', 'GET HTTP/1.1\r\n\r\n', 400],
    ['firmware', 'GET /firmware/x.bin HTTP/1.1\r\n\r\n', 404],
    ['an unknown path', 'GET /nothing HTTP/1.1\r\n\r\n', 404],
    ['the root', 'GET / HTTP/1.1\r\n\r\n', 404],
    ['an unknown method', 'DELETE /hivecam/x HTTP/1.1\r\n\r\n', 405],
    ['an id that is a topic filter', 'GET /hivecam/+ HTTP/1.1\r\n\r\n', 404],
    ['an id that is a topic filter, escaped', 'GET /hivecam/%23 HTTP/1.1\r\n\r\n', 404],
    ['an id that climbs', 'GET /hivecam/..%2f..%2fetc HTTP/1.1\r\n\r\n', 404],
    ['a broken escape', 'GET /hivecam/%zz HTTP/1.1\r\n\r\n', 404],
    ['a header of 40 kB', `GET /hivecam/x HTTP/1.1\r\nA: ${'x'.repeat(40_000)}\r\n\r\n`, 400],
  ])('%s is refused', async (_name, bytes, status) => {
    expect(parse(await server.raw(bytes)).status).toBe(status);
  });
});

describe('bodies', () => {
  it('of a POST to a configuration or certificate path are ignored', async () => {
    for (const path of [`hivecam/${cameraA}`, `hivecam/cert/${cameraA}/`]) {
      const { status } = parse(await server.raw(`POST ${path} HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello`));
      expect(status).toBe(200);
    }
  });

  it.each([
    ['no length', ''],
    ['length zero', 'Content-Length: 0\r\n'],
    ['an empty chunked body', 'Transfer-Encoding: chunked\r\n'],
  ])('of a PUT with %s are refused', async (_name, header) => {
    const end = header.startsWith('Transfer') ? '0\r\n\r\n' : '';
    const text = await server.raw(`PUT /${putPath} HTTP/1.1\r\n${header}\r\n${end}`);
    expect(parse(text).status).toBe(400);
  });

  it('may be chunked', async () => {
    const body = thumbnailZip();
    const text = await server.raw(
      Buffer.concat([
        Buffer.from(
          `PUT ${putPath} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`,
        ),
        body,
        Buffer.from('\r\n0\r\n\r\n'),
      ]),
    );
    expect(parse(text)).toMatchObject({ status: 200, headers: { 'content-length': '0' }, body: '' });
  });

  it('are asked for when the client waits for 100', async () => {
    const body = thumbnailZip();
    const text = await new Promise<string>((resolve, reject) => {
      const socket = tlsConnect({ host: '127.0.0.1', port: server.port, ca: server.ca }, () => {
        socket.write(
          `PUT ${putPath} HTTP/1.1\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
        );
      });
      let seen = '';
      socket.on('data', (chunk: Buffer) => {
        if (seen === '') socket.write(body);
        seen += chunk.toString();
      });
      socket.on('close', () => resolve(seen));
      socket.on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  });

  it('too large are refused before they are sent, with the client waiting for 100 or not', async () => {
    for (const expectation of ['Expect: 100-continue\r\n', '']) {
      const text = await server
        .raw(`PUT ${putPath} HTTP/1.1\r\nContent-Length: 300000000\r\n${expectation}\r\n`)
        .catch((error: unknown) => String(error));
      expect(text).toContain('413');
      expect(text).not.toContain('100 Continue');
    }
  });

  it.each(['/anything', '/hivecam', `/fileservice/upload/${cameraA}/activity/x`, '/'])(
    'PUT %s is a bad upload',
    async (path) => {
      const answer = await server.call('PUT', path, { body: 'x' });
      expect(answer.status).toBe(400);
    },
  );
});

describe('plain HTTP on the same port', () => {
  const get = (method: string, path: string) =>
    new Promise<{ status: number | undefined; location: string | undefined; text: string }>(
      (resolve, reject) => {
        httpRequest({ host: '127.0.0.1', port: server.port, path, method, agent: false }, (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () =>
            resolve({ status: response.statusCode, location: response.headers.location, text }),
          );
        })
          .on('error', reject)
          .end();
      },
    );

  it('leads people to the page', async () => {
    expect(await get('GET', '/hivecam/x')).toMatchObject({ status: 301, location: 'https://127.0.0.1/' });
    expect(await get('PUT', '/x')).toMatchObject({ status: 308 });
  });

  it('answers /health, as TLS does', async () => {
    const plain = await get('GET', '/health');
    const secure = await server.call('GET', '/health');
    expect([plain.status, secure.status]).toEqual([200, 200]);
    expect(JSON.parse(plain.text)).toMatchObject({ status: 'healthy', service: 'config_server' });
    expect(secure.headers['connection']).toBe('close');
  });
});

describe('silence', () => {
  const sockets: Socket[] = [];
  const silent = (port: number, bytes?: string): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        if (bytes !== undefined) socket.write(bytes);
        resolve(socket);
      });
      socket.on('error', reject);
      sockets.push(socket);
    });
  const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

  it('is cut at each stage, others are served meanwhile', async () => {
    const limits = { firstByteMs: 300, handshakeMs: 300, headersMs: 300, idleMs: 300 };
    const strict = await startTestServer(database, {}, { limits });
    const mute = await silent(strict.port);
    const halfHello = await silent(strict.port, '\x16\x03\x01');
    const halfPlain = await silent(strict.port, 'GET /he');
    const halfHeaders = await silent(strict.port, 'GET /health HTTP/1.1\r\nHost:');
    const secure = tlsConnect({ host: '127.0.0.1', port: strict.port, ca: strict.ca });
    const halfBody = tlsConnect({ host: '127.0.0.1', port: strict.port, ca: strict.ca }, () =>
      halfBody.write(`PUT ${putPath} HTTP/1.1\r\nContent-Length: 100\r\n\r\nabc`),
    );
    for (const socket of [halfBody, secure]) socket.on('error', () => undefined);
    expect((await strict.call('GET', `/hivecam/${cameraA}`)).status).toBe(200);
    await Promise.all(
      [mute, halfHello, halfPlain, halfHeaders, secure, halfBody].map((socket) => closed(socket)),
    );
    await strict.stop();
  });

  it('of hundreds of connections shuts nobody out', async () => {
    const strict = await startTestServer(
      database,
      {},
      { limits: { waitingPerAddress: 50, firstByteMs: 60_000 } },
    );
    await Promise.all(Array.from({ length: 300 }, () => silent(strict.port)));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => strict.call('GET', `/hivecam/${cameraA}`)),
    );
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    await waitFor(
      () => strict.server.counters.get('connections_cut_too_many_waiting') >= 250,
      'the oldest silent connections being cut',
    );
    await strict.stop();
    for (const socket of sockets) socket.destroy();
  });

  it('does not hold up the stop', async () => {
    const other = await startTestServer(database);
    const mute = await silent(other.port);
    await Promise.all([other.stop(), closed(mute)]);
  });
});
