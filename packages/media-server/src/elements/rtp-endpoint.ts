/**
 * Kurento's RtpEndpoint: the camera's side of a pipeline. Plain RTP/AVPF in, feedback and talkback out. It answers one
 * offer, and then its tracks are the sources of every viewer connected to it.
 */
import { randomUUID } from 'node:crypto';
import { KurentoError } from '../rpc/kurento-error.ts';
import type { Params } from '../rpc/json-rpc.ts';
import { RembController } from '../rtp/remb-controller.ts';
import type { RtpHeader } from '../rtp/rtp-packet.ts';
import { codecName, readOffer, type MediaSection } from '../sdp/offer.ts';
import { acceptableCodecs, writeRtpAnswer, type AnsweredSection } from '../sdp/rtp-answer.ts';
import { BaseRtpEndpoint, invalidSdp, newSsrc, rtpHierarchy } from './base-rtp-endpoint.ts';
import { CameraTrack } from './camera-track.ts';
import type { Context } from './context.ts';
import { rtpEvents } from './events.ts';
import type { MediaType } from './media-element.ts';
import type { MediaObject } from './media-object.ts';
import type { MediaSource } from './media-source.ts';
import { inboundStats } from './stats.ts';

/** An element that takes media, and may say how much it can take. */
export interface ViewerLimit {
  /** bit/s; undefined while it does not take part. */
  videoLimitBps(): number | undefined;
  /** The source of `kind` is there, or is another one now. */
  refreshSource(): void;
}

function limitOf(element: unknown): ViewerLimit | undefined {
  return typeof element === 'object' && element !== null && 'videoLimitBps' in element
    ? (element as ViewerLimit)
    : undefined;
}

const clockRates: Readonly<Record<string, number>> = { opus: 48_000, pcmu: 8000, h264: 90_000 };

export class RtpEndpoint extends BaseRtpEndpoint {
  readonly type = 'RtpEndpoint';
  readonly hierarchy = rtpHierarchy;
  protected readonly events = rtpEvents;
  readonly #tracks = new Map<'audio' | 'video', CameraTrack>();
  readonly #remb = new RembController();
  readonly #reporting = new Set<'audio' | 'video'>();
  #talkbackTimer: NodeJS.Timeout | undefined;

