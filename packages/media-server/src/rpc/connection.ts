/**
 * One control socket: frames in, frames out, in order. It belongs to the session it last named; a call that names none
 * uses that one, or makes one.
 */
import { WebSocket, type RawData } from 'ws';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import {
  errorFrame,
  isObject,
  ProtocolError,
  readRequest,
  resultFrame,
  rpcErrors,
  toRpcError,
  type Id,
  type Params,
  type Request,
} from './json-rpc.ts';
import { KurentoError } from './kurento-error.ts';
import type { Methods } from './methods.ts';
import type { EventSink, Session, Sessions } from './sessions.ts';

/** A reader this far behind is gone. */
const sendLimitBytes = 8_000_000;

export class Connection implements EventSink {
  readonly #socket: WebSocket;
  readonly #sessions: Sessions;
  readonly #methods: Methods;
  readonly #logger: Logger;
  #session: Session | undefined;
  /** Calls are answered one after another, as they came. */
  #queue: Promise<void> = Promise.resolve();

  constructor(socket: WebSocket, sessions: Sessions, methods: Methods, logger: Logger) {
    this.#socket = socket;
    this.#sessions = sessions;
    this.#methods = methods;
    this.#logger = logger;
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on('error', (error) => logger.debug({ fact: 'control socket failed', error: error.message }));
    socket.on('close', () => {
      if (this.#session?.sink === this) this.#session.sink = undefined;
    });
  }

  send(frame: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > sendLimitBytes) this.#socket.terminate();
    else this.#socket.send(frame);
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    const request = isBinary ? 'not json' : readRequest((data as Buffer).toString('utf8'));
    if (request === 'not json') {
      this.#socket.terminate();
      return;
    }
    if (request === 'invalid') {
      this.send(errorFrame(null, rpcErrors.invalidRequest));
      return;
    }
    this.#queue = this.#queue.then(() => this.#answer(request));
  }

  async #answer(request: Request): Promise<void> {
    const nowMs = performance.now();
    const named = isObject(request.params) ? request.params['sessionId'] : undefined;
    // A session may have ended behind this socket's back.
    const wanted = typeof named === 'string' ? named : this.#session?.id;
    const known = wanted === undefined ? undefined : this.#sessions.find(wanted);
    if (known !== undefined) known.lastSeenMs = nowMs;
    if (request.id === undefined) {
      const { result } = await this.#run(request, known, nowMs);
      this.send(
        errorFrame(null, {
          code: -32000,
          data: result,
          message: 'Ignoring response because of a notification request',
        }),
      );
      return;
    }
    const cached = known?.cachedReply(request.id, nowMs);
    if (cached !== undefined) {
      this.send(await cached);
      return;
    }
    const id: Id = request.id;
    const frame = this.#run(request, known, nowMs).then(({ result, error }) =>
      error === undefined ? resultFrame(id, result) : errorFrame(id, error),
    );
    // Under the session the call has named, made or found.
    (known ?? this.#session)?.cacheReply(id, frame, nowMs);
    this.send(await frame);
  }

  async #run(
    request: Request,
    known: Session | undefined,
    nowMs: number,
  ): Promise<{ result?: unknown; error?: NonNullable<ReturnType<typeof toRpcError>> }> {
    try {
      return { result: await this.#call(request, known, nowMs) };
    } catch (error) {
      const answer = toRpcError(error);
      if (answer !== undefined) return { error: answer };
      this.#logger.error({ err: error, fact: 'control call failed', method: request.method });
      return {
        error: { code: -32603, message: `Unexpected error while processing method: ${errorMessage(error)}` },
      };
    }
  }

  #call(request: Request, known: Session | undefined, nowMs: number): unknown {
    const { method, params } = request;
    if (!this.#methods.knows(method)) return fail(rpcErrors.methodNotFound);
    if (method === 'ping') return { value: 'pong' };
    if (params !== undefined && params !== null && !isObject(params)) return fail(rpcErrors.paramsNoObject);
    if (method === 'connect') return this.#connect(params ?? undefined, known, nowMs);
    if (!isObject(params)) return fail(rpcErrors.paramsRequired);
    const named = params['sessionId'];
    const session = known ?? this.#sessions.create(nowMs, typeof named === 'string' ? named : undefined);
    this.#adopt(session);
    return this.#methods.call(method, params, session);
  }

  /** Without parameters a new session; with a session id the old one back. */
  #connect(params: Params | undefined, known: Session | undefined, nowMs: number): unknown {
    if (params === undefined) {
      this.#adopt(known ?? this.#sessions.create(nowMs));
    } else {
      const named = params['sessionId'];
      const session = typeof named === 'string' ? this.#sessions.find(named) : undefined;
      if (session === undefined) throw new KurentoError('INVALID_SESSION', 'Invalid session');
      this.#adopt(session);
    }
    return this.#session === undefined ? undefined : this.#methods.call('connect', {}, this.#session);
  }

  #adopt(session: Session): void {
    this.#session = session;
    session.sink = this;
  }
}

function fail(error: (typeof rpcErrors)[keyof typeof rpcErrors]): never {
  throw new ProtocolError(error);
}
