/** Who watches one stream, and what all of them were told last. */
import type { Logger } from '@apiary/base/logger';
import type { ViewState } from '@apiary/contract';
import { sentences } from './sentences.ts';
import type { Viewer } from './viewer.ts';

/** Of the camera's source, as performance.now(). */
export interface SourceTimes {
  readonly playAt: number | undefined;
  readonly firstMediaAt: number | undefined;
}

export class Audience {
  readonly #cameraId: string;
  readonly #logger: Logger;
  readonly #viewers = new Set<Viewer>();
  readonly #warned = new Set<string>();
  #said: { readonly state: ViewState; readonly message: string } = {
    state: 'starting',
    message: sentences.asking,
  };

  constructor(cameraId: string, logger: Logger) {
    this.#cameraId = cameraId;
    this.#logger = logger;
  }

  get viewers(): readonly Viewer[] {
    return [...this.#viewers];
  }
  get size(): number {
    return this.#viewers.size;
  }
  /** Last said, or thought, of the stream as a whole. */
  get state(): ViewState {
    return this.#said.state;
  }

  add(viewer: Viewer): void {
    this.#viewers.add(viewer);
  }
  remove(viewer: Viewer): void {
    this.#viewers.delete(viewer);
  }

  /** A newcomer hears where things stand. */
  welcome(viewer: Viewer, { playAt, firstMediaAt }: Partial<SourceTimes> = {}): void {
    viewer.tell('starting', firstMediaAt === undefined ? this.#said.message : sentences.joining);
    if (playAt !== undefined) viewer.mark('play', playAt);
    if (firstMediaAt !== undefined) viewer.mark('firstRtp', firstMediaAt);
  }

  mark(step: 'play' | 'firstRtp', at: number | undefined): void {
    for (const viewer of this.#viewers) viewer.mark(step, at);
  }

  /** What was said while the newcomer negotiated, where it is news. */
  catchUp(viewer: Viewer): void {
    const { state, message } = this.#said;
    if (state !== 'starting' && state !== 'active') viewer.tell(state, message);
  }

  /** Once a change. */
  say(state: ViewState, message: string): void {
    if (this.#said.state === state && this.#said.message === message) return;
    this.#said = { state, message };
    for (const viewer of this.#viewers) viewer.tell(state, message);
    this.#logger.info({ fact: 'viewers told', cameraId: this.#cameraId, state, message });
  }

  /** Kept for newcomers; the viewers hear it by another way. */
  note(state: ViewState, message: string): void {
    this.#said = { state, message };
  }

  /** The picture flows. At the first start each viewer says so itself, when the picture reaches it. */
  flows(firstMediaAt: number | undefined): void {
    this.mark('firstRtp', firstMediaAt);
    if (this.#said.state === 'starting') this.note('active', sentences.playing);
    else this.say('active', sentences.playing);
  }

  /** Once a stream. */
  warnOnce(what: string, message: string): void {
    if (this.#warned.has(what)) return;
    this.#warned.add(what);
    this.#logger.warn({ fact: `live view: ${what}`, cameraId: this.#cameraId });
    for (const viewer of this.#viewers) viewer.tell('warning', message);
  }

  /** What the camera is asked to send, bit/s. */
  bitrate(askedBps: number): void {
    for (const viewer of this.#viewers) viewer.tellBitrate(askedBps);
  }
}
