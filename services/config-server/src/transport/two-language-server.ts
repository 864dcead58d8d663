/**
 * One TCP port, two languages: a first byte of 0x16 is a TLS client (a camera), anything else is plain HTTP (a person).
 * Owns sockets and deadlines; knows no paths. A connection passes the phases first byte → handshake → headers, each with
 * its own deadline, then belongs to its request. Connections that have said nothing are capped per address: beyond the
 * cap the one silent for longest is cut, so a flood never shuts out a camera.
 */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import type { Counters } from '@apiary/base/counters';
import type { Logger } from '@apiary/base/logger';
import { mendRequestLine } from './request-line.ts';
import { tlsOptions, type ServerCertificate } from './tls-options.ts';

export interface TransportLimits {
  readonly firstByteMs: number;
  readonly handshakeMs: number;
  readonly headersMs: number;
  /** Longest silence inside a request (contract §4.1: 60 s). */
  readonly idleMs: number;
  /** Connections of one address that have not sent a request yet. */
  readonly waitingPerAddress: number;
  readonly connections: number;
}

export const defaultLimits: TransportLimits = {
  firstByteMs: 10_000,
  handshakeMs: 15_000,
  headersMs: 15_000,
  idleMs: 60_000,
  waitingPerAddress: 256,
  connections: 4096,
};

/** What the transport knows of a request's connection. */
export interface ConnectionFacts {
  /** The socket's own address, IPv4 in its short form; never taken from a header. */
  readonly address: string;
  readonly secure: boolean;
  /** First bytes of the connection, where it speaks TLS: the ClientHello. */
  readonly clientHello: Buffer | undefined;
}

export type RequestListener = (
  request: IncomingMessage,
  response: ServerResponse,
  facts: ConnectionFacts,
) => void;

export interface TwoLanguageServer {
  readonly port: number;
  useCertificate(certificate: ServerCertificate): void;
  /** Stops listening, cuts what has no request yet, gives requests under way `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

export interface TransportOptions {
  readonly host: string;
  readonly port: number;
  readonly certificate: ServerCertificate;
  readonly limits?: Partial<TransportLimits>;
  readonly logger: Logger;
  readonly counters: Counters;
  readonly onSecureRequest: RequestListener;
  readonly onPlainRequest: RequestListener;
  /** Decides about a request that waits for `100 Continue`; true: it was answered here. */
  readonly refuseContinue: (request: IncomingMessage, response: ServerResponse) => boolean;
}

const tlsRecordHandshake = 0x16;
const maxHeaderBytes = 32 * 1024;
/** No request may take longer, however busy: a 200 MB file over a poor link takes minutes. */
const requestMs = 3_600_000;

interface Connection {
  readonly socket: Socket;
  readonly address: string;
  clientHello: Buffer | undefined;
  secure: boolean;
  /** False once its request was handed on. */
  waiting: boolean;
  timer: NodeJS.Timeout | undefined;
}

