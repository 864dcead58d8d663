/**
 * Kurento's WebRtcEndpoint: one viewer. H.264 and Opus pass through; an offer without H.264 gets an inactive section and
 * an error that says so, for nothing is ever transcoded here.
 */
import { randomUUID } from 'node:crypto';
import { errorMessage } from '@apiary/base/errors';
import { isObject, type Params } from '../rpc/json-rpc.ts';
import { KurentoError } from '../rpc/kurento-error.ts';
import type { RtcpPacket } from '../rtp/rtcp.ts';
import { readRtcp } from '../rtp/rtcp-reader.ts';
import { isRtcp } from '../rtp/rtp-packet.ts';
import { readOffer, type Offer } from '../sdp/offer.ts';
import { writeWebRtcAnswer } from '../sdp/webrtc-answer.ts';
import { WebRtcPeer } from '../webrtc-peer.ts';
import { BaseRtpEndpoint, invalidSdp, newSsrc, rtpHierarchy } from './base-rtp-endpoint.ts';
import type { Context } from './context.ts';
import { webRtcEvents } from './events.ts';
import { candidateRecords, connectionRecords, iceStates, pairRecords } from './ice-records.ts';
import type { MediaType } from './media-element.ts';
import type { MediaObject } from './media-object.ts';
import { chooseSections, type ChosenSection } from './viewer-offer.ts';
import { RtpEndpoint, type ViewerLimit } from './rtp-endpoint.ts';
import { outboundStats } from './stats.ts';
import { ViewerTrack } from './viewer-track.ts';
import { ViewerVoice } from './viewer-voice.ts';

const reportIntervalMs = 1000;
const flowEndMs = 2000;

export class WebRtcEndpoint extends BaseRtpEndpoint implements ViewerLimit {
  readonly type = 'WebRtcEndpoint';
  readonly hierarchy = rtpHierarchy;
  protected readonly events = webRtcEvents;
  readonly #tracks = new Map<'audio' | 'video', ViewerTrack>();
  #peer: WebRtcPeer | undefined;
  #mids: readonly string[] = [];
  #gathered = false;
  #iceState = 'DISCONNECTED';
  #timer: NodeJS.Timeout | undefined;
  #rembBps: number | undefined;
  #lastRtcpMs = 0;
  readonly #lastSentMs = new Map<MediaType, number>();
  readonly #voice = new ViewerVoice();
  #withoutCodec = false;