  constructor(context: Context, parent: MediaObject, find: (id: string) => MediaObject | undefined) {
    super(context, 'RtpEndpoint', parent, find);
    this.operation('getStats', (params) => this.#stats(params));
    this.operation('requestKeyframe', () => this.#tracks.get('video')?.requestKeyframe('join'));
  }

  /** undefined before the offer was answered, or when it had no such section. */
  source(kind: 'audio' | 'video'): MediaSource | undefined {
    return this.#tracks.get(kind);
  }

  protected async answer(text: string): Promise<string> {
    const offer = readOffer(text);
    if (offer === undefined) throw invalidSdp();
    const sections: AnsweredSection[] = [];
    try {
      for (const section of offer.sections) sections.push(await this.#accept(section));
      if (sections.every(({ accepted }) => accepted === undefined)) throw invalidSdp();
      if (this.released) throw new KurentoError('UNEXPECTED_ERROR', 'The endpoint was released meanwhile');
    } catch (error) {
      this.#closeTracks();
      throw error;
    }
    this.setState('ConnectionStateChanged', 'CONNECTED');
    for (const type of ['AUDIO', 'VIDEO'] as const)
      for (const sink of this.sinksOf(type)) limitOf(sink)?.refreshSource();
    return writeRtpAnswer(
      { address: this.context.address, cname: this.cname, sessionId: this.sessionNumber() },
      sections,
    );
  }

  async #accept(section: MediaSection): Promise<AnsweredSection> {
    const codecs = acceptableCodecs(section);
    const [codec] = codecs;
    const kind = section.kind === 'audio' || section.kind === 'video' ? section.kind : undefined;
    if (kind === undefined || codec === undefined || section.port === 0 || this.#tracks.has(kind))
      return { section, accepted: undefined };
    const pair = await this.context.ports.takePair();
    if (pair === undefined) {
      const { first, last } = this.context.ports;
      throw new KurentoError(
        'NOT_ENOUGH_RESOURCES',
        `No free UDP ports for a camera: all of ${first}-${last} are taken`,
      );
    }
    const ssrc = newSsrc();
    const comedia = section.comedia === 'active';
    const rtcpPort = section.rtcpPort ?? section.port + 1;
    const track = new CameraTrack({
      kind,
      clockRate: clockRates[codecName(codec)] ?? 90_000,
      pair,
      fixedRoute: comedia
        ? undefined
        : {
            rtp: { address: section.address, port: section.port },
            rtcp: { address: section.address, port: rtcpPort },
          },
      payloadTypes: codecs.map(({ payloadType }) => payloadType),
      offeredSsrcs: section.ssrcs,
      ownSsrc: ssrc,
      cname: this.cname,
      feedback: codecs.flatMap(({ feedback }) => feedback),
      ...(kind === 'video' && codec.feedback.includes('goog-remb')
        ? { rembFor: (input: { inputBps: number; fractionLost: number }) => this.#nextRemb(input) }
        : {}),
      onFlow: (flowing) => this.setFlow('Out', kind === 'video' ? 'VIDEO' : 'AUDIO', flowing),
      onReports: (alive) => this.#noteReports(kind, alive),
      onRestart: () => {
        if (kind === 'video') this.#remb.reset();
        this.context.logger.info({ fact: 'camera stream restarted', endpoint: this.id, kind });
      },
    });
    this.#tracks.set(kind, track);
    return { section, accepted: { codecs, rtpPort: pair.rtpPort, ssrc } };
  }

  #noteReports(kind: 'audio' | 'video', alive: boolean): void {
    if (alive) this.#reporting.add(kind);
    else this.#reporting.delete(kind);
    this.setState('MediaStateChanged', this.#reporting.size > 0 ? 'CONNECTED' : 'DISCONNECTED');
  }

  #nextRemb({ inputBps, fractionLost }: { inputBps: number; fractionLost: number }): number | undefined {
    this.#remb.setParams(this.rembParams);
    const limits = [...this.sinksOf('VIDEO')].flatMap((sink) => limitOf(sink)?.videoLimitBps() ?? []);
    return this.#remb.step({
      inputBps,
      fractionLost,
      minBps: this.minVideoRecvBandwidth() * 1000,
      maxBps: this.maxVideoRecvBandwidth() * 1000,
      viewersBps: limits.length > 0 ? Math.min(...limits) : undefined,
    });
  }

  /** A viewer speaks. Only Opus reaches the camera. */
  takeTalkback(packet: Buffer, header: RtpHeader): void {
    if (this.#tracks.get('audio')?.sendTalkback(packet, header) !== true) return;
    this.setFlow('In', 'AUDIO', true);
    if (this.#talkbackTimer === undefined)
      this.#talkbackTimer = setTimeout(() => {
        this.#talkbackTimer = undefined;
        this.setFlow('In', 'AUDIO', false);
      }, 2000);
    else this.#talkbackTimer.refresh();
  }

  /** A viewer asked for a codec the camera does not send: told on the source element, where Kurento tells it. */
  reportTranscoding(data: Params): void {
    this.emit('MediaTranscodingStateChanged', data);
  }

  protected onSource(_type: MediaType): void {
    // A viewer's voice comes by takeTalkback; there is nothing to set up.
  }

  #stats(params: Params): unknown {
    const asked = params['mediaType'];
    const tracks = [...this.#tracks.values()].filter(
      ({ kind }) => asked === undefined || asked === kind.toUpperCase(),
    );
    return Object.fromEntries(
      tracks.filter(({ ssrc }) => ssrc !== undefined).map((track) => inboundStats(randomUUID(), track)),
    );
  }

  #closeTracks(): void {
    for (const track of this.#tracks.values()) track.close();
    this.#tracks.clear();
  }

  protected override onRelease(): void {
    super.onRelease();
    clearTimeout(this.#talkbackTimer);
    this.#closeTracks();
  }
}
