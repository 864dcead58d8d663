/**
 * One camera's stream for any number of viewers: built by the first, left by the last, watched in between. States of
 * contract §10.1. Recovers by itself where that helps (camera asked once more, camera rebooted, media server restarted)
 * and says what it does in sentences; knows neither sockets nor HTTP.
 */
import { delay } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { stopDelayMs, type SignalingErrorCode, type ViewState } from '@apiary/contract';
import type { LiveCameraRow } from '@apiary/database/live-queries';
import { CameraSource, type SourceDeps } from './camera-source.ts';
import type { MediaPipeline } from './media-object.ts';
import type { MediaServer } from './media-server.ts';
import { sentences } from './sentences.ts';
import { ViewerError, type Viewer } from './viewer.ts';

export type StreamState = 'idle' | 'starting' | 'active' | 'stopping' | 'error' | 'stopped';

/** All ms. */
export interface StreamTimings {
  readonly graceMs: number;
  /** At least this long after a start, or a new start, without a viewer. */
  readonly firstViewerMs: number;
  /** After play, without a packet. */
  readonly noMediaMs: number;
  /** Without a packet, once there were some. */
  readonly stallMs: number;
  /** Packets, but no RTCP both ways. */
  readonly rtcpMs: number;
  readonly pollMs: number;
  /** How long viewers wait for a camera that lost its connection; a reboot takes one to two minutes. */
  readonly cameraReturnMs: number;
  /** Media that flowed this long makes an earlier retry forgotten. */
  readonly settledMs: number;
  readonly stopDelayMs: number;
}

export const defaultTimings: Omit<StreamTimings, 'graceMs'> = {
  firstViewerMs: 10_000,
  noMediaMs: 10_000,
  stallMs: 4000,
  rtcpMs: 8000,
  pollMs: 1000,
  cameraReturnMs: 180_000,
  settledMs: 30_000,
  stopDelayMs,
};

export interface StreamDeps extends SourceDeps {
  readonly media: MediaServer;
  readonly logger: Logger;
  readonly timings: StreamTimings;
}

export class CameraStream {
  readonly cameraId: string;
  readonly startedAt = new Date();
  /** Resolves when everything is released. */
  readonly done: Promise<void>;
  readonly #deps: StreamDeps;
  readonly #viewers = new Set<Viewer>();
  /** Ids the camera was asked with: an old client may name an earlier one. */
  readonly #streamIds = new Set<string>();
  readonly #hurry = new AbortController();
  #finish: () => void = () => undefined;
  #camera: LiveCameraRow;
  #state: StreamState = 'idle';
  #pipeline: Promise<MediaPipeline> | undefined;
  #source: CameraSource | undefined;
  /** Resolves when the source's endpoint exists. */
  #sourceMade: Promise<unknown> = Promise.resolve();
  #watch: NodeJS.Timeout | undefined;
  #grace: NodeJS.Timeout | undefined;
  #replacing: Promise<void> | undefined;
  #retried = false;
  #waitingSince: number | undefined;
  #mediaAwaySince: number | undefined;
  #warned = new Set<string>();
  #viewState: { state: ViewState; message: string } = { state: 'starting', message: sentences.asking };
  #error: string | undefined;
  #stoppedAt: Date | undefined;