  constructor(context: Context, parent: MediaObject, find: (id: string) => MediaObject | undefined) {
    super(context, 'WebRtcEndpoint', parent, find);
    for (const name of [
      'externalIPv4',
      'externalIPv6',
      'externalAddress',
      'networkInterfaces',
      'stunServerAddress',
      'turnUrl',
    ])
      this.property(name, '', String);
    this.property('stunServerPort', 0, Number);
    this.property('iceTcp', false, Boolean);
    this.operation('gatherCandidates', () => this.#gather());
    this.operation('addIceCandidate', (params) => this.#addCandidate(params['candidate']), ['candidate']);
    this.operation('getICECandidatePairs', () => pairRecords(this.#peer?.selectedPair()));
    this.operation('getIceConnectionState', () => connectionRecords(this.#iceState));
    this.operation('requestKeyframe', () => this.#tracks.get('video')?.onKeyframeRequest('fir'));
    this.operation('getStats', (params) => this.#stats(params));
  }

  protected answer(text: string): string {
    const offer = readOffer(text);
    if (offer === undefined) throw invalidSdp();
    const chosen = chooseSections(offer, newSsrc);
    if (chosen.length === 0 || offer.sections.every(({ protocol }) => !protocol.includes('SAVP')))
      throw invalidSdp();
    const peer = this.#createPeer(text, chosen);
    this.#peer = peer;
    this.#mids = chosen.map(({ mid }) => mid);
    for (const section of chosen) this.#addTrack(section, peer);
    this.#complainOfCodecs(offer, chosen);
    this.refreshSource();
    try {
      return writeWebRtcAnswer(
        { sessionId: this.sessionNumber(), cname: this.cname },
        offer,
        chosen,
        peer.transport,
      );
    } catch (error) {
      this.#closePeer();
      throw new KurentoError('UNEXPECTED_ERROR', errorMessage(error));
    }
  }

  #createPeer(offer: string, chosen: readonly ChosenSection[]): WebRtcPeer {
    try {
      return new WebRtcPeer({
        offer,
        tracks: chosen.flatMap(({ section, mid, media }) => {
          const [codec] = media?.codecs ?? section.codecs;
          const kind = section.kind;
          if ((kind !== 'audio' && kind !== 'video') || codec === undefined) return [];
          return {
            kind,
            mid,
            direction: media?.direction ?? ('inactive' as const),
            payloadType: codec.payloadType,
            fmtp: codec.fmtp,
            ssrc: media?.ssrc ?? 1,
          };
        }),
        cname: this.cname,
        bindAddress: this.context.bindAddress,
        port: this.context.viewerPort,
        logger: this.context.logger,
        onIceState: (state) => this.#onIceState(state),
        onState: (state) => this.#onState(state),
        onOpen: (kind) => this.#tracks.get(kind)?.open(),
        onPacket: (kind, packet) => this.#onPacket(kind, packet),
      });
    } catch (error) {
      throw new KurentoError('SDP_PARSE_ERROR', `Invalid SDP: ${errorMessage(error)}`);
    }
  }

  #addTrack({ section, media }: ChosenSection, peer: WebRtcPeer): void {
    const kind = section.kind;
    if (media === undefined || (kind !== 'audio' && kind !== 'video')) return;
    if (kind === 'audio' && media.direction !== 'sendonly')
      this.#voice.payloadType = media.codecs[0]?.payloadType;
    if (media.direction === 'recvonly') return;
    const type = kind === 'video' ? 'VIDEO' : 'AUDIO';
    this.#tracks.set(
      kind,
      new ViewerTrack({
        kind,
        ssrc: media.ssrc,
        cname: this.cname,
        absSendTimeId: media.absSendTimeId,
        payloadTypeFor: (cameraPayloadType) =>
          kind === 'audio' && cameraPayloadType === 0
            ? media.codecs.find(({ payloadType }) => payloadType === 0)?.payloadType
            : media.codecs[0]?.payloadType,
        send: (packet) => peer.send(kind, packet),
        onFlow: () => {
          this.#lastSentMs.set(type, performance.now());
          this.setFlow('In', type, true);
        },
      }),
    );
  }

  /** Kurento would transcode here, at a core a stream. We say what is wrong instead. */
  #complainOfCodecs(offer: Offer, chosen: readonly ChosenSection[]): void {
    const wanted = offer.sections.some(({ kind, direction }) => kind === 'video' && direction !== 'inactive');
    if (!wanted || chosen.some(({ section, media }) => section.kind === 'video' && media !== undefined))
      return;
    const description =
      'The offer has no H.264: the camera sends nothing else, and this server does not transcode';
    this.context.logger.warn({ fact: 'viewer without H.264', endpoint: this.id });
    this.#withoutCodec = true;
    this.emit('Error', { description, errorCode: 40203, errorType: 'SDP_NO_COMMON_CODEC' });
    this.#tellSourceOfCodec();
  }

  #tellSourceOfCodec(): void {
    const source = this.sourceOf('VIDEO');
    if (!this.#withoutCodec || !(source instanceof RtpEndpoint)) return;
    source.reportTranscoding({
      binName: 'none',
      mediaType: 'VIDEO',
      padName: 'default',
      state: 'TRANSCODING',
    });
  }

  #gather(): void {
    const peer = this.#peer;
    if (peer === undefined)
      throw new KurentoError('SDP_END_POINT_NO_LOCAL_SDP_ERROR', 'Offer first, candidates after');
    if (this.#gathered) return;
    this.#gathered = true;
    setImmediate(() => this.#announceCandidates());
  }

  #announceCandidates(): void {
    this.#emitIce('GATHERING');
    const { candidateAddresses, viewerPort } = this.context;
    for (const candidate of candidateRecords(candidateAddresses, viewerPort, this.#mids))
      this.emit('IceCandidateFound', { candidate });
    this.emit('IceGatheringDone', {});
    if (this.#iceState !== 'DISCONNECTED') this.#emitIce(this.#iceState);
  }

  #emitIce(state: string): void {
    this.emit('IceComponentStateChanged', { componentId: 1, state, streamId: 1 });
  }

  /** What is no candidate is ignored, as Kurento does. */
  #addCandidate(given: unknown): void {
    if (!isObject(given) || typeof given['candidate'] !== 'string') return;
    const index = typeof given['sdpMLineIndex'] === 'number' ? given['sdpMLineIndex'] : 0;
    const mid = typeof given['sdpMid'] === 'string' ? given['sdpMid'] : (this.#mids[index] ?? '0');
    this.#peer?.addCandidate(given['candidate'], mid);
  }

  #onIceState(state: string): void {
    const name = iceStates[state];
    if (name === undefined) return;
    this.#iceState = name;
    if (name === 'CONNECTED')
      for (const candidatePair of pairRecords(this.#peer?.selectedPair()))
        this.emit('NewCandidatePairSelected', { candidatePair });
    // Before gathering was asked for nobody expects a word; the state is told then.
    if (this.#gathered) this.#emitIce(name);
  }

  #onState(state: string): void {
    if (state === 'connected') {
      this.setState('ConnectionStateChanged', 'CONNECTED');
      this.#timer ??= setInterval(() => this.#everySecond(), reportIntervalMs);
    } else if (state === 'disconnected' || state === 'failed' || state === 'closed') {
      this.setState('ConnectionStateChanged', 'DISCONNECTED');
      this.setState('MediaStateChanged', 'DISCONNECTED');
    }
  }

  #everySecond(): void {
    const nowMs = performance.now();
    for (const [kind, track] of this.#tracks) {
      // Opening is told by the library; looked at again here so that a viewer never hangs on a word missed.
      if (this.#peer?.isOpen(kind) === true) track.open();
      track.report(nowMs);
    }
    for (const [type, sentMs] of this.#lastSentMs)
      if (nowMs - sentMs > flowEndMs) this.setFlow('In', type, false);
    // The speaking browser wants to know that it is heard.
    const heard = this.#voice.report(this.#tracks.get('audio')?.ssrc ?? 1, this.cname, nowMs);
    if (heard === undefined) this.setFlow('Out', 'AUDIO', false);
    else this.#peer?.send('audio', heard);
    if (this.#lastRtcpMs > 0 && nowMs - this.#lastRtcpMs > 10_000)
      this.setState('MediaStateChanged', 'DISCONNECTED');
  }

  #onPacket(kind: 'audio' | 'video', packet: Buffer): void {
    if (isRtcp(packet)) {
      this.#lastRtcpMs = performance.now();
      for (const part of readRtcp(packet)) this.#onRtcp(part);
      this.setState('MediaStateChanged', 'CONNECTED');
      return;
    }
    const header = kind === 'audio' ? this.#voice.take(packet) : undefined;
    if (header === undefined) return;
    this.setFlow('Out', 'AUDIO', true);
    for (const sink of this.sinksOf('AUDIO'))
      if (sink instanceof RtpEndpoint) sink.takeTalkback(packet, header);
  }

  #onRtcp(part: RtcpPacket): void {
    const nowMs = performance.now();
    if (part.kind === 'remb') this.#rembBps = part.bitrate;
    for (const track of this.#tracks.values()) {
      if (part.kind === 'nack' && part.mediaSsrc === track.ssrc) track.onNack(part.lost);
      if (part.kind === 'pli' && part.mediaSsrc === track.ssrc) track.onKeyframeRequest('pli');
      if (part.kind === 'fir' && part.targets.some(({ ssrc }) => ssrc === track.ssrc))
        track.onKeyframeRequest('fir');
      if (part.kind === 'rr' || part.kind === 'sr')
        for (const block of part.reports) if (block.ssrc === track.ssrc) track.onReport(block, nowMs);
    }
  }

  videoLimitBps(): number | undefined {
    if (this.#tracks.get('video')?.playing !== true) return undefined;
    const source = this.sourceOf('VIDEO');
    // Before the viewer's first word the start value counts, whichever end of the connection it was set at.
    const atSource = source instanceof RtpEndpoint ? source.rembParams.rembOnConnect : 0;
    const asked = this.#rembBps ?? Math.max(this.rembParams.rembOnConnect, atSource);
    const max = this.maxVideoSendBandwidth();
    const capped = max > 0 ? Math.min(asked, max * 1000) : asked;
    return Math.max(capped, this.minVideoSendBandwidth() * 1000);
  }

  refreshSource(): void {
    for (const [kind, track] of this.#tracks) {
      const source = this.sourceOf(kind === 'video' ? 'VIDEO' : 'AUDIO');
      track.setSource(source instanceof RtpEndpoint ? source.source(kind) : undefined);
    }
  }

  protected onSource(type: MediaType): void {
    this.refreshSource();
    if (type === 'VIDEO') this.#tellSourceOfCodec();
  }

  #stats(params: Params): unknown {
    const asked = params['mediaType'];
    const tracks = [...this.#tracks.values()].filter(
      ({ kind }) => asked === undefined || asked === kind.toUpperCase(),
    );
    return Object.fromEntries(
      tracks.map((track) =>
        outboundStats(randomUUID(), track, track.kind === 'video' ? (this.#rembBps ?? 0) : 0),
      ),
    );
  }

  #closePeer(): void {
    clearInterval(this.#timer);
    for (const track of this.#tracks.values()) track.close();
    this.#tracks.clear();
    this.#peer?.close();
    this.#peer = undefined;
  }

  protected override onRelease(): void {
    super.onRelease();
    this.#closePeer();
  }
}
