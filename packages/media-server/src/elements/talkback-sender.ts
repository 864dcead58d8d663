/** Makes one stream towards the camera out of whatever viewer speaks: own SSRC, one line of sequence numbers and times. */
import type { SenderReport } from '../rtp/rtcp.ts';
import { ntpEpochMs } from '../rtp/rtcp.ts';
import { rtpHeaderBytes, sequenceDistance, writeRtpHeader, type RtpHeader } from '../rtp/rtp-packet.ts';
import { Timeline } from '../rtp/timeline.ts';

/** Without a word for so long the camera is sent receiver reports again. */
const silentAfterMs = 5000;

export class TalkbackSender {
  readonly #ssrc: number;
  readonly #payloadType: number;
  readonly #clockRate: number;
  readonly #timeline: Timeline;
  #speaker: number | undefined;
  #lastSequence = 0;
  #last: { timestamp: number; atMs: number } | undefined;
  packetsSent = 0;
  bytesSent = 0;

  constructor(ssrc: number, payloadType: number, clockRate: number) {
    this.#ssrc = ssrc;
    this.#payloadType = payloadType;
    this.#clockRate = clockRate;
    this.#timeline = new Timeline(clockRate);
  }

  rewrite(packet: Buffer, header: RtpHeader, nowMs: number): Buffer {
    const distance = sequenceDistance(this.#lastSequence, header.sequence);
    if (this.#speaker !== header.ssrc || Math.abs(distance) > 1000) {
      if (this.#speaker !== undefined) this.#timeline.join(header.sequence, header.timestamp, nowMs);
      this.#speaker = header.ssrc;
      this.#lastSequence = header.sequence;
    }
    const newest = sequenceDistance(this.#lastSequence, header.sequence) >= 0;
    if (newest) this.#lastSequence = header.sequence;
    const { sequence, timestamp } = this.#timeline.map(header.sequence, header.timestamp, nowMs, newest);
    const out = Buffer.allocUnsafe(rtpHeaderBytes + header.payloadEnd - header.payloadStart);
    writeRtpHeader(out, {
      payloadType: this.#payloadType,
      marker: header.marker,
      sequence,
      timestamp,
      ssrc: this.#ssrc,
    });
    packet.copy(out, rtpHeaderBytes, header.payloadStart, header.payloadEnd);
    this.packetsSent += 1;
    this.bytesSent += out.length - rtpHeaderBytes;
    this.#last = { timestamp, atMs: nowMs };
    return out;
  }

  /** The head of a sender report, while someone speaks. */
  report(nowMs: number): Omit<SenderReport, 'kind' | 'reports'> | undefined {
    if (this.#last === undefined || nowMs - this.#last.atMs > silentAfterMs) return undefined;
    const elapsedMs = nowMs - this.#last.atMs;
    return {
      ssrc: this.#ssrc,
      ntpMs: Date.now() + ntpEpochMs,
      rtpTimestamp: this.#last.timestamp + Math.round((elapsedMs * this.#clockRate) / 1000),
      packetCount: this.packetsSent,
      octetCount: this.bytesSent,
    };
  }
}
