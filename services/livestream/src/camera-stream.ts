/**
 * One camera's stream for any number of viewers: built by the first, left by the last. States of contract §10.1. Asks the
 * camera anew when it is told to (stream-watch.ts) and starts over when the media server has; knows neither sockets nor
 * HTTP.
 */
import { delay } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import type { SignalingErrorCode } from '@apiary/contract';
import type { LiveCameraRow } from '@apiary/database/live-queries';
import { Audience } from './audience.ts';
import type { CameraSource } from './camera-source.ts';
import { sentences } from './sentences.ts';
import type { ServerAddresses } from './server-addresses.ts';
import { StreamMedia, type StreamMediaDeps } from './stream-media.ts';
import type { StreamTimings } from './stream-timings.ts';
import { StreamWatch, type Watched } from './stream-watch.ts';
import { asViewerError } from './viewer-error.ts';
import type { Viewer } from './viewer.ts';

export type StreamState = 'idle' | 'starting' | 'active' | 'stopping' | 'error' | 'stopped';

export interface StreamDeps extends Omit<StreamMediaDeps, 'stopDelayMs' | 'address'> {
  readonly addresses: ServerAddresses;
  readonly timings: StreamTimings;
}

export class CameraStream {
  readonly cameraId: string;
  readonly startedAt = new Date();
  /** Resolves when everything is released. */
  readonly done: Promise<void>;
  readonly #deps: StreamDeps;
  readonly #audience: Audience;
  readonly #media: StreamMedia;
  readonly #watch: StreamWatch;
  readonly #hurry = new AbortController();
  #finish: () => void = () => undefined;
  #camera: LiveCameraRow;
  #state: StreamState = 'idle';
  #grace: NodeJS.Timeout | undefined;
  #error: string | undefined;
  #stoppedAt: Date | undefined;

