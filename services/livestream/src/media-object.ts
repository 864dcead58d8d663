/**
 * Objects of the media server: calls, events, release; and the pipeline, which makes endpoints.
 *
 * kurento-client's objects are thenables: one returned from an async function, or given to `resolve`, is awaited and
 * taken apart. They stay inside `MediaObject`.
 */
import kurento, { type KurentoClient, type KurentoObject } from 'kurento-client';
import { RtpEndpoint, WebRtcEndpoint } from './media-endpoints.ts';
import { MediaServerError } from './media-server-error.ts';
import type { MediaServer } from './media-server.ts';

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
