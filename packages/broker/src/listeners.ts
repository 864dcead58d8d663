/**
 * The two doors: mutual TLS for cameras, plain TCP for services. Certificate files are read anew when they change, so
 * that a renewed certificate needs no restart.
 */
import { readFile, stat } from 'node:fs/promises';
import type { Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import type { Duplex } from 'node:stream';
import type { Counters } from '@apiary/base/counters';
import { FatalError, errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { handshakeTimeoutMs, zoneLimits, type Zone } from './limits.ts';
import { introducePeer } from './peer.ts';

export interface CertificateFiles {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** A camera that lost its network without a word is noticed even when it asked for no MQTT keepalive. */
const tcpKeepAliveMs = 120_000;
/** Firmware is old: the suites EMQX preselects are among Node's defaults. */
const tlsVersions = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' } as const;

async function readCertificates(files: CertificateFiles): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
  try {
    const [ca, cert, key] = await Promise.all([
      readFile(files.ca),
      readFile(files.certificate),
      readFile(files.key),
    ]);
    return { ca, cert, key };
  } catch (error) {
    throw new FatalError(`CERTS_DIR: cannot read the broker's certificate (${errorMessage(error)}).`);
  }
}

/** @throws FatalError when a file is missing or not a certificate and its key */
export async function createCameraListener(
  files: CertificateFiles,
  handle: (socket: Duplex) => void,
  counters: Counters,
  logger: Logger,
): Promise<TlsServer> {
  let server: TlsServer;
  try {
    server = createTlsServer({
      ...(await readCertificates(files)),
      ...tlsVersions,
      requestCert: true,
      rejectUnauthorized: true,
      honorCipherOrder: true,
      handshakeTimeout: handshakeTimeoutMs,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: tcpKeepAliveMs,
    });
  } catch (error) {
    if (error instanceof FatalError) throw error;
    throw new FatalError(`CERTS_DIR: the broker's certificate does not work: ${errorMessage(error)}`);
  }
  server.maxConnections = zoneLimits.camera.maxConnections;
  server.on('secureConnection', (socket) => {
    introduce(socket, 'camera', commonNameOf(socket));
    handle(socket);
  });
  server.on('tlsClientError', (error, socket) => {
    counters.add('connection.tls_failed');
    logger.debug({ fact: 'TLS handshake failed', address: socket.remoteAddress, reason: error.message });
    socket.destroy();
  });
  return server;
}

/** Takes up changed certificate files. A half-written or wrong one is logged and tried again when it changes again. */
export async function reloadCertificates(
  server: TlsServer,
  files: CertificateFiles,
  logger: Logger,
): Promise<void> {
  try {
    server.setSecureContext({ ...(await readCertificates(files)), ...tlsVersions, honorCipherOrder: true });
    logger.info({ fact: 'certificate reloaded', certificate: files.certificate });
  } catch (error) {
    logger.error({ fact: 'changed certificate not taken up', reason: errorMessage(error) });
  }
}

/** '' when the certificate has no CN, or several: such a client is nobody. */
function commonNameOf(socket: TLSSocket): string {
  // Typed as always there; a resumed session may come without.
  const certificate = socket.getPeerCertificate() as { subject?: { CN?: unknown } } | undefined;
  const name = certificate?.subject?.CN;
  return typeof name === 'string' ? name : '';
}

export function createServiceListener(handle: (socket: Duplex) => void): Server {
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: tcpKeepAliveMs });
  server.maxConnections = zoneLimits.service.maxConnections;
  server.on('connection', (socket) => {
    introduce(socket, 'service', '');
    handle(socket);
  });
  return server;
}

function introduce(socket: Socket, zone: Zone, userName: string): void {
  introducePeer(socket, {
    zone,
    userName,
    ipAddress: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    port: socket.remotePort ?? 0,
    listenerPort: socket.localPort ?? 0,
  });
}

/** Listens and resolves with the port. @throws FatalError naming the port when it cannot */
export async function listenOn(
  what: string,
  server: Server | HttpServer,
  port: number,
  host: string,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'another program has it' : error.message;
      reject(new FatalError(`The broker cannot listen on ${host} port ${port} (${what}): ${reason}.`));
    });
    server.listen(port, host, resolve);
  });
  server.removeAllListeners('error');
  server.on('error', () => undefined);
  return (server.address() as AddressInfo).port;
}

/** Calls `onChange` when size or time of a file changes. Polling: it sees a renamed file too. */
export function watchFiles(
  paths: readonly string[],
  intervalMs: number,
  onChange: () => void,
): { stop(): void } {
  const look = async (): Promise<string> =>
    (
      await Promise.all(
        paths.map(async (path) => {
          try {
            const { mtimeMs, size, ino } = await stat(path);
            return `${mtimeMs} ${size} ${ino}`;
          } catch {
            return 'missing';
          }
        }),
      )
    ).join();
  let before: string | undefined;
  const check = async (): Promise<void> => {
    const now = await look();
    if (before !== undefined && now !== before) onChange();
    before = now;
  };
  void check();
  const timer = setInterval(() => void check(), intervalMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
