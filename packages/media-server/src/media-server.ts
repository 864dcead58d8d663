/**
 * The embedded media server: Kurento's control protocol on one TCP port, cameras and viewers on a range of UDP ports.
 * The control side has no authentication, as Kurento's has none: bind it to loopback or a private network.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { FatalError } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import type { Context } from './elements/context.ts';
import { Connection } from './rpc/connection.ts';
import { eventFrame } from './rpc/json-rpc.ts';
import { Methods } from './rpc/methods.ts';
import { Sessions } from './rpc/sessions.ts';
import { PortRange } from './rtp/port-range.ts';
import { forwardLibraryLog } from './webrtc-peer.ts';

export interface MediaServerOptions {
  /** Of the control port. */
  readonly host: string;
  /** Control port; 0 = a free one. */
  readonly port: number;
  /** UDP range of cameras and viewers, inclusive. */
  readonly minPort: number;
  readonly maxPort: number;
  /** IPv4 written into answers to cameras and announced to viewers. */
  readonly address: string;
  /** More addresses to announce to viewers, such as EXTERNAL_ADDRESS. */
  readonly furtherAddresses?: readonly string[];
  /** Where media sockets are bound; default: loopback for a loopback address, else every interface. */
  readonly bindAddress?: string;
  readonly logger: Logger;
  /** Sessions silent for so long are collected. Default 240 s, as Kurento. */
  readonly sessionSilenceMs?: number;
}

export interface MediaServer {
  readonly port: number;
  readonly viewerPort: number;
  /** Objects that exist now, the manager apart. */
  readonly objectCount: number;
  stop(): Promise<void>;
}

const maxFrameBytes = 1 << 20;
const defaultSessionSilenceMs = 240_000;

/** @throws FatalError when a port or the range cannot be had */
export async function startMediaServer(options: MediaServerOptions): Promise<MediaServer> {
  const { logger } = options;
  forwardLibraryLog(logger);
  const bindAddress =
    options.bindAddress ?? (options.address.startsWith('127.') ? options.address : '0.0.0.0');
  const ports = new PortRange(bindAddress, options.minPort, options.maxPort);
  const viewerPort = await ports.reserveSharedPort();
  if (viewerPort === undefined)
    throw new FatalError(
      `Every UDP port of ${options.minPort}-${options.maxPort} is taken: change MEDIA_MIN_PORT and MEDIA_MAX_PORT`,
    );
  const sessions: Sessions = new Sessions((session) => methods.dropSession(session.id));
  const context: Omit<Context, 'register' | 'forget'> = {
    logger,
    address: options.address,
    candidateAddresses: [...new Set([options.address, ...(options.furtherAddresses ?? [])])],
    bindAddress,
    ports,
    viewerPort,
    deliver: (sessionId, object, type, data) =>
      sessions.find(sessionId)?.sink?.send(eventFrame(object, type, data)),
  };
  const methods = new Methods(context, sessions);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes });
  const server = createServer((_request, response) => {
    response.writeHead(426, { 'Content-Type': 'text/plain', Upgrade: 'websocket', Connection: 'Upgrade' });
    response.end('This port speaks the Kurento protocol over WebSocket, path /kurento.\n');
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // From here on the socket is nobody's: one that is reset, as by a health probe that has seen enough, must not end us.
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (new URL(request.url ?? '/', 'http://media-server').pathname !== '/kurento')
        webSocket.close(1002, 'unknown path');
      else new Connection(webSocket, sessions, methods, logger);
    });
  });
  const silenceMs = options.sessionSilenceMs ?? defaultSessionSilenceMs;
  const collector = setInterval(
    () => {
      for (const session of sessions.collect(performance.now() - silenceMs))
        logger.info({ fact: 'silent control session collected', session });
    },
    Math.min(15_000, silenceMs / 4),
  );
  const port = await listen(server, options.host, options.port);
  logger.info({ fact: 'media server listens', host: options.host, port, viewerPort, media: options.address });
  return {
    port,
    viewerPort,
    get objectCount() {
      return methods.objectCount;
    },
    async stop() {
      clearInterval(collector);
      methods.releaseAll();
      for (const client of sockets.clients) client.terminate();
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
    },
  };
}

/** A status line, for what is no WebSocket handshake or comes from a page of some browser. */
function refusalOf(request: IncomingMessage): string | undefined {
  // The health probe of Kurento's image asks for an upgrade without a key and wants this very answer.
  if (request.headers['sec-websocket-key'] === undefined) return '500 Internal Server Error';
  // Kurento's clients send no scheme in Origin; a web page always does, and none has any business here.
  if (/^https?:/i.test(request.headers.origin ?? '')) return '403 Forbidden';
  return undefined;
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new FatalError(`The media server cannot listen on ${host}:${port}: ${error.message}`, {
          cause: error,
        }),
      ),
    );
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
