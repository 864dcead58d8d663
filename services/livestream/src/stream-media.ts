/**
 * What carries one stream: the pipeline, the camera's endpoint in it, and the viewers' links to that endpoint, which is
 * another one whenever the camera has to be asked anew. When that is, is decided elsewhere.
 */
import { delay } from '@apiary/base/deadline';
import { CameraSource, type SourceDeps, type SourceEvents } from './camera-source.ts';
import type { MediaPipeline } from './media-object.ts';
import type { MediaServer } from './media-server.ts';
import type { Viewer } from './viewer.ts';

export interface StreamMediaDeps extends SourceDeps {
  readonly media: MediaServer;
  /** Between the last keepalive and the stop (contract §9.1). */
  readonly stopDelayMs: number;
}

export interface StreamMediaEvents extends SourceEvents {
  /** The camera was asked by this source. */
  readonly onAsked: (source: CameraSource) => void;
  /** Building or asking failed; nothing comes of it. */
  readonly onFailure: (error: unknown) => void;
  /** The stream ends: nothing new is begun. */
  readonly over: () => boolean;
}

export class StreamMedia {
  readonly #cameraId: string;
  readonly #deps: StreamMediaDeps;
  readonly #events: StreamMediaEvents;
  /** Ids the camera was asked with: an old client may name an earlier one. */
  readonly #streamIds = new Set<string>();
  #pipeline: Promise<MediaPipeline> | undefined;
  #source: CameraSource | undefined;
  /** Resolves when the source's endpoint exists. */
  #sourceMade: Promise<unknown> = Promise.resolve();
  #replacing: Promise<void> | undefined;

  constructor(cameraId: string, deps: StreamMediaDeps, events: StreamMediaEvents) {
    this.#cameraId = cameraId;
    this.#deps = deps;
    this.#events = events;
  }

  get source(): CameraSource | undefined {
    return this.#source;
  }
  /** The camera is just being asked anew. */
  get replacing(): boolean {
    return this.#replacing !== undefined;
  }
  get pipelineId(): Promise<string | undefined> {
    const pipeline: Promise<MediaPipeline | undefined> = this.#pipeline ?? Promise.resolve(undefined);
    return pipeline.then(
      (made) => made?.id,
      () => undefined,
    );
  }
  knows(streamId: string): boolean {
    return this.#streamIds.has(streamId);
  }

  /** Everything new: at the start, and after a restart of the media server. */
  build(): void {
    const pipeline = (this.#pipeline = this.#deps.media.createPipeline());
    const source = this.#newSource();
    this.#sourceMade = pipeline.then((made) => source.create(made));
    // Whoever needs it awaits it too; a failure is told once, below.
    this.#sourceMade.catch(() => undefined);
    this.#sourceMade
      .then(() => source.ask())
      .then(() => this.#events.onAsked(source))
      .catch((error: unknown) => {
        if (this.#source === source && this.#pipeline === pipeline) this.#events.onFailure(error);
      });
  }

  #newSource(): CameraSource {
    this.#source?.quiet();
    const source = new CameraSource(this.#cameraId, this.#deps, {
      ...this.#events,
      onFirstMedia: () => {
        if (this.#source === source) this.#events.onFirstMedia();
      },
    });
    this.#source = source;
    this.#streamIds.add(source.streamId);
    return source;
  }

  /** A new endpoint and a new play for the same viewers, who keep their connections. */
  askAgain(stopFirst: boolean, viewers: () => readonly Viewer[]): void {
    this.#replacing ??= this.#replaceSource(stopFirst, viewers)
      .catch((error: unknown) => this.#events.onFailure(error))
      .finally(() => (this.#replacing = undefined));
  }

  async #replaceSource(stopFirst: boolean, viewers: () => readonly Viewer[]): Promise<void> {
    const pipeline = this.#pipeline;
    const before = this.#source;
    if (pipeline === undefined || before === undefined) return;
    before.quiet();
    if (stopFirst) {
      await before.sayStop();
      await delay(this.#deps.stopDelayMs);
    }
    if (this.#events.over() || this.#pipeline !== pipeline) return;
    const source = this.#newSource();
    this.#sourceMade = pipeline.then((made) => source.create(made));
    await this.#sourceMade;
    await Promise.all([source.ask(), ...viewers().map((viewer) => this.#link(viewer))]);
    await before.release();
  }

  /** The viewer's endpoint, its answer, and its link to the camera's. */
  async negotiate(viewer: Viewer): Promise<void> {
    const pipeline = this.#pipeline;
    if (pipeline === undefined) throw new Error('a viewer before the pipeline');
    await viewer.negotiate(
      await pipeline,
      this.#sourceMade,
      (each) => this.#link(each),
      () => this.#source?.streamId ?? '',
    );
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

  /** Never fails. */
  async release(): Promise<void> {
    await this.#pipeline?.then((pipeline) => pipeline.release()).catch(() => undefined);
  }
}
