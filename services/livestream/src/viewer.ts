/**
 * One viewer of one stream: its endpoint on the media server, from offer to release. Candidates that come before there is
 * an endpoint wait; a viewer that leaves before its answer is released all the same. Knows no socket.
 */
import { randomUUID } from 'node:crypto';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import {
  bandwidthOf,
  type IceCandidate,
  type ServerMessage,
  type SignalingErrorCode,
  type StartTrace,
  type StreamBandwidth,
  type ViewState,
} from '@apiary/contract';
import type { RtpEndpoint, WebRtcEndpoint } from './media-endpoints.ts';
import type { MediaPipeline } from './media-object.ts';
import { MediaServerError } from './media-server-error.ts';
import { isReachable, withAddressOf, withoutUnreachable } from './reachable-candidates.ts';
import { sentences } from './sentences.ts';
import { ViewerError } from './viewer-error.ts';
import { WaitingCandidates } from './waiting-candidates.ts';

export interface ViewerRequest {
  readonly cameraId: string;
  readonly sdpOffer: string;
  readonly streamId?: string | null | undefined;
  readonly bandwidthKbps?: StreamBandwidth | undefined;
  readonly username: string;
  readonly address: string;
  readonly send: (message: ServerMessage) => void;
}

export interface ViewerDeps {
  readonly logger: Logger;
  /** Addresses viewers reach the media server at. */
  readonly addresses: readonly string[];
}

/** A change of the bitrate smaller than this is no news. */
const newsRatio = 0.05;

export class Viewer {
  readonly id = randomUUID();
  readonly request: ViewerRequest;
  readonly createdAt = new Date();
  readonly #deps: ViewerDeps;
  readonly #candidates = new WaitingCandidates((candidate) => this.#add(candidate));
  readonly #requestedAt = performance.now();
  #endpoint: WebRtcEndpoint | undefined;
  #negotiated = false;
  #left = false;
  #trace: StartTrace = {};
  #failed = false;
  #warning: string | undefined;
  #toldKbps = 0;
  #onLeave: (() => void) | undefined;

  constructor(request: ViewerRequest, deps: ViewerDeps) {
    this.request = request;
    this.#deps = deps;
  }

  get left(): boolean {
    return this.#left;
  }

  get endpointId(): string | undefined {
    return this.#endpoint?.id;
  }

  /** The picture flows to this viewer. */
  get connected(): boolean {
    return this.#trace.keyframe !== undefined;
  }

  onLeave(listener: () => void): void {
    this.#onLeave = listener;
  }

  /** `at` as performance.now(); what happened before the request counts as 0. */
  mark(step: keyof StartTrace, at = performance.now()): void {
    if (this.#trace[step] !== undefined) return;
    this.#trace = { ...this.#trace, [step]: Math.max(0, Math.round(at - this.#requestedAt)) };
  }

  tell(state: ViewState, message: string): void {
    if (this.#left) return;
    if (state === 'warning') this.#warning = message;
    this.request.send({ type: 'status', state, message, trace: this.#trace });
  }

  /** What the camera is asked to send, bit/s. */
  tellBitrate(askedBps: number): void {
    const askedKbps = Math.round(askedBps / 1000);
    if (this.#left || !this.#negotiated) return;
    if (Math.abs(askedKbps - this.#toldKbps) <= this.#toldKbps * newsRatio) return;
    this.#toldKbps = askedKbps;
    this.request.send({ type: 'bitrate', askedKbps });
  }

  /**
   * Makes the endpoint and answers the offer.
   * @param source resolves when the camera's endpoint exists, which may be later than the pipeline
   */
  async negotiate(
    pipeline: MediaPipeline,
    source: Promise<unknown>,
    link: (viewer: Viewer) => Promise<void>,
    streamId: () => string,
  ): Promise<void> {
    const endpoint = await pipeline.createWebRtcEndpoint();
    if (this.#left) {
      await endpoint.release();
      return;
    }
    this.#endpoint = endpoint;
    // All sent in this order without waiting: the media server works them off in order.
    const prepared = Promise.all([
      endpoint.limitSending(bandwidthOf(this.request.bandwidthKbps)),
      endpoint.onIceCandidate((candidate) => this.#offerCandidate(candidate)),
      endpoint.onFlow((mediaType, flowing) => {
        if (mediaType === 'VIDEO' && flowing) this.#pictureFlows();
      }),
    ]);
    const linked = source.then(() => link(this));
    try {
      const [sdpAnswer] = await Promise.all([endpoint.processOffer(this.request.sdpOffer), prepared, linked]);
      if (this.#isGone()) return;
      this.mark('signalling');
      this.request.send({
        type: 'viewerResponse',
        sdpAnswer: withoutUnreachable(sdpAnswer, this.#deps.addresses),
        viewerId: this.id,
        streamId: streamId(),
      });
      this.#negotiated = true;
      await Promise.all([endpoint.gatherCandidates(), this.#candidates.open()]);
    } catch (error) {
      // A refusal of the offer is the browser's; all else is ours.
      if (
        error instanceof MediaServerError &&
        error.code !== undefined &&
        error.message.includes('processOffer')
      )
        throw new ViewerError('offer_refused', sentences.offerRefused, { cause: error });
      throw error;
    }
  }

  #isGone(): boolean {
    return this.#left;
  }

  /** The camera's media goes to this viewer, and sound of the viewer to the camera. */
  async linkTo(source: RtpEndpoint): Promise<void> {
    const endpoint = this.#endpoint;
    if (endpoint === undefined || this.#left) return;
    await Promise.all([source.connect(endpoint), endpoint.connect(source, 'AUDIO')]);
  }

  /** This viewer's sound goes to the camera in place of anyone else's. */
  async talkTo(source: RtpEndpoint): Promise<void> {
    await this.#endpoint?.connect(source, 'AUDIO');
  }

  addIceCandidate(candidate: IceCandidate): void {
    if (!this.#left) this.#candidates.add(candidate);
  }

  async #add(candidate: IceCandidate): Promise<void> {
    try {
      await this.#endpoint?.addIceCandidate({
        ...candidate,
        candidate: withAddressOf(this.request.address, candidate.candidate),
      });
    } catch (error) {
      this.#deps.logger.debug({
        fact: 'candidate not taken',
        viewerId: this.id,
        reason: errorMessage(error),
      });
    }
  }

  #offerCandidate(candidate: IceCandidate): void {
    if (this.#left) return;
    if (isReachable(candidate.candidate, this.#deps.addresses))
      this.request.send({ type: 'iceCandidate', candidate });
  }

  #pictureFlows(): void {
    this.mark('firstRtp');
    this.mark('keyframe');
    this.tell('active', sentences.playing);
    if (this.#warning !== undefined) this.tell('warning', this.#warning);
  }

  /** For the viewer itself; its endpoint is gone already when the media server restarted. */
  leave({ release = true }: { release?: boolean } = {}): void {
    if (this.#left) return;
    this.#left = true;
    if (release) void this.#endpoint?.release();
    this.#onLeave?.();
  }

  /** Ends it with a word to the client. */
  end(message: string, state: 'ended' | 'renegotiate' | 'retrying' = 'ended', release = true): void {
    this.tell(state, message);
    this.leave({ release });
  }

  /** Ends it with an error, told once. */
  fail(code: SignalingErrorCode, message: string): void {
    if (!this.#failed) this.request.send({ type: 'error', code, message });
    this.#failed = true;
    this.leave();
  }

  get trace(): StartTrace {
    return this.#trace;
  }
}
