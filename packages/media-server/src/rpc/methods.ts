/**
 * Kurento's RPC methods over the objects of this server. Decides what a call means; knows nothing of sockets. Results
 * and errors are held to docs/ref/media-server.md by test/parity/media-server.test.ts.
 */
import { randomUUID } from 'node:crypto';
import type { Context } from '../elements/context.ts';
import { MediaObject } from '../elements/media-object.ts';
import { MediaPipeline } from '../elements/media-pipeline.ts';
import { RtpEndpoint } from '../elements/rtp-endpoint.ts';
import { ServerManager, serverManagerId } from '../elements/server-manager.ts';
import { WebRtcEndpoint } from '../elements/webrtc-endpoint.ts';
import { isObject, ProtocolError, rpcErrors, type Params } from './json-rpc.ts';
import { KurentoError, objectNotFound, parameterMissing } from './kurento-error.ts';
import type { Session, Sessions } from './sessions.ts';
import { runTransaction } from './transaction.ts';

/** An answer that is no `{sessionId, value}`. */
export class RawResult {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

type Method = (params: Params, session: Session) => unknown;

export class Methods {
  readonly serverId = randomUUID();
  readonly #objects = new Map<string, MediaObject>();
  readonly #sessions: Sessions;
  readonly #context: Context;
  readonly #manager: ServerManager;
  readonly #methods: Readonly<Record<string, Method>>;

  constructor(context: Omit<Context, 'register' | 'forget'>, sessions: Sessions) {
    this.#sessions = sessions;
    this.#context = {
      ...context,
      register: (object) => {
        if (object instanceof MediaObject) this.#objects.set(object.id, object);
      },
      forget: (object) => {
        this.#objects.delete(object.id);
        this.#manager.objectDestroyed(object.id);
      },
    };
    this.#manager = new ServerManager(this.#context, {
      pipelines: () =>
        [...this.#objects.values()].filter((one) => one instanceof MediaPipeline).map(({ id }) => id),
      sessions: () => sessions.ids,
    });
    this.#objects.set(serverManagerId, this.#manager);
    const nothing = (): undefined => undefined;
    this.#methods = {
      create: (params, session) => this.#create(params, session),
      invoke: (params) => this.#invoke(params),
      subscribe: (params, session) => this.#object(params).subscribe(session.id, text(params, 'type')),
      unsubscribe: (params, session) => {
        this.#objects.get(String(params['object']))?.unsubscribe(session.id, String(params['subscription']));
        return new RawResult({ sessionId: session.id });
      },
      release: (params, session) => {
        this.#objects.get(String(params['object']))?.release();
        return new RawResult({ sessionId: session.id });
      },
      ref: (params, session) => {
        this.#object(params).owners.add(session.id);
        return new RawResult({ sessionId: session.id });
      },
      unref: (params, session) => {
        this.#disown(this.#object(params), session.id);
        return new RawResult({ sessionId: session.id });
      },
      keepAlive: (_params, session) => new RawResult({ sessionId: session.id }),
      describe: (params, session) => this.#describe(params, session),
      transaction: (params, session) =>
        runTransaction(params, (method, inner) => this.call(method, inner, session)),
      closeSession: (_params, session) => {
        this.#sessions.end(session);
        return new RawResult(null);
      },
      connect: (_params, session) => new RawResult({ serverId: this.serverId, sessionId: session.id }),
      ping: nothing,
    };
  }

  get objectCount(): number {
    return this.#objects.size - 1;
  }

  knows(method: string): boolean {
    return Object.hasOwn(this.#methods, method);
  }

  /** @throws KurentoError, ProtocolError */
  async call(method: string, params: Params, session: Session): Promise<unknown> {
    const run = this.knows(method) ? this.#methods[method] : undefined;
    if (run === undefined) throw new ProtocolError(rpcErrors.methodNotFound);
    const value: unknown = await run(params, session);
    return value instanceof RawResult ? value.value : { sessionId: session.id, value: value ?? null };
  }

  #object(params: Params): MediaObject {
    const id = text(params, 'object');
    const object = this.#objects.get(id);
    if (object === undefined) throw objectNotFound(id);
    return object;
  }

  #create(params: Params, session: Session): string {
    const type = text(params, 'type');
    const object = this.#make(type, params['constructorParams']);
    object.owners.add(session.id);
    this.#context.register(object);
    this.#manager.objectCreated(object.id);
    return object.id;
  }

  #make(type: string, given: unknown): MediaObject {
    const name = type.replace(/^kurento\./, '');
    if (name === 'MediaPipeline') return new MediaPipeline(this.#context);
    if (name !== 'RtpEndpoint' && name !== 'WebRtcEndpoint')
      throw new KurentoError('MEDIA_OBJECT_NOT_AVAILABLE', `Factory '${type}' not found`);
    if (!isObject(given)) throw parameterMissing('constructorParams');
    const pipelineId = text(given, 'mediaPipeline');
    const pipeline = this.#objects.get(pipelineId);
    if (!(pipeline instanceof MediaPipeline)) throw objectNotFound(pipelineId);
    const find = (id: string): MediaObject | undefined => this.#objects.get(id);
    return name === 'RtpEndpoint'
      ? new RtpEndpoint(this.#context, pipeline, find)
      : new WebRtcEndpoint(this.#context, pipeline, find);
  }

  #invoke(params: Params): unknown {
    const object = this.#object(params);
    return object.invoke(text(params, 'operation'), params['operationParams']);
  }

  #describe(params: Params, session: Session): RawResult {
    const object = this.#object(params);
    return new RawResult({
      hierarchy: object.hierarchy,
      qualifiedType: `kurento.${object.type}`,
      sessionId: session.id,
      type: object.type,
    });
  }

  /** The session is over: what only it owned goes. */
  dropSession(sessionId: string): void {
    for (const object of [...this.#objects.values()]) this.#disown(object, sessionId);
  }

  #disown(object: MediaObject, sessionId: string): void {
    const owned = object.owners.has(sessionId);
    object.dropSession(sessionId);
    if (owned && object.owners.size === 0) object.release();
  }

  releaseAll(): void {
    for (const object of [...this.#objects.values()]) object.release();
  }
}

function text(params: Params, name: string): string {
  const value = params[name];
  if (typeof value !== 'string') throw parameterMissing(name);
  return value;
}