export async function startTwoLanguageServer(options: TransportOptions): Promise<TwoLanguageServer> {
  const limits = { ...defaultLimits, ...options.limits };
  const { counters, logger } = options;
  /** By remote address and port: how a TLS socket finds the TCP connection beneath it. */
  const connections = new Map<string, Connection>();
  /** Waiting connections of each address, oldest first. */
  const waiting = new Map<string, Set<Connection>>();

  const cut = (connection: Connection, reason: string): void => {
    counters.add(`connections_cut_${reason}`);
    connection.socket.destroy();
  };
  const enter = (connection: Connection, phase: string, deadlineMs: number): void => {
    clearTimeout(connection.timer);
    connection.timer = setTimeout(() => cut(connection, phase), deadlineMs);
  };
  const leaveWaiting = (connection: Connection): void => {
    if (!connection.waiting) return;
    connection.waiting = false;
    const others = waiting.get(connection.address);
    others?.delete(connection);
    if (others?.size === 0) waiting.delete(connection.address);
  };
  const makeRoom = (address: string): boolean => {
    const others = waiting.get(address);
    if (others !== undefined && others.size >= limits.waitingPerAddress) {
      const [oldest] = others;
      if (oldest !== undefined) {
        leaveWaiting(oldest);
        cut(oldest, 'too_many_waiting');
      }
    }
    if (connections.size < limits.connections) return true;
    const [oldest] = [...waiting.values()].flatMap((set) => [...set].slice(0, 1));
    if (oldest === undefined) return false;
    leaveWaiting(oldest);
    cut(oldest, 'too_many_connections');
    return true;
  };

  const http = httpServer(limits, options.onSecureRequest);
  const plainHttp = httpServer(limits, options.onPlainRequest);

  function httpServer(timing: TransportLimits, listener: RequestListener): Server {
    const server = createHttpServer({ maxHeaderSize: maxHeaderBytes, requireHostHeader: false });
    server.timeout = timing.idleMs;
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      // A peer that leaves while it is being answered is nobody's fault.
      response.on('error', () => undefined);
      const connection = connectionOf(request.socket);
      if (connection === undefined) {
        request.socket.destroy();
        return;
      }
      leaveWaiting(connection);
      enter(connection, 'request', requestMs);
      listener(request, response, connection);
    };
    server.on('request', handle);
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      response.on('error', () => undefined);
      if (options.refuseContinue(request, response)) return;
      response.writeContinue();
      handle(request, response);
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      counters.add('requests_malformed');
      if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
      else socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
    return server;
  }

  function connectionOf(socket: Socket): Connection | undefined {
    return connections.get(`${socket.remoteAddress ?? ''} ${socket.remotePort ?? ''}`);
  }

  const tls = createTlsServer({
    ...tlsOptions,
    ...options.certificate,
    handshakeTimeout: limits.handshakeMs,
  });
  tls.on('secureConnection', (socket: TLSSocket) => {
    const connection = connectionOf(socket);
    if (connection === undefined) {
      socket.destroy();
      return;
    }
    enter(connection, 'headers', limits.headersMs);
    handToParser(socket, http);
  });
  let lastFailureLoggedAt = 0;
  tls.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    counters.add('tls_handshakes_failed');
    // A camera that trusts another CA retries for ever: one line a second tells enough.
    const now = Date.now();
    if (now - lastFailureLoggedAt > 1000) {
      lastFailureLoggedAt = now;
      logger.warn({
        fact: 'TLS handshake failed',
        address: plainAddress(socket.remoteAddress),
        reason: error.code ?? error.message,
      });
    }
  });

  const onConnection = (socket: Socket): void => {
    const key = `${socket.remoteAddress ?? ''} ${socket.remotePort ?? ''}`;
    const address = plainAddress(socket.remoteAddress);
    socket.on('error', () => undefined);
    if (socket.remoteAddress === undefined || !makeRoom(address)) {
      counters.add('connections_refused');
      socket.destroy();
      return;
    }
    const connection: Connection = {
      socket,
      address,
      clientHello: undefined,
      secure: false,
      waiting: true,
      timer: undefined,
    };
    connections.set(key, connection);
    const others = waiting.get(address);
    if (others === undefined) waiting.set(address, new Set([connection]));
    else others.add(connection);
    socket.once('close', () => {
      clearTimeout(connection.timer);
      leaveWaiting(connection);
      if (connections.get(key) === connection) connections.delete(key);
    });
    enter(connection, 'silent', limits.firstByteMs);
    socket.once('data', (first: Buffer) => {
      // The next reader starts from the very first byte.
      socket.pause();
      socket.unshift(first);
      if (first[0] === tlsRecordHandshake) {
        connection.secure = true;
        connection.clientHello = first;
        enter(connection, 'handshake', limits.handshakeMs);
        tls.emit('connection', socket);
      } else {
        enter(connection, 'headers', limits.headersMs);
        handToParser(socket, plainHttp);
      }
    });
  };

  const server = createTcpServer({ noDelay: true }, onConnection);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.host, port: options.port, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', (error) => logger.error({ err: error, fact: 'listening socket failed' }));

  return {
    port: (server.address() as AddressInfo).port,
    useCertificate: (certificate) => {
      tls.setSecureContext({ ...tlsOptions, ...certificate });
    },
    stop: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections.values()) if (connection.waiting) connection.socket.destroy();
      const cutAll = setTimeout(() => {
        for (const connection of connections.values()) connection.socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(cutAll);
    },
  };
}

/** Reads a connection's first line, mends it, and lets an HTTP server parse the whole from its beginning. */
function handToParser(socket: Socket, server: Server): void {
  let seen: Buffer | undefined;
  const onData = (chunk: Buffer): void => {
    seen = seen === undefined ? chunk : Buffer.concat([seen, chunk]);
    const mended = mendRequestLine(seen);
    if (mended === undefined) return;
    socket.off('data', onData);
    socket.pause();
    socket.unshift(mended);
    server.emit('connection', socket);
    socket.resume();
  };
  socket.on('error', () => undefined);
  socket.on('data', onData);
  socket.resume();
}

/** `::ffff:192.168.1.2` is 192.168.1.2. */
export function plainAddress(address: string | undefined): string {
  return address === undefined ? '' : address.replace(/^::ffff:(?=\d+\.)/i, '');
}
