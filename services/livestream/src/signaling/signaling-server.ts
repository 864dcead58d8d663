/**
 * WebSocket upgrades on any path: who asks, from which page, then a ViewerConnection. Refusals are HTTP answers, given
 * before there is a socket. Pings, and ends connections whose login or token has ended.
 */
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { withDeadline } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import { can } from '@apiary/access/can';
import { callerKey, type Caller } from '@apiary/access/caller';
import type { Callers } from '@apiary/access/callers';
import { readLiveTicket } from '@apiary/access/live-ticket';
import { isAllowedOrigin } from '@apiary/access/same-origin';
import { maxSignalingMessageBytes } from '@apiary/contract';
import { WebSocketServer } from 'ws';
import { sentences } from '../sentences.ts';
import { ViewerConnection, type ConnectionDeps, type Peer } from './viewer-connection.ts';

export interface SignalingDeps extends ConnectionDeps {
  readonly callers: Callers;
  readonly ticketSecret: string;
  /** Names and addresses our pages are served under, beside the host a request was sent to. */
  readonly names: readonly string[];
  readonly pagePorts: readonly number[];
  /** The client's address as the edge tells it. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly pingMs?: number;
  readonly loginCheckMs?: number;
}

/** For the client's half of the closing handshake. */
const closeMs = 500;
const maxConnections = 500;
const maxConnectionsPerUser = 64;

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export class SignalingServer {
  readonly #deps: SignalingDeps;
  readonly #connections = new Set<ViewerConnection>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxSignalingMessageBytes,
    // Compressing a few kilobytes once costs more memory than it saves.
    perMessageDeflate: false,
    clientTracking: false,
  });
  #pings: NodeJS.Timeout | undefined;
  #logins: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(deps: SignalingDeps) {
    this.#deps = deps;
  }

  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      void this.#onUpgrade(request, socket, head);
    });
    this.#pings = setInterval(() => {
      for (const connection of this.#connections) connection.ping();
    }, this.#deps.pingMs ?? 20_000);
    this.#logins = setInterval(() => void this.recheck(), this.#deps.loginCheckMs ?? 10_000);
  }

  get connections(): number {
    return this.#connections.size;
  }

  async #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const peer = await this.#admit(request);
      if (socket.destroyed) return;
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const connection = new ViewerConnection(webSocket, peer, this.#deps);
        this.#connections.add(connection);
        webSocket.on('close', () => this.#connections.delete(connection));
        // Rights that ended while it was admitted were told to nobody.
        void this.recheck([peer.caller.user.userId]);
      });
    } catch (error) {
      const { status, message } =
        error instanceof Refusal
          ? error
          : new Refusal(503, 'Live view cannot ask who you are. Try again soon.');
      if (!(error instanceof Refusal))
        this.#deps.logger.warn({ fact: 'upgrade failed', reason: errorMessage(error) });
      this.#deps.counters.add(`upgrades_refused_${status}`);
      refuse(socket, status, message);
    }
  }

  async #admit(request: IncomingMessage): Promise<Peer> {
    const { names, pagePorts, callers, addressOf } = this.#deps;
    if (this.#stopping) throw new Refusal(503, sentences.stopping);
    const { origin, host, cookie, authorization } = request.headers;
    if (origin !== undefined && !isAllowedOrigin(origin, host, names, pagePorts))
      throw new Refusal(403, 'This page belongs to another site.');
    if (this.#connections.size >= maxConnections) throw new Refusal(503, 'Too many connections.');
    const address = addressOf(request);
    const ticket = ticketOf(request.url);
    const peer =
      ticket === undefined
        ? { caller: await callers.peek({ authorization, cookie }), onlyCamera: undefined }
        : await this.#byTicket(ticket);
    const { caller, onlyCamera } = peer;
    if (caller === undefined) throw new Refusal(401, 'Log in first.');
    if (!can(caller.user, 'live', onlyCamera)) throw new Refusal(403, 'You may not watch live.');
    const ofUser = [...this.#connections].filter((each) => each.caller.user.userId === caller.user.userId);
    if (ofUser.length >= maxConnectionsPerUser) throw new Refusal(429, 'Too many connections.');
    return { caller, onlyCamera, address };
  }

  async #byTicket(text: string): Promise<{ caller: Caller | undefined; onlyCamera: string | undefined }> {
    const ticket = readLiveTicket(this.#deps.ticketSecret, text, Date.now());
    if (ticket === undefined) return { caller: undefined, onlyCamera: undefined };
    const found = await this.#deps.callers.stillThere([ticket]);
    return { caller: found.get(callerKey(ticket)), onlyCamera: ticket.cameraId };
  }

  /** Somebody's rights may have changed: connections end, or narrow, with what they rest on. */
  async recheck(userIds?: readonly string[]): Promise<void> {
    const asked = [...this.#connections].filter(
      ({ caller }) => userIds === undefined || userIds.includes(caller.user.userId),
    );
    if (asked.length === 0) return;
    try {
      const found = await this.#deps.callers.stillThere(asked.map(({ caller }) => caller));
      for (const connection of asked) {
        const caller = found.get(callerKey(connection.caller));
        if (caller === undefined) connection.close(4401, sentences.sessionEnded);
        else connection.narrow(caller);
      }
    } catch (error) {
      this.#deps.logger.warn({ fact: 'logins not checked', reason: errorMessage(error) });
    }
  }

  /** No new connections; the open ones are told, closed with 1012 (service restart), and cut when they do not answer. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#pings);
    clearInterval(this.#logins);
    const open = [...this.#connections];
    for (const connection of open) connection.close(1012, sentences.stopping, 'retrying');
    const closed = Promise.all(open.map((connection) => connection.closed));
    await withDeadline(closed, closeMs, 'closing').catch(() => {
      for (const connection of open) connection.terminate();
    });
  }
}

function ticketOf(url: string | undefined): string | undefined {
  const query = url?.split('?')[1];
  return query === undefined ? undefined : (new URLSearchParams(query).get('ticket') ?? undefined);
}

function refuse(socket: Duplex, status: number, message: string): void {
  const body = JSON.stringify({ error: { code: 'refused', message } });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
