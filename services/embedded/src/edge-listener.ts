/**
 * One TLS port: HTTP/2 and HTTP/1.1, TLS 1.2 and newer. Plain HTTP on the same port (someone typed `http://…:5000`) is
 * answered with a redirect. Knows nothing of the dashboard.
 */
import { closeServer } from '@apiary/base/http';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { KeyPair } from './edge-certificate.ts';

export type EdgeRequest = IncomingMessage | Http2ServerRequest;
export type EdgeResponse = ServerResponse | Http2ServerResponse;

/** Deadlines of a client that says nothing, ms. */
const firstByteTimeoutMs = 10_000;
const handshakeTimeoutMs = 10_000;
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 60_000;
/** Longer than the keepalive comments of the event stream are apart, and than a download takes to be made. */
const idleTimeoutMs = 330_000;
const graceMs = 2000;

/** For TLS 1.2; those of 1.3 are all good. Forward secrecy and AEAD only. */
const ciphers12 =
  'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305';
const ciphers13 = 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256';

export interface EdgeListener {
  readonly port: number;
  use(pair: KeyPair): void;
  stop(): Promise<void>;
}

export async function listenEdge(
  host: string,
  port: number,
  pair: KeyPair,
  onRequest: (request: EdgeRequest, response: EdgeResponse) => void,
  onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Promise<EdgeListener> {
  const redirects = createServer(
    { headersTimeout: headersTimeoutMs, requestTimeout: headersTimeoutMs },
    (request, response) => {
      const location = `https://${request.headers.host ?? ''}${request.url ?? '/'}`;
      response.writeHead(301, { location, connection: 'close', 'content-length': '0' }).end();
    },
  );

  const server = createSecureServer({
    ...pair,
    allowHTTP1: true,
    minVersion: 'TLSv1.2',
    ciphers: `${ciphers13}:${ciphers12}`,
    honorCipherOrder: true,
    handshakeTimeout: handshakeTimeoutMs,
  });
  // HTTP/1 deadlines; the options of an HTTP/2 server do not take them.
  Object.assign(server, { headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs });
  server.setTimeout(idleTimeoutMs);
  server.on('request', onRequest);
  server.on('upgrade', onUpgrade);

  const sockets = new Set<Socket>();
  // The first byte of a connection tells TLS (22, handshake) from plain HTTP; it is put back for whom it concerns.
  const onTls = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(firstByteTimeoutMs, () => socket.destroy());
    socket.once('readable', () => {
      const head = socket.read() as Buffer | null;
      if (head === null) {
        socket.destroy();
        return;
      }
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.unshift(head);
      if (head[0] === 22) for (const listener of onTls) listener.call(server, socket);
      else redirects.emit('connection', socket);
    });
  });
  server.on('tlsClientError', (_error: Error, socket: TLSSocket) => socket.destroy());
  server.on('sessionError', () => undefined);

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

  return {
    port: (server.address() as AddressInfo).port,
    use: (next) =>
      server.setSecureContext({ ...next, minVersion: 'TLSv1.2', ciphers: `${ciphers13}:${ciphers12}` }),
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Event streams never end by themselves: after a short grace everything still open is cut.
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(cut);
      await closeServer(redirects, 0).catch(() => undefined);
    },
  };
}
