/**
 * The media server as this service sees it: the only importer of kurento-client. Connects for ever; resumes its session
 * after a broken connection; says when the media server was restarted and every object is gone. Every call has a
 * deadline and fails at once while there is no connection.
 *
 * kurento-client's objects are thenables: one returned from an async function, or given to `resolve`, is awaited and
 * taken apart. They stay inside `MediaObject`.
 */
import kurento, { type KurentoCallback, type KurentoClient, type KurentoObject } from 'kurento-client';
import { withDeadline } from '@apiary/base/deadline';
import { RecoverableError, errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { RtpEndpoint, WebRtcEndpoint } from './media-endpoints.ts';

export interface MediaServerOptions {
  /** `ws://host:port/kurento` */
  readonly url: string;
  readonly logger: Logger;
  /** Default 5000. */
  readonly callTimeoutMs?: number;
}

/** Kurento's error codes that are handled. */
const errorCode = { invalidSession: 40_007 } as const;

/** The media server refused a call, or is away. `code` is Kurento's, where it answered. */
export class MediaServerError extends RecoverableError {
  override readonly name = 'MediaServerError';
  readonly code: number | undefined;

  constructor(message: string, code?: number, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export class MediaServer {
  readonly #url: string;
  readonly #logger: Logger;
  readonly #callTimeoutMs: number;
  readonly #pending = new Set<(error: Error) => void>();
  readonly #onRestart = new Set<() => void>();
  readonly #onConnected = new Set<() => void>();
  #client: KurentoClient | undefined;
  #connected = false;
  #closed = false;
  #swept = false;

  constructor({ url, logger, callTimeoutMs = 5000 }: MediaServerOptions) {
    this.#url = url;
    this.#logger = logger;
    this.#callTimeoutMs = callTimeoutMs;
  }

  start(): void {
    this.#open();
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Every object made before is gone. Called once a restart, when new ones can be made. */
  onRestart(listener: () => void): void {
    this.#onRestart.add(listener);
  }

  /** Waits a little for a connection that is being made again; what to do without one is the caller's. */
  async ready(timeoutMs: number): Promise<boolean> {
    if (this.#connected) return true;
    let stands: () => void = () => undefined;
    const standing = new Promise<void>((resolve) => (stands = resolve));
    this.#onConnected.add(stands);
    await withDeadline(standing, timeoutMs, 'the media server').catch(() => undefined);
    this.#onConnected.delete(stands);
    return this.#connected;
  }

  async createPipeline(): Promise<MediaPipeline> {
    return new MediaPipeline(await this.#create('MediaPipeline', {}));
  }

  async #create(type: string, params: Record<string, unknown>): Promise<MediaObject> {
    const client = this.#client;
    return this.call(`creating a ${type}`, (callback) => {
      client?.create(type, params, (error, result) =>
        callback(error, error ? undefined : new MediaObject(this, result as KurentoObject, client)),
      );
    });
  }

  /** Whether objects of this client still exist; for MediaObject. */
  isCurrent(client: KurentoClient): boolean {
    return this.#client === client;
  }

  /** An object below another; for MediaPipeline. */
  createIn(pipeline: MediaObject, type: string): Promise<MediaObject> {
    return pipeline.asParameter((raw) => this.#create(type, { mediaPipeline: raw }));
  }

  /** Runs one call; `start` gets the callback it must answer to. */
  async call<T>(what: string, start: (callback: KurentoCallback) => void): Promise<T> {
    if (!this.#connected) throw new MediaServerError('The media server is not connected.');
    const client = this.#client;
    let fail: (error: Error) => void = () => undefined;
    const answered = new Promise<T>((resolve, reject) => {
      fail = reject;
      this.#pending.add(fail);
      start((error, result) => {
        if (error) reject(this.#refusal(what, error, client));
        else resolve(result as T);
      });
    });
    try {
      return await withDeadline(answered, this.#callTimeoutMs, what);
    } finally {
      this.#pending.delete(fail);
    }
  }

  #refusal(what: string, error: unknown, client: KurentoClient | undefined): MediaServerError {
    const code =
      error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
    // The session was forgotten without the socket noticing: as good as a restart.
    if (code === errorCode.invalidSession)
      setImmediate(() => {
        if (this.#client === client) this.#begin('media server session forgotten');
      });
    return new MediaServerError(`The media server refused ${what}: ${errorMessage(error)}`, code, {
      cause: error,
    });
  }

  #open(): void {
    const client = kurento(this.#url, {
      strict: false,
      enableTransactions: false,
      request_timeout: this.#callTimeoutMs,
      // Ids never repeat within a session, so old answers need no keeping.
      response_timeout: this.#callTimeoutMs,
      duplicates_timeout: this.#callTimeoutMs,
    });
    this.#client = client;
    const ours = (): boolean => this.#client === client && !this.#closed;
    client.on('connected', () => {
      if (!ours()) return;
      this.#stands('media server connected');
      // Once a run; later clients of this one have nothing that is not known.
      if (!this.#swept) void this.#releaseLeftovers();
      this.#swept = true;
    });
    client.on('reconnected', (sameSession: boolean) => {
      if (!ours()) return;
      if (sameSession) this.#stands('media server session resumed');
      // A fresh client: this one would go on with the dead session's id.
      else this.#begin('media server restarted');
    });
    client._re.on('disconnect', () => {
      if (ours()) this.#lost();
    });
  }

  /**
   * What an earlier run of this service left behind, killed before it could release it: its ports would be held until the
   * media server collects the session, and its viewers go on watching unseen. This service is its only client.
   */
  async #releaseLeftovers(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    let manager: KurentoObject | undefined;
    const ask = <T>(what: string, method: string, params: Record<string, unknown>): Promise<T> =>
      this.call(what, (callback) => void manager?.emit('_rpc', undefined, method, params, callback));
    try {
      // The object stays out of every promise: it is a thenable too.
      await this.call('finding the server manager', (callback) => {
        client.getServerManager((error, result) => {
          manager = result as KurentoObject;
          callback(error, undefined);
        });
      });
      const { value: pipelines } = await ask<{ value: string[] }>('listing pipelines', 'invoke', {
        object: 'manager_ServerManager',
        operation: 'getPipelines',
        operationParams: {},
      });
      for (const id of pipelines) await ask('release', 'release', { object: id });
      if (pipelines.length > 0)
        this.#logger.warn({ fact: 'pipelines of an earlier run released', count: pipelines.length });
    } catch (error) {
      this.#logger.warn({ fact: 'leftovers not released', reason: errorMessage(error) });
    }
  }

  #stands(fact: string): void {
    this.#connected = true;
    this.#logger.info({ fact });
    for (const listener of [...this.#onConnected]) listener();
  }

  #lost(): void {
    if (this.#connected) this.#logger.warn({ fact: 'media server connection lost' });
    this.#connected = false;
    for (const fail of this.#pending) fail(new MediaServerError('The connection to the media server broke.'));
    this.#pending.clear();
  }

  /** Starts over with a new session; tells when it stands. */
  #begin(fact: string): void {
    if (this.#closed) return;
    this.#logger.warn({ fact });
    this.#lost();
    this.#disconnect();
    this.#open();
    this.#client?.once('connected', () => {
      for (const listener of this.#onRestart) listener();
    });
  }

  #disconnect(): void {
    // `close` alone waits for calls that nobody will answer; the other alone leaves its ping running.
    this.#client?.close();
    this.#client?._re.disconnect();
  }

  stop(): void {
    this.#closed = true;
    this.#lost();
    this.#disconnect();
  }
}

/** One object of the media server: calls, events, release. */
export class MediaObject {
  readonly #server: MediaServer;
  readonly #raw: KurentoObject;
  readonly #client: KurentoClient;
  readonly #listeners = new Map<string, (data: Record<string, unknown>) => void>();

  constructor(server: MediaServer, raw: KurentoObject, client: KurentoClient) {
    this.#server = server;
    this.#raw = raw;
    this.#client = client;
    // Events are heard here and not through `on`, which refuses the names of other versions of the media server.
    const emit = raw.emit.bind(raw);
    raw.emit = (type: string, ...values: unknown[]): boolean => {
      const [data] = values;
      if (typeof data === 'object' && data !== null)
        this.#listeners.get(type)?.(data as Record<string, unknown>);
      return emit(type, ...values);
    };
  }

  get id(): string {
    return this.#raw.id;
  }

  /** Hands the bare object on without it ever being a result. */
  asParameter<T>(use: (raw: unknown) => Promise<T>): Promise<T> {
    return use(this.#raw);
  }

  create(type: string): Promise<MediaObject> {
    return this.#server.createIn(this, type);
  }

  async invoke(operation: string, operationParams: Record<string, unknown> = {}): Promise<unknown> {
    const result = await this.#call<{ value?: unknown }>(operation, 'invoke', { operation, operationParams });
    return result.value;
  }

  /** A value of a complex type, which the media server wants named. */
  invokeWith(operation: string, parameter: string, type: string, fields: object): Promise<unknown> {
    return this.invoke(operation, { [parameter]: kurento.getComplexType(type)(fields) });
  }

  /** Subscribes to the first of `names` the media server knows: events were renamed between its versions. */
  async subscribe(
    names: readonly string[],
    listener: (data: Record<string, unknown>) => void,
  ): Promise<void> {
    let fault: unknown;
    for (const name of names) {
      this.#listeners.set(name, listener);
      try {
        await this.#call(`subscription to ${name}`, 'subscribe', { type: name });
        return;
      } catch (error) {
        this.#listeners.delete(name);
        if (!(error instanceof MediaServerError && error.code !== undefined)) throw error;
        fault = error;
      }
    }
    throw fault;
  }

  /** Never fails: what cannot be released now goes with its session. */
  async release(): Promise<void> {
    this.#listeners.clear();
    await this.#call('release', 'release', {}).catch(() => undefined);
    // Drops it, and what was made in it, from the library's table.
    this.#raw.emit('release');
    this.#listeners.clear();
  }

  #call<T>(what: string, method: string, params: Record<string, unknown>): Promise<T> {
    return this.#server.call(what, (callback) => {
      if (this.#server.isCurrent(this.#client))
        this.#raw.emit('_rpc', undefined, method, { object: this.#raw, ...params }, callback);
      else callback(new Error('it belongs to an earlier run of the media server'), undefined);
    });
  }
}

/** Holds the endpoints of one camera; released with them. */
export class MediaPipeline {
  readonly #object: MediaObject;

  constructor(object: MediaObject) {
    this.#object = object;
  }

  get id(): string {
    return this.#object.id;
  }

  async createRtpEndpoint(): Promise<RtpEndpoint> {
    return new RtpEndpoint(await this.#object.create('RtpEndpoint'));
  }

  async createWebRtcEndpoint(): Promise<WebRtcEndpoint> {
    return new WebRtcEndpoint(await this.#object.create('WebRtcEndpoint'));
  }

  release(): Promise<void> {
    return this.#object.release();
  }
}
