/**
 * The camera's half of a stream: one RtpEndpoint, what the camera was told, and whether its packets arrive. Replaced as a
 * whole when the camera has to be asked again: the media server learns the way back to a camera once per endpoint.
 */
import { randomUUID } from 'node:crypto';
import { delay } from '@apiary/base/deadline';
import { RecoverableError, errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { playCommand, stopCommand } from '@apiary/contract';
import type { BrokerClient } from '@apiary/mqtt';
import { cameraOffer, makeCname, rewriteAnswer } from './camera-sdp.ts';
import { Keepalive, type KeepaliveStats } from './keepalive.ts';
import type { RtpEndpoint, VideoStats } from './media-endpoints.ts';
import type { MediaPipeline } from './media-object.ts';
import { ViewerError } from './viewer-error.ts';
import { sentences } from './sentences.ts';

export interface SourceDeps {
  readonly broker: Pick<BrokerClient, 'publishCommand'>;
  readonly logger: Logger;
  /** IPv4 of the platform that this camera reaches, now. */
  readonly address: () => string;
  readonly keepaliveMs: number;
  /** Bounds of what the camera is asked to send. */
  readonly bandwidthKbps: { readonly min: number; readonly max: number };
  /** How long a broker that is away is waited for at play. */
  readonly brokerWaitMs: number;
}

export interface SourceEvents {
  onFirstMedia(): void;
  onTranscoding(): void;
  onKeepaliveDead(): void;
  onNoComedia(): void;
}

const publishTimeoutMs = 2000;
const brokerRetryMs = 200;

export class CameraSource {
  readonly cameraId: string;
  readonly streamId = randomUUID();
  readonly #deps: SourceDeps;
  readonly #events: SourceEvents;
  #endpoint: RtpEndpoint | undefined;
  #keepalive: Keepalive | undefined;
  #asked = false;
  #over = false;
  #bytes = 0;
  /** performance.now() of these; undefined: not yet. */
  #playAt: number | undefined;
  #firstMediaAt: number | undefined;
  #lastMediaAt: number | undefined;
  #rtcp = false;
  #stats: VideoStats | undefined;

  constructor(cameraId: string, deps: SourceDeps, events: SourceEvents) {
    this.cameraId = cameraId;
    this.#deps = deps;
    this.#events = events;
  }

  async create(pipeline: MediaPipeline): Promise<RtpEndpoint> {
    this.#endpoint = await pipeline.createRtpEndpoint();
    return this.#endpoint;
  }

  /** Negotiates, and publishes `stream/play` as soon as there is an answer. After `create`. */
  async ask(): Promise<void> {
    const { logger, address, bandwidthKbps } = this.#deps;
    const endpoint = this.#endpoint;
    if (endpoint === undefined) throw new Error('ask before create');
    const cname = makeCname();
    const limited = endpoint.limitReceiving(bandwidthKbps).catch((error: unknown) => {
      logger.warn({ fact: 'receive limits not set', cameraId: this.cameraId, reason: errorMessage(error) });
    });
    const answered = endpoint.processOffer(cameraOffer(cname));
    const heard = Promise.all([
      endpoint.onFlow((mediaType, flowing) => {
        if (mediaType === 'VIDEO' && flowing) this.#mediaArrived();
      }),
      endpoint.onRtcp((bothWays) => (this.#rtcp = bothWays)),
      endpoint.onTranscoding((mediaType, active) => {
        if (mediaType === 'VIDEO' && active && !this.#over) this.#events.onTranscoding();
      }),
    ]).catch((error: unknown) => {
      // The polled figures say the same, a second later.
      logger.warn({ fact: 'media events not heard', cameraId: this.cameraId, reason: errorMessage(error) });
    });
    const { sdp, comedia } = rewriteAnswer(await answered, cname, address());
    if (!comedia) this.#events.onNoComedia();
    await this.#play(sdp);
    await Promise.all([limited, heard]);
  }

  async #play(sdpOffer: string): Promise<void> {
    const { broker, keepaliveMs, logger, brokerWaitMs } = this.#deps;
    const until = performance.now() + brokerWaitMs;
    for (;;) {
      if (this.#over) return;
      try {
        // A play that was not acknowledged may have arrived all the same: it will be stopped.
        this.#asked = true;
        const sent = broker.publishCommand(
          playCommand(this.cameraId, { streamId: this.streamId, sdpOffer }, new Date()),
          { timeoutMs: publishTimeoutMs },
        );
        this.#playAt = performance.now();
        await sent;
        break;
      } catch (error) {
        if (!(error instanceof RecoverableError)) throw error;
        if (performance.now() > until)
          throw new ViewerError('broker_unavailable', sentences.brokerUnavailable, { cause: error });
        await delay(brokerRetryMs);
      }
    }
    // While it waited, someone may have ended it.
    if (this.#isOver()) return;
    logger.info({ fact: 'camera asked', cameraId: this.cameraId, streamId: this.streamId });
    this.#keepalive = new Keepalive({
      broker,
      cameraId: this.cameraId,
      streamId: this.streamId,
      periodMs: keepaliveMs,
      logger,
      onDead: () => this.#events.onKeepaliveDead(),
    });
  }

  #isOver(): boolean {
    return this.#over;
  }

  #mediaArrived(): void {
    if (this.#over) return;
    this.#lastMediaAt = performance.now();
    if (this.#firstMediaAt !== undefined) return;
    this.#firstMediaAt = this.#lastMediaAt;
    this.#events.onFirstMedia();
  }

  /** Reads the figures; true when packets came since the last time, undefined when nobody could say. */
  async poll(): Promise<boolean | undefined> {
    const stats = await this.#endpoint?.videoStats().catch(() => undefined);
    if (stats === undefined) return undefined;
    this.#stats = stats;
    const grown = stats.bytesReceived > this.#bytes;
    this.#bytes = stats.bytesReceived;
    if (grown) this.#mediaArrived();
    return grown;
  }

  nudge(): void {
    this.#keepalive?.nudge();
  }

  get endpoint(): RtpEndpoint | undefined {
    return this.#endpoint;
  }
  get asked(): boolean {
    return this.#asked;
  }
  get playAt(): number | undefined {
    return this.#playAt;
  }
  get firstMediaAt(): number | undefined {
    return this.#firstMediaAt;
  }
  get lastMediaAt(): number | undefined {
    return this.#lastMediaAt;
  }
  get rtcpBothWays(): boolean {
    return this.#rtcp;
  }
  get stats(): VideoStats | undefined {
    return this.#stats;
  }
  get keepaliveStats(): KeepaliveStats | undefined {
    return this.#keepalive?.stats;
  }

  /** Keepalives end; nothing is heard any more. */
  quiet(): void {
    this.#over = true;
    this.#keepalive?.stop();
  }

  /** Tells the camera, if it was asked. Never fails: a camera that does not hear of it ends by itself. */
  async sayStop(): Promise<void> {
    if (!this.#asked) return;
    try {
      await this.#deps.broker.publishCommand(stopCommand(this.cameraId, this.streamId, new Date()), {
        timeoutMs: publishTimeoutMs,
      });
    } catch (error) {
      this.#deps.logger.warn({ fact: 'stop not sent', cameraId: this.cameraId, reason: errorMessage(error) });
    }
  }

  async release(): Promise<void> {
    await this.#endpoint?.release();
  }
}
