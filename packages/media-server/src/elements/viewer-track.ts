/**
 * One track on its way to one viewer. Asks for a key picture while the transport is still being set up, so that by then a
 * new one has come; joins at the newest one the log holds (paced, then live), or at the next; rewrites SSRC, payload type and, when its source is exchanged, sequence and time; answers NACKs from the log;
 * reports the camera's clock so that sound and picture stay in step.
 */
import type { KeyframeReason } from '../rtp/keyframe-requests.ts';
import type { MediaPacket } from '../rtp/packet-log.ts';
import { compactNtp, type ReportBlock } from '../rtp/rtcp.ts';
import { sdesCname, senderReport } from '../rtp/rtcp-writer.ts';
import { absSendTimeBytes, rtpHeaderBytes, writeAbsSendTime, writeRtpHeader } from '../rtp/rtp-packet.ts';
import type { MediaSource, PacketListener } from './media-source.ts';

export interface ViewerTrackOptions {
  readonly kind: 'audio' | 'video';
  readonly ssrc: number;
  readonly cname: string;
  /** By the camera's payload type; one that is missing is not sent. */
  readonly payloadTypeFor: (cameraPayloadType: number, source: MediaSource) => number | undefined;
  readonly absSendTimeId: number | undefined;
  readonly send: (packet: Buffer) => boolean;
  readonly onFlow: () => void;
}

/** A replay goes out this many packets at a time, so that no socket buffer on the way overflows. */
const replayChunk = 32;
const replayGapMs = 2;
/** So much of a group is decoded sooner than another key picture would come. */
const freshGroupMs = 400;
/** A stream whose key pictures we cannot recognise is shown anyway. */
const blindStartMs = 3000;
const nackAnswerLimit = 120;

/** Packets are copied by `send` before it returns, so one buffer serves all viewers. */
const scratch = Buffer.allocUnsafe(65_536);

export class ViewerTrack implements PacketListener {
  readonly kind: 'audio' | 'video';
  readonly ssrc: number;
  readonly counts = {
    packetsSent: 0,
    bytesSent: 0,
    nack: 0,
    pli: 0,
    fir: 0,
    packetsLost: 0,
    fractionLost: 0,
    roundTripSeconds: 0,
  };
  readonly #options: ViewerTrackOptions;
  #source: MediaSource | undefined;
  #open = false;
  #state: 'waiting' | 'replaying' | 'live' = 'waiting';
  #cursor = 0;
  #startedAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #last: { sequence: number; timestamp: number; atMs: number } | undefined;
  #joined = false;
  readonly #reportTimes = new Map<number, number>();

  constructor(options: ViewerTrackOptions) {
    this.#options = options;
    this.kind = options.kind;
    this.ssrc = options.ssrc;
  }

  get playing(): boolean {
    return this.#open && this.#source !== undefined;
  }

