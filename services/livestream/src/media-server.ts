/**
 * The connection to the media server. Connects for ever; resumes its session after a broken connection; says when the
 * media server was restarted and every object is gone. Every call has a deadline and fails at once while there is no
 * connection. Objects and what they are made of: media-object.ts, media-endpoints.ts; nothing else knows kurento-client.
 */
import kurento, { type KurentoCallback, type KurentoClient, type KurentoObject } from 'kurento-client';
import { withDeadline } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { releaseLeftovers } from './leftovers.ts';
import { kurentoErrorCode, MediaServerError } from './media-server-error.ts';
import { MediaObject, MediaPipeline } from './media-object.ts';

export interface MediaServerOptions {
  /** `ws://host:port/kurento` */
  readonly url: string;
  readonly logger: Logger;
  /** Default 5000. */
  readonly callTimeoutMs?: number;
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
    if (code === kurentoErrorCode.invalidSession)
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
      if (!this.#swept) void releaseLeftovers(client, (what, start) => this.call(what, start), this.#logger);
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
