/**
 * One track of a camera: takes its RTP and RTCP from a port pair, keeps the last packets, hands them on, and answers as
 * a good receiver does: RR and SDES every 0.2–0.7 s, for video REMB with them, NACK for single losses, FIR or PLI for a
 * key picture. Knows nothing of viewers but what is asked of it.
 */
import type { RemoteInfo } from 'node:dgram';
import type { KeyframeReason } from '../rtp/keyframe-requests.ts';
import { PacketLog } from '../rtp/packet-log.ts';
import type { SocketPair } from '../rtp/port-range.ts';
import { ReceiveStatistics } from '../rtp/receive-statistics.ts';
import { readRtcp } from '../rtp/rtcp-reader.ts';
import { receiverReport, remb, sdesCname, senderReport } from '../rtp/rtcp-writer.ts';
import { isRtcp, readRtp, type RtpHeader } from '../rtp/rtp-packet.ts';
import { SenderClock } from '../rtp/sender-clock.ts';
import { Timeline } from '../rtp/timeline.ts';
import { CameraFeedback } from './camera-feedback.ts';
import { CameraRoute, type Address } from './camera-route.ts';
import type { MediaSource, PacketListener } from './media-source.ts';
import { TalkbackSender } from './talkback-sender.ts';

export interface CameraTrackOptions {
  readonly kind: 'audio' | 'video';
  readonly clockRate: number;
  readonly pair: SocketPair;
  /** undefined: comedia. */
  readonly fixedRoute: { readonly rtp: Address; readonly rtcp: Address } | undefined;
  readonly payloadTypes: readonly number[];
  /** SSRCs the offer named. */
  readonly offeredSsrcs: readonly number[];
  readonly ownSsrc: number;
  readonly cname: string;
  /** Kinds agreed on in SDP, such as `nack pli`. */
  readonly feedback: readonly string[];
  /** Called once a reporting interval; the value of the REMB to send, bit/s. */
  readonly rembFor?: (input: { inputBps: number; fractionLost: number }) => number | undefined;
  readonly onFlow: (flowing: boolean) => void;
  /** Real RTCP came, or stopped coming. */
  readonly onReports: (alive: boolean) => void;
  readonly onRestart: () => void;
}

const reportMinMs = 200;
const reportMaxMs = 700;
/** A rate measured over less than this is made of one picture, or of none: the camera would start with a jump. */
const rateMinMs = 150;
const flowEndMs = 2000;
const reportsEndMs = 10_000;
const clockJumpSeconds = 10;

