/**
 * One signalling socket: its messages in, its viewer's messages out. Bounded in size and rate; its viewer leaves with it,
 * because the media server would notice a closed page only half a minute later.
 */
import { errorMessage } from '@apiary/base/errors';
import type { Counters } from '@apiary/base/counters';
import type { Logger } from '@apiary/base/logger';
import { can } from '@apiary/access/can';
import type { Caller } from '@apiary/access/caller';
import {
  type ClientMessage,
  type IceServer,
  type ServerMessage,
  type SignalingErrorCode,
  signalingVersion,
} from '@apiary/contract';
import type { RawData, WebSocket } from 'ws';
import { sentences } from '../sentences.ts';
import type { StreamPool } from '../stream-pool.ts';
import { asViewerError, ViewerError } from '../viewer-error.ts';
import type { Viewer } from '../viewer.ts';
import { notJson, parseClientText } from './client-text.ts';
import { MessageBudget } from './message-budget.ts';

export interface ConnectionDeps {
  readonly pool: StreamPool;
  readonly logger: Logger;
  readonly counters: Counters;
  /** Freshly minted for each. */
  readonly iceServers: () => IceServer[];
  /** 0 = no limit. */
  readonly maxWatchMs: number;
  readonly answerWithinMs: number;
  readonly audit: (username: string, cameraId: string, address: string) => void;
}

export interface Peer {
  readonly caller: Caller;
  /** A ticket opens one camera. */
  readonly onlyCamera: string | undefined;
  readonly address: string;
}

/** What may wait for a client that does not read. */
const maxBufferedBytes = 1024 * 1024;

export class ViewerConnection {
  /** Resolves when the socket is gone. */
  readonly closed: Promise<void>;
  readonly #peer: Peer;
  readonly #socket: WebSocket;
  readonly #deps: ConnectionDeps;
  readonly #budget = new MessageBudget();
  #caller: Caller;
  #viewer: Viewer | undefined;
  #watchTimer: NodeJS.Timeout | undefined;
  #answered = true;

  constructor(socket: WebSocket, peer: Peer, deps: ConnectionDeps) {
    this.#socket = socket;
    this.#peer = peer;
    this.#caller = peer.caller;
    this.#deps = deps;
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on('pong', () => (this.#answered = true));
    socket.on('error', (error) =>
      deps.logger.debug({ fact: 'signalling socket', reason: errorMessage(error) }),
    );
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
    socket.on('close', () => this.#leave());
    this.#send({
      type: 'hello',
      version: signalingVersion,
      iceServers: deps.iceServers(),
      capacity: deps.pool.capacity(),
    });
  }

  /** Asks whether the client is still there; cuts one that did not answer the last time. */
  ping(): void {
    if (!this.#answered) {
      this.#socket.terminate();
      return;
    }
    this.#answered = false;
    this.#socket.ping();
  }

  get caller(): Caller {
    return this.#caller;
  }

  /** The rights are now these: a picture they no longer cover ends. */
  narrow(caller: Caller): void {
    this.#caller = caller;
    const watched = this.#viewer?.request.cameraId;
    if (watched !== undefined && !can(caller.user, 'live', watched))
      this.close(4403, sentences.unknownCamera);
  }

  /** Login ended, or the process does; `state` is what its viewer sees. */
  close(code: number, message: string, state: 'ended' | 'retrying' = 'ended'): void {
    this.#viewer?.end(message, state);
    this.#socket.close(code, message);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #send(message: ServerMessage): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(JSON.stringify(message));
    if (this.#socket.bufferedAmount > maxBufferedBytes) this.#socket.terminate();
  }

  #refuse(code: SignalingErrorCode, message: string): void {
    this.#deps.counters.add(`signalling_refused_${code}`);
    this.#send({ type: 'error', code, message });
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    if (!this.#budget.take()) {
      this.#refuse('too_fast', 'Too many messages.');
      this.#socket.close(1008, 'too many messages');
      return;
    }
    const message = isBinary ? notJson : parseClientText(data);
    if (typeof message === 'string') this.#refuse('invalid_message', message);
    else this.#handle(message);
  }

  #handle(message: ClientMessage): void {
    switch (message.type) {
      case 'viewer':
        void this.#watch(message);
        return;
      case 'onIceCandidate':
        this.#viewer?.addIceCandidate({
          candidate: message.candidate.candidate,
          sdpMid: message.candidate.sdpMid ?? '',
          sdpMLineIndex: message.candidate.sdpMLineIndex ?? 0,
        });
        return;
      case 'stop':
        this.#leave();
        return;
      case 'keepWatching':
        this.#askLater();
        return;
      case 'talk':
        if (message.active) void this.#talk();
        return;
    }
  }

  async #watch(message: Extract<ClientMessage, { type: 'viewer' }>): Promise<void> {
    const { cameraId, sdpOffer, streamId, bandwidthKbps } = message;
    // The client starts over: its former endpoint is of no use to it.
    this.#leave();
    const { address, onlyCamera } = this.#peer;
    const { user } = this.#caller;
    // A camera one may not see does not exist.
    if (!can(user, 'live', cameraId) || (onlyCamera !== undefined && onlyCamera !== cameraId)) {
      this.#refuse('unknown_camera', sentences.unknownCamera);
      return;
    }
    const request = {
      cameraId,
      sdpOffer,
      streamId,
      bandwidthKbps,
      username: user.username,
      address,
      send: (answer: ServerMessage) => this.#send(answer),
    };
    let viewer: Viewer | undefined;
    try {
      await this.#deps.pool.join(request, (made) => {
        viewer = made;
        this.#viewer = made;
      });
      this.#deps.audit(user.username, cameraId, address);
      this.#askLater();
    } catch (error) {
      const told = asViewerError(error);
      if (!(error instanceof ViewerError) || error.cause !== undefined)
        this.#deps.logger.warn({
          fact: 'viewer not served',
          cameraId,
          reason: errorMessage(error instanceof ViewerError ? error.cause : error),
        });
      if (viewer?.left === true && told.code === 'ended') return;
      if (viewer === undefined) this.#refuse(told.code, told.message);
      else viewer.fail(told.code, told.message);
    }
  }

  async #talk(): Promise<void> {
    const viewer = this.#viewer;
    if (viewer === undefined) return;
    try {
      await this.#deps.pool.get(viewer.request.cameraId)?.talk(viewer);
    } catch (error) {
      this.#deps.logger.warn({
        fact: 'talk not connected',
        viewerId: viewer.id,
        reason: errorMessage(error),
      });
    }
  }

  /** LIVE_MAX_MINUTES: a forgotten tab must not empty a battery. */
  #askLater(): void {
    clearTimeout(this.#watchTimer);
    const { maxWatchMs, answerWithinMs } = this.#deps;
    if (maxWatchMs === 0 || this.#viewer === undefined || this.#viewer.left) return;
    this.#watchTimer = setTimeout(() => {
      this.#send({
        type: 'keepWatching',
        seconds: Math.round(answerWithinMs / 1000),
        message: sentences.stillWatching,
      });
      this.#watchTimer = setTimeout(() => this.#viewer?.end(sentences.tooLong), answerWithinMs);
    }, maxWatchMs);
  }

  #leave(): void {
    clearTimeout(this.#watchTimer);
    this.#viewer?.leave();
    this.#viewer = undefined;
  }
}