  constructor(camera: LiveCameraRow, deps: StreamDeps) {
    this.cameraId = camera.cameraId;
    this.#camera = camera;
    this.#deps = deps;
    this.#audience = new Audience(camera.cameraId, deps.logger);
    this.#media = this.#newMedia();
    this.#watch = this.#newWatch();
    this.done = new Promise((resolve) => (this.#finish = resolve));
  }

  #newMedia(): StreamMedia {
    const { addresses, timings } = this.#deps;
    const deps = {
      ...this.#deps,
      stopDelayMs: timings.stopDelayMs,
      address: () => addresses.forCamera(this.#camera.ipAddress),
    };
    return new StreamMedia(this.cameraId, deps, {
      onAsked: ({ playAt }) => this.#audience.mark('play', playAt),
      onFirstMedia: () => this.#mediaFlows(),
      onTranscoding: () => this.#audience.warnOnce('transcoding', sentences.transcoding),
      onNoComedia: () => this.#audience.warnOnce('no comedia', sentences.noComedia),
      onKeepaliveDead: () => this.end('broker_unavailable', sentences.brokerLost),
      onFailure: (error) => this.#fail(error),
      over: () => this.ending,
    });
  }

  #newWatch(): StreamWatch {
    const watched: Watched = {
      audience: this.#audience,
      camera: () => this.#camera,
      source: () => this.source,
      mediaConnected: () => this.#deps.media.connected,
      busy: () => this.ending || this.#media.replacing,
      onFlow: () => this.#mediaFlows(),
      askAgain: ({ stopFirst }) => this.#media.askAgain(stopFirst, () => this.viewers),
      end: (code, message) => this.end(code, message),
    };
    return new StreamWatch(watched, this.#deps.timings);
  }

  get state(): StreamState {
    return this.#state;
  }
  get streamId(): string {
    return this.source?.streamId ?? '';
  }
  get viewers(): readonly Viewer[] {
    return this.#audience.viewers;
  }
  get source(): CameraSource | undefined {
    return this.#media.source;
  }
  get error(): string | undefined {
    return this.#error;
  }
  get stoppedAt(): Date | undefined {
    return this.#stoppedAt;
  }
  /** Nobody can join any more. */
  get ending(): boolean {
    return this.#state === 'stopping' || this.#state === 'error' || this.#state === 'stopped';
  }
  get pipelineId(): Promise<string | undefined> {
    return this.#media.pipelineId;
  }
  knows(streamId: string): boolean {
    return this.#media.knows(streamId);
  }

  /** Builds and asks the camera. Without a viewer by then the grace time runs. Never rejects: a failure ends the stream. */
  start(): void {
    this.#state = 'starting';
    this.#leaveAlone(this.#deps.timings.firstViewerMs);
    this.#media.build();
    this.#watch.start();
  }

  /**
   * Adds a viewer: one offer, one answer. The camera is not asked again.
   * @throws ViewerError for the client
   */
  async attach(viewer: Viewer): Promise<void> {
    clearTimeout(this.#grace);
    this.#audience.add(viewer);
    viewer.onLeave(() => this.#detach(viewer));
    const joining = this.source?.firstMediaAt !== undefined;
    this.#audience.welcome(viewer, this.source);
    try {
      await this.#media.negotiate(viewer);
      if (!joining) this.#audience.catchUp(viewer);
    } catch (error) {
      viewer.leave();
      // What ended the stream is the reason, not what its end broke.
      throw this.ending && this.#error !== undefined
        ? asViewerError(new Error(this.#error), this.#error)
        : asViewerError(error);
    }
  }

  async talk(viewer: Viewer): Promise<void> {
    const endpoint = this.source?.endpoint;
    if (endpoint !== undefined) await viewer.talkTo(endpoint);
  }

  #detach(viewer: Viewer): void {
    this.#audience.remove(viewer);
    if (this.#audience.size === 0 && !this.ending) this.#leaveAlone();
  }

  /** A stream without viewers never runs: batteries are small. */
  #leaveAlone(atLeastMs = 0): void {
    clearTimeout(this.#grace);
    this.#grace = setTimeout(() => void this.stop(), Math.max(this.#deps.timings.graceMs, atLeastMs));
  }

  #mediaFlows(): void {
    this.#watch.onFlow();
    if (this.#state === 'starting') this.#state = 'active';
    this.#audience.flows(this.source?.firstMediaAt);
    this.#deps.logger.info({ fact: 'camera sends', cameraId: this.cameraId, streamId: this.streamId });
  }

  /** What the database says of the camera now. */
  onCamera(camera: LiveCameraRow | undefined): void {
    if (this.ending) return;
    if (camera === undefined) {
      this.end('unknown_camera', sentences.cameraRemoved);
      return;
    }
    const before = this.#camera;
    this.#camera = camera;
    if (camera.connectionStatus !== 'connected') return;
    const newConnection =
      before.brokerSession !== camera.brokerSession || before.connectionStatus !== 'connected';
    if (newConnection && this.source?.asked === true) void this.#watch.onReconnect(this.source);
  }

  /** Every object is gone. Viewers must offer anew; the camera is asked meanwhile. */
  onMediaRestart(): void {
    if (this.ending) return;
    const before = this.source;
    this.#audience.note('retrying', sentences.mediaRestarted);
    const viewers = this.viewers;
    for (const viewer of viewers) viewer.end(sentences.mediaRestarted, 'renegotiate', false);
    before?.quiet();
    if (viewers.length === 0) {
      void this.stop();
      return;
    }
    this.#state = 'starting';
    // The old stream is stopped first, so that the camera takes the new one for a new one.
    void before?.sayStop();
    this.#media.build();
    this.#leaveAlone(this.#deps.timings.firstViewerMs);
  }

  /** The broker is back: do not wait a whole period. */
  onBroker(): void {
    this.source?.nudge();
  }

  #fail(error: unknown): void {
    const told = asViewerError(error, this.#error);
    this.#deps.logger.warn({ fact: 'stream failed', cameraId: this.cameraId, reason: errorMessage(error) });
    this.end(told.code, told.message);
  }

  /** Ends with an error that viewers are told. */
  end(code: SignalingErrorCode, message: string): void {
    if (this.ending) return;
    this.#error = message;
    for (const viewer of this.viewers) viewer.fail(code, message);
    void this.stop(message, 'error');
  }

  /** Ends keepalives, waits the half second of contract §9.1, tells the camera, releases everything. */
  async stop(message: string = sentences.stopped, state: 'stopping' | 'error' = 'stopping'): Promise<void> {
    if (this.ending) return this.done;
    this.#state = state;
    this.#watch.stop();
    clearTimeout(this.#grace);
    const { source } = this;
    source?.quiet();
    for (const viewer of this.viewers) viewer.end(message);
    if (source?.asked === true) {
      await delay(this.#deps.timings.stopDelayMs, this.#hurry.signal).catch(() => undefined);
      await source.sayStop();
    }
    await this.#media.release();
    this.#stoppedAt = new Date();
    if (this.#error === undefined) this.#state = 'stopped';
    this.#deps.logger.info({
      fact: 'stream ended',
      cameraId: this.cameraId,
      streamId: this.streamId,
      message,
    });
    this.#finish();
  }

  /** Someone waits to start again, or the process ends: do without the half second. */
  hurry(): void {
    this.#hurry.abort(new Error('hurry'));
  }
}