  setSource(source: MediaSource | undefined): void {
    if (source === this.#source) return;
    this.#source?.listeners.delete(this);
    clearTimeout(this.#timer);
    this.#source = source;
    this.#joined = false;
    if (source === undefined) return;
    source.listeners.add(this);
    if (this.#open) this.#begin(source);
    // A source that sends nothing yet begins with a key picture by itself.
    else if (source.kind === 'video' && source.log.head > 0) source.requestKeyframe('join');
  }

  /** The transport is up. */
  open(): void {
    if (this.#open) return;
    this.#open = true;
    if (this.#source !== undefined) this.#begin(this.#source);
  }

  close(): void {
    this.setSource(undefined);
    this.#open = false;
  }

  #begin(source: MediaSource): void {
    this.#startedAtMs = performance.now();
    const start = source.kind === 'audio' ? source.log.head : source.log.replayStart();
    if (source.kind === 'video' && source.log.groupAgeMs(this.#startedAtMs) > freshGroupMs)
      source.requestKeyframe('join');
    this.report(this.#startedAtMs);
    if (start === undefined) {
      this.#state = 'waiting';
      return;
    }
    this.#cursor = start;
    this.#state = 'replaying';
    this.#replay(source);
  }

  #replay(source: MediaSource): void {
    for (let sent = 0; sent < replayChunk && this.#cursor < source.log.head; sent += 1) {
      const packet = source.log.at(this.#cursor);
      this.#cursor += 1;
      if (packet !== undefined) this.#sendPacket(packet, source);
    }
    if (this.#cursor >= source.log.head) this.#state = 'live';
    else this.#timer = setTimeout(() => this.#replay(source), replayGapMs);
  }

  onPacket(packet: MediaPacket, _position: number, keyStart: boolean): void {
    const source = this.#source;
    if (!this.#open || source === undefined || this.#state === 'replaying') return;
    if (this.#state === 'waiting') {
      if (!keyStart && performance.now() - this.#startedAtMs < blindStartMs) return;
      this.#state = 'live';
    }
    this.#sendPacket(packet, source);
  }

  onClock(): void {
    if (this.#open) this.report(performance.now());
  }

  #sendPacket(packet: MediaPacket, source: MediaSource): void {
    const nowMs = performance.now();
    if (!this.#joined) this.#join(packet, source, nowMs);
    if (!this.#transmit(packet, source, nowMs)) return;
    const first = this.counts.packetsSent === 0;
    this.counts.packetsSent += 1;
    this.counts.bytesSent += packet.payload.length + rtpHeaderBytes;
    this.#last = {
      sequence: (packet.sequence + this.#sequenceOffset) & 0xffff,
      timestamp: (packet.timestamp + this.#timestampOffset) >>> 0,
      atMs: nowMs,
    };
    // The viewer needs the clock before it can pair sound with picture.
    if (first) this.report(nowMs);
    this.#options.onFlow();
  }

  /** Another source goes on where the last one ended. */
  #join(packet: MediaPacket, source: MediaSource, nowMs: number): void {
    this.#joined = true;
    const last = this.#last;
    if (last === undefined) return;
    const elapsed = Math.round(((nowMs - last.atMs) * source.clockRate) / 1000);
    this.#sequenceOffset = (last.sequence + 1 - packet.sequence) & 0xffff;
    this.#timestampOffset = (last.timestamp + Math.max(1, elapsed) - packet.timestamp) >>> 0;
  }

  #transmit(packet: MediaPacket, source: MediaSource, nowMs: number): boolean {
    const payloadType = this.#options.payloadTypeFor(packet.payloadType, source);
    if (payloadType === undefined) return false;
    const { absSendTimeId, ssrc } = this.#options;
    writeRtpHeader(
      scratch,
      {
        payloadType,
        marker: packet.marker,
        sequence: packet.sequence + this.#sequenceOffset,
        timestamp: packet.timestamp + this.#timestampOffset,
        ssrc,
      },
      absSendTimeId !== undefined,
    );
    let length = rtpHeaderBytes;
    if (absSendTimeId !== undefined) {
      writeAbsSendTime(scratch, length, absSendTimeId, nowMs);
      length += absSendTimeBytes;
    }
    length += packet.payload.copy(scratch, length);
    return this.#options.send(scratch.subarray(0, length));
  }

  onNack(lost: readonly number[]): void {
    const source = this.#source;
    this.counts.nack += 1;
    if (source === undefined || !this.#open) return;
    const nowMs = performance.now();
    for (const sequence of lost.slice(0, nackAnswerLimit)) {
      const packet = source.log.bySequence((sequence - this.#sequenceOffset) & 0xffff);
      // Missing here as well: it will come by itself when the camera sends it again.
      if (packet !== undefined) this.#transmit(packet, source, nowMs);
    }
  }

  onKeyframeRequest(by: 'pli' | 'fir'): void {
    this.counts[by] += 1;
    const reason: KeyframeReason = by === 'fir' ? 'join' : 'loss';
    if (this.#open && this.#state !== 'replaying') this.#source?.requestKeyframe(reason);
  }

  onReport(block: ReportBlock, nowMs: number): void {
    this.counts.packetsLost = block.packetsLost;
    this.counts.fractionLost = block.fractionLost / 256;
    const sentMs = this.#reportTimes.get(block.lastSr);
    if (sentMs !== undefined)
      this.counts.roundTripSeconds = Math.max(0, (nowMs - sentMs) / 1000 - block.delaySinceLastSr / 65536);
  }

  /** A sender report read off the camera's own clock; nothing before the camera told its clock. */
  report(nowMs: number): void {
    const clock = this.#source?.clockAt(nowMs);
    if (clock === undefined || !this.#open) return;
    const { ssrc, cname } = this.#options;
    const lastSr = compactNtp(clock.ntpMs);
    this.#reportTimes.set(lastSr, nowMs);
    for (const [old] of this.#reportTimes) {
      if (this.#reportTimes.size <= 8) break;
      this.#reportTimes.delete(old);
    }
    this.#options.send(
      Buffer.concat([
        senderReport({
          ssrc,
          ntpMs: clock.ntpMs,
          rtpTimestamp: clock.rtpTimestamp + this.#timestampOffset,
          packetCount: this.counts.packetsSent,
          octetCount: this.counts.bytesSent,
          reports: [],
        }),
        sdesCname(ssrc, cname),
      ]),
    );
  }
}