  constructor(camera: LiveCameraRow, deps: StreamDeps) {
    this.cameraId = camera.cameraId;
    this.#camera = camera;
    this.#deps = deps;
    this.done = new Promise((resolve) => (this.#finish = resolve));
  }

  get state(): StreamState {
    return this.#state;
  }
  get streamId(): string {
    return this.#source?.streamId ?? '';
  }
  get viewers(): readonly Viewer[] {
    return [...this.#viewers];
  }
  get source(): CameraSource | undefined {
    return this.#source;
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
    return (
      this.#pipeline?.then(
        ({ id }) => id,
        () => undefined,
      ) ?? Promise.resolve(undefined)
    );
  }
  knows(streamId: string): boolean {
    return this.#streamIds.has(streamId);
  }

  /** Builds and asks the camera. Without a viewer by then the grace time runs. Never rejects: a failure ends the stream. */
  start(): void {
    this.#state = 'starting';
    this.#leaveAlone(Math.max(this.#deps.timings.graceMs, this.#deps.timings.firstViewerMs));
    this.#build();
    this.#watch = setInterval(() => void this.#look(), this.#deps.timings.pollMs);
  }

  #build(): void {
    this.#pipeline = this.#deps.media.createPipeline();
    const pipeline = this.#pipeline;
    const source = this.#newSource();
    this.#sourceMade = pipeline.then((made) => source.create(made));
    // Whoever needs them awaits them too; a failure is told once, below.
    this.#sourceMade.catch(() => undefined);
    this.#sourceMade
      .then(() => source.ask())
      .then(() => {
        for (const viewer of this.#viewers) viewer.mark('play', source.playAt);
      })
      .catch((error: unknown) => {
        if (this.#source === source && this.#pipeline === pipeline) this.#fail(error);
      });
  }

  #newSource(): CameraSource {
    this.#source?.quiet();
    const source = new CameraSource(this.cameraId, this.#deps, {
      onFirstMedia: () => {
        if (this.#source === source) this.#mediaFlows();
      },
      onTranscoding: () => this.#warnOnce('transcoding', sentences.transcoding),
      onNoComedia: () => this.#warnOnce('no comedia', sentences.noComedia),
      onKeepaliveDead: () => this.end('broker_unavailable', sentences.brokerLost),
    });
    this.#source = source;
    this.#streamIds.add(source.streamId);
    return source;
  }

  /**
   * Adds a viewer: one offer, one answer. The camera is not asked again.
   * @throws ViewerError for the client
   */
  async attach(viewer: Viewer): Promise<void> {
    clearTimeout(this.#grace);
    this.#viewers.add(viewer);
    viewer.onLeave(() => this.#detach(viewer));
    const joining = this.#source?.firstMediaAt !== undefined;
    viewer.tell('starting', joining ? sentences.joining : this.#viewState.message);
    if (this.#source?.playAt !== undefined) viewer.mark('play', this.#source.playAt);
    if (joining) viewer.mark('firstRtp', this.#source?.firstMediaAt);
    const pipeline = this.#pipeline;
    try {
      if (pipeline === undefined) throw new Error('attach before start');
      await viewer.negotiate(
        await pipeline,
        this.#sourceMade,
        (each) => this.#link(each),
        () => this.streamId,
      );
      if (!joining && this.#viewState.state !== 'starting' && this.#viewState.state !== 'active')
        viewer.tell(this.#viewState.state, this.#viewState.message);
    } catch (error) {
      viewer.leave();
      if (this.ending && this.#error !== undefined) throw this.#viewerError(new Error(this.#error));
      throw this.#viewerError(error);
    }
  }

  /** Until it is linked to the source that is current: the camera may be asked anew meanwhile. */
  async #link(viewer: Viewer): Promise<void> {
    for (;;) {
      const endpoint = this.#source?.endpoint;
      if (endpoint === undefined || viewer.left) return;
      await viewer.linkTo(endpoint);
      if (this.#source?.endpoint === endpoint) return;
    }
  }

  async talk(viewer: Viewer): Promise<void> {
    const endpoint = this.#source?.endpoint;
    if (endpoint !== undefined) await viewer.talkTo(endpoint);
  }

  #detach(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size === 0 && !this.ending) this.#leaveAlone();
  }

  /** A stream without viewers never runs: batteries are small. */
  #leaveAlone(ms = this.#deps.timings.graceMs): void {
    clearTimeout(this.#grace);
    this.#grace = setTimeout(() => void this.stop(), ms);
  }

  #mediaFlows(): void {
    this.#waitingSince = undefined;
    if (this.#state === 'starting') this.#state = 'active';
    for (const viewer of this.#viewers) viewer.mark('firstRtp', this.#source?.firstMediaAt);
    const recovered = this.#viewState.state !== 'starting';
    this.#viewState = { state: 'active', message: sentences.playing };
    // At the first start each viewer says so itself, when the picture reaches it.
    if (recovered) this.#tellAll('active', sentences.playing);
    this.#deps.logger.info({ fact: 'camera sends', cameraId: this.cameraId, streamId: this.streamId });
  }

  /** The watchdogs. */
  async #look(): Promise<void> {
    const { media, timings } = this.#deps;
    const source = this.#source;
    if (this.ending || source === undefined) return;
    if (!media.connected) {
      this.#mediaAwaySince ??= performance.now();
      if (performance.now() - this.#mediaAwaySince > timings.pollMs)
        this.#say('waiting', sentences.mediaAway);
      return;
    }
    const wasAway = this.#mediaAwaySince !== undefined;
    this.#mediaAwaySince = undefined;
    const flowing = await source.poll();
    if (this.#source !== source || this.#isEnding() || this.#replacing !== undefined || wasAway) return;
    const now = performance.now();
    if (flowing === true && this.#viewState.state !== 'active' && this.#viewState.state !== 'warning')
      this.#mediaFlows();
    const { firstMediaAt, lastMediaAt, playAt } = source;
    if (firstMediaAt !== undefined && now - firstMediaAt > timings.settledMs) this.#retried = false;
    if (firstMediaAt === undefined) {
      if (playAt !== undefined && now - playAt > timings.noMediaMs)
        this.#trouble(sentences.noMediaRetry, sentences.noMedia(this.#camera.status));
    } else if (lastMediaAt !== undefined && now - lastMediaAt > timings.stallMs) {
      this.#trouble(sentences.stalledRetry, sentences.stalled);
    } else if (!source.rtcpBothWays && now - firstMediaAt > timings.rtcpMs) {
      this.#warnOnce('no rtcp', sentences.noRtcp);
    }
  }

  #isEnding(): boolean {
    return this.ending;
  }

  /** Nothing comes: wait for a camera that is away, ask one that is there once more, then give up. */
  #trouble(retrying: string, givingUp: string): void {
    const now = performance.now();
    if (this.#camera.connectionStatus === 'disconnected') {
      this.#waitingSince ??= now;
      if (now - this.#waitingSince > this.#deps.timings.cameraReturnMs)
        this.end('camera_disconnected', sentences.cameraStayedAway);
      else this.#say('waiting', sentences.cameraLost);
    } else if (this.#retried) {
      this.end('ended', givingUp);
    } else {
      this.#retried = true;
      this.#say('retrying', retrying);
      this.#askAgain({ stopFirst: true });
    }
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
    if (newConnection && this.#source?.asked === true) void this.#afterReconnect(this.#source);
  }

  /** A new MQTT connection is a reboot only if the packets have ended: they do not pass through the broker. */
  async #afterReconnect(source: CameraSource): Promise<void> {
    const { pollMs, stallMs } = this.#deps.timings;
    await source.poll();
    await delay(Math.min(pollMs, stallMs) / 2);
    const flowing = await source.poll();
    if (this.#source !== source || this.ending || this.#replacing !== undefined) return;
    if (flowing === true) {
      source.nudge();
      return;
    }
    this.#waitingSince = undefined;
    this.#say('retrying', sentences.cameraBack);
    this.#askAgain({ stopFirst: false });
  }

  /** A new endpoint and a new play for the same viewers, who keep their connections. */
  #askAgain({ stopFirst }: { stopFirst: boolean }): void {
    this.#replacing ??= this.#replaceSource(stopFirst)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => (this.#replacing = undefined));
  }

  async #replaceSource(stopFirst: boolean): Promise<void> {
    const pipeline = this.#pipeline;
    const before = this.#source;
    if (pipeline === undefined || before === undefined) return;
    before.quiet();
    if (stopFirst) {
      await before.sayStop();
      await delay(this.#deps.timings.stopDelayMs);
    }
    if (this.ending || this.#pipeline !== pipeline) return;
    const source = this.#newSource();
    this.#sourceMade = pipeline.then((made) => source.create(made));
    await this.#sourceMade;
    await Promise.all([source.ask(), ...[...this.#viewers].map((viewer) => this.#link(viewer))]);
    await before.release();
  }

  /** Every object is gone. Viewers must offer anew; the camera is asked meanwhile. */
  onMediaRestart(): void {
    if (this.ending) return;
    const before = this.#source;
    this.#viewState = { state: 'retrying', message: sentences.mediaRestarted };
    const hadViewers = this.#viewers.size > 0;
    for (const viewer of [...this.#viewers]) viewer.end(sentences.mediaRestarted, 'renegotiate', false);
    before?.quiet();
    if (!hadViewers) {
      void this.stop();
      return;
    }
    this.#state = 'starting';
    // The old stream is stopped first, so that the camera takes the new one for a new one.
    void (async () => {
      await before?.sayStop();
    })();
    this.#build();
    this.#leaveAlone(Math.max(this.#deps.timings.graceMs, this.#deps.timings.firstViewerMs));
  }

  /** The broker is back: do not wait a whole period. */
  onBroker(): void {
    this.#source?.nudge();
  }

  #say(state: ViewState, message: string): void {
    if (this.#viewState.state === state && this.#viewState.message === message) return;
    this.#viewState = { state, message };
    this.#tellAll(state, message);
    this.#deps.logger.info({ fact: 'viewers told', cameraId: this.cameraId, state, message });
  }

  #warnOnce(what: string, message: string): void {
    if (this.#warned.has(what)) return;
    this.#warned.add(what);
    this.#deps.logger.warn({ fact: `live view: ${what}`, cameraId: this.cameraId, streamId: this.streamId });
    this.#tellAll('warning', message);
  }

  #tellAll(state: ViewState, message: string): void {
    for (const viewer of this.#viewers) viewer.tell(state, message);
  }

  #fail(error: unknown): void {
    const told = this.#viewerError(error);
    this.#deps.logger.warn({ fact: 'stream failed', cameraId: this.cameraId, reason: errorMessage(error) });
    this.end(told.code, told.message);
  }

  #viewerError(error: unknown): ViewerError {
    return error instanceof ViewerError
      ? error
      : new ViewerError('media_unavailable', this.#error ?? sentences.mediaUnavailable, { cause: error });
  }

  /** Ends with an error that viewers are told. */
  end(code: SignalingErrorCode, message: string): void {
    if (this.ending) return;
    this.#error = message;
    for (const viewer of [...this.#viewers]) viewer.fail(code, message);
    void this.stop(message, 'error');
  }

  /** Ends keepalives, waits the half second of contract §9.1, tells the camera, releases everything. */
  async stop(message: string = sentences.stopped, state: 'stopping' | 'error' = 'stopping'): Promise<void> {
    if (this.ending) return this.done;
    this.#state = state;
    clearInterval(this.#watch);
    clearTimeout(this.#grace);
    const source = this.#source;
    source?.quiet();
    for (const viewer of [...this.#viewers]) viewer.end(message);
    if (source?.asked === true) {
      await delay(this.#deps.timings.stopDelayMs, this.#hurry.signal).catch(() => undefined);
      await source.sayStop();
    }
    await this.#pipeline?.then((pipeline) => pipeline.release()).catch(() => undefined);
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