export class CameraTrack implements MediaSource {
  readonly kind: 'audio' | 'video';
  readonly clockRate: number;
  readonly log: PacketLog;
  readonly listeners = new Set<PacketListener>();
  readonly statistics: ReceiveStatistics;
  readonly talkback: TalkbackSender;
  readonly counts = { remb: 0, stranger: 0, malformed: 0 };
  ssrc: number | undefined;
  readonly #options: CameraTrackOptions;
  readonly #route: CameraRoute;
  readonly #timeline: Timeline;
  readonly #clock: SenderClock;
  readonly #feedback: CameraFeedback;
  #bytesBefore = 0;
  /** Of the interval whose rate is measured; 0 before the first packet. */
  #intervalStartMs = 0;
  #lastRtpMs = 0;
  #lastRtcpMs = 0;
  #lastTimestamp = 0;
  #reportsAlive = false;
  #flowing = false;
  #reportTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: CameraTrackOptions) {
    this.#options = options;
    this.kind = options.kind;
    this.clockRate = options.clockRate;
    this.log = new PacketLog(options.kind);
    this.statistics = new ReceiveStatistics(options.clockRate);
    this.#route = new CameraRoute(options.fixedRoute);
    this.#timeline = new Timeline(options.clockRate);
    this.#clock = new SenderClock(options.clockRate);
    this.#feedback = new CameraFeedback({
      ownSsrc: options.ownSsrc,
      cname: options.cname,
      kinds: options.feedback,
      mediaSsrc: () => this.ssrc ?? options.offeredSsrcs[0] ?? 0,
      statistics: this.statistics,
      canSend: () => this.#route.back !== undefined,
      send: (compound) => this.#send(compound),
      onLoss: () => {
        if (this.kind === 'video') this.requestKeyframe('loss');
      },
    });
    this.talkback = new TalkbackSender(options.ownSsrc, options.payloadTypes[0] ?? 0, options.clockRate);
    options.pair.rtp.on('message', (packet, from) => this.#onRtpSocket(packet, from));
    options.pair.rtcp.on('message', (packet, from) => this.#onRtcp(packet, from));
    this.#scheduleReport();
  }

  #onRtpSocket(packet: Buffer, from: RemoteInfo): void {
    if (isRtcp(packet)) {
      this.#onRtcp(packet, from);
      return;
    }
    const header = readRtp(packet);
    if (header === undefined || !this.#options.payloadTypes.includes(header.payloadType)) {
      this.counts.malformed += 1;
      return;
    }
    const nowMs = performance.now();
    const source = this.#route.noteRtp(from, nowMs);
    if (source === 'stranger') {
      this.counts.stranger += 1;
      return;
    }
    if (source === 'moved' || (this.ssrc !== undefined && this.ssrc !== header.ssrc))
      this.statistics.restart();
    this.ssrc = header.ssrc;
    this.#onRtp(packet, header, nowMs);
  }

  #onRtp(packet: Buffer, header: RtpHeader, nowMs: number): void {
    const isFirst = this.#lastRtpMs === 0;
    if (isFirst) this.#intervalStartMs = nowMs;
    if (!isFirst && this.#clockJumped(header.timestamp, nowMs)) this.statistics.restart();
    this.#lastTimestamp = header.timestamp;
    const arrival = this.statistics.note(header.sequence, header.timestamp, packet.length, nowMs);
    this.#lastRtpMs = nowMs;
    if (arrival === 'duplicate') return;
    if (arrival === 'restart' || (arrival === 'first' && !isFirst)) this.#restart(header, nowMs);
    if (arrival === 'gap') this.#feedback.noteGap();
    const mapped = this.#timeline.map(header.sequence, header.timestamp, nowMs, arrival !== 'late');
    const logged = {
      ...mapped,
      marker: header.marker,
      payloadType: header.payloadType,
      payload: packet.subarray(header.payloadStart, header.payloadEnd),
    };
    const position = this.log.head;
    const { keyStart } = this.log.push(logged);
    if (keyStart) this.#feedback.keyframeCame();
    for (const listener of this.listeners) listener.onPacket(logged, position, keyStart);
    if (!this.#flowing) {
      this.#flowing = true;
      this.#options.onFlow(true);
    }
  }

  /** Timestamps that do not fit the time passed: another start, even if its sequence numbers happen to fit. */
  #clockJumped(timestamp: number, nowMs: number): boolean {
    const ticks = (timestamp - this.#lastTimestamp) | 0;
    const elapsed = ((nowMs - this.#lastRtpMs) * this.clockRate) / 1000;
    return Math.abs(ticks - elapsed) > clockJumpSeconds * this.clockRate;
  }

  /** Viewers go on where they are; what they see continues with the next key picture. */
  #restart(header: RtpHeader, nowMs: number): void {
    this.#timeline.join(header.sequence, header.timestamp, nowMs);
    this.#clock.reset();
    this.log.breakGroup();
    this.#options.onRestart();
    if (this.kind === 'video') this.requestKeyframe('join');
  }

  #onRtcp(compound: Buffer, from: RemoteInfo): void {
    const packets = readRtcp(compound);
    if (packets.length === 0) {
      this.counts.malformed += 1;
      return;
    }
    const nowMs = performance.now();
    if (this.#route.noteRtcp(from, nowMs) === 'stranger') {
      this.counts.stranger += 1;
      return;
    }
    this.#lastRtcpMs = nowMs;
    for (const packet of packets)
      if (packet.kind === 'sr' && (this.ssrc === undefined || packet.ssrc === this.ssrc)) {
        const news = !this.#clock.known;
        this.#clock.note(packet, packet.rtpTimestamp, nowMs);
        if (news) for (const listener of this.listeners) listener.onClock();
      }
    if (this.#route.back === undefined || this.#lastRtpMs === 0) return;
    if (!this.#reportsAlive) {
      this.#reportsAlive = true;
      this.#options.onReports(true);
      // The camera waits for a sign that it is heard: the first report goes out now.
      this.#report();
      this.#feedback.flush();
    }
  }

  get feedbackCounts(): CameraFeedback['counts'] {
    return this.#feedback.counts;
  }

  clockAt(nowMs: number): { ntpMs: number; rtpTimestamp: number } | undefined {
    const now = this.#clock.at(nowMs);
    return now && { ntpMs: now.ntpMs, rtpTimestamp: this.#timeline.mapTimestamp(now.rtpTimestamp) };
  }

  requestKeyframe(reason: KeyframeReason): void {
    if (!this.#closed) this.#feedback.requestKeyframe(reason);
  }

  #scheduleReport(): void {
    this.#reportTimer = setTimeout(
      () => {
        this.#watch(performance.now());
        this.#report();
        this.#scheduleReport();
      },
      reportMinMs + Math.random() * (reportMaxMs - reportMinMs),
    );
  }

  #watch(nowMs: number): void {
    if (this.#flowing && nowMs - this.#lastRtpMs > flowEndMs) {
      this.#flowing = false;
      this.#options.onFlow(false);
    }
    if (this.#reportsAlive && nowMs - this.#lastRtcpMs > reportsEndMs) {
      this.#reportsAlive = false;
      this.#options.onReports(false);
    }
  }

  #report(): void {
    if (this.#closed || this.#route.back === undefined || this.ssrc === undefined) return;
    const nowMs = performance.now();
    const { ownSsrc, cname } = this.#options;
    const { fractionLost, lostOnTheWay, received } = this.statistics.interval();
    const { lastSr, delaySinceLastSr } = this.#clock.lastReport(nowMs);
    const blocks = [this.statistics.reportBlock(this.ssrc, fractionLost, lastSr, delaySinceLastSr)];
    const speaking = this.talkback.report(nowMs);
    const parts = [
      speaking === undefined
        ? receiverReport(ownSsrc, blocks)
        : senderReport({ ...speaking, reports: blocks }),
      sdesCname(ownSsrc, cname),
    ];
    const bitrate = received > 0 ? this.#nextRemb(this.ssrc, lostOnTheWay, nowMs) : undefined;
    if (bitrate !== undefined) {
      this.counts.remb = Math.round(bitrate);
      parts.push(remb(ownSsrc, bitrate, [this.ssrc]));
    }
    this.#send(Buffer.concat(parts));
  }

  /** A REMB for an SSRC the offer did not name means nothing to the camera: Kurento sends none. */
  #nextRemb(ssrc: number, fractionLost: number, nowMs: number): number | undefined {
    const elapsedMs = nowMs - this.#intervalStartMs;
    if (!this.#options.offeredSsrcs.includes(ssrc) || elapsedMs < rateMinMs) return undefined;
    const inputBps = ((this.statistics.bytesReceived - this.#bytesBefore) * 8000) / elapsedMs;
    this.#intervalStartMs = nowMs;
    this.#bytesBefore = this.statistics.bytesReceived;
    return this.#options.rembFor?.({ inputBps, fractionLost });
  }

  #send(compound: Buffer): void {
    const to = this.#route.back?.rtcp;
    if (this.#closed || to === undefined) return;
    this.#options.pair.rtcp.send(compound, to.port, to.address);
  }

  /** A viewer's voice, on its way to the camera; false while the way back is unknown. */
  sendTalkback(packet: Buffer, header: RtpHeader): boolean {
    const to = this.#route.back?.rtp;
    if (this.#closed || to === undefined) return false;
    this.#options.pair.rtp.send(
      this.talkback.rewrite(packet, header, performance.now()),
      to.port,
      to.address,
    );
    return true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#reportTimer);
    this.#feedback.stop();
    this.listeners.clear();
    this.#options.pair.close();
  }
}
