/**
 * One kind of media on its way out: numbers packets, keeps the last ones for NACK, reports as a sender. Media leave by
 * the RTP socket, reports by the RTCP socket, both through the line.
 */
import { randomInt } from 'node:crypto';
import { RtpPacket } from 'rtp.js/packets';
import type { Line } from './line.ts';
import type { MediaTarget } from './play-sdp.ts';
import type { PortPair } from './port-pair.ts';
import { bufferOf, senderReport, viewOf } from './rtcp.ts';

export interface TrackOptions {
  readonly ssrc: number;
  readonly payloadType: number;
  /** Units of the timestamp in a second. */
  readonly clockRate: number;
  readonly cname: string;
  readonly target: MediaTarget;
  readonly ports: PortPair;
  readonly line: Line;
}

/** Packets kept for retransmission: two seconds of 3 Mbit/s. */
const keptPackets = 1024;

export class RtpTrack {
  packets = 0;
  payloadBytes = 0;
  reports = 0;
  retransmitted = 0;
  readonly #options: TrackOptions;
  readonly #kept = new Map<number, Buffer>();
  #sequence = randomInt(0x10000);
  readonly #firstTimestamp = randomInt(2 ** 32);

  constructor(options: TrackOptions) {
    this.#options = options;
  }

  get port(): number {
    return this.#options.ports.port;
  }

  /** The payloads of one frame. @param atSeconds since the start of the stream */
  send(payloads: readonly Buffer[], atSeconds: number, marker: boolean): void {
    const timestamp = this.#timestamp(atSeconds);
    payloads.forEach((payload, index) => {
      const packet = new RtpPacket();
      packet.setPayloadType(this.#options.payloadType);
      packet.setSequenceNumber(this.#sequence);
      packet.setTimestamp(timestamp);
      packet.setSsrc(this.#options.ssrc);
      packet.setMarker(marker && index === payloads.length - 1);
      packet.setPayload(viewOf(payload));
      const bytes = bufferOf(packet.getView());
      this.#keep(bytes);
      this.#sequence = (this.#sequence + 1) & 0xffff;
      this.packets += 1;
      this.payloadBytes += payload.length;
      this.#out(bytes);
    });
  }

  /** A sender report that says: now is `atSeconds`. @param nowMs Unix time */
  report(nowMs: number, atSeconds: number): void {
    const { ssrc, cname, target, ports, line } = this.#options;
    const { packets, payloadBytes } = this;
    const rtpTimestamp = this.#timestamp(atSeconds);
    const bytes = senderReport({ ssrc, cname, nowMs, rtpTimestamp, packets, payloadBytes });
    this.reports += 1;
    line.send(() => ports.rtcp.send(bytes, target.rtcpPort, target.address));
  }

  /** Sends again what is still kept: the same packets, there is no stream for retransmissions (no rtx in the SDP). */
  retransmit(sequences: readonly number[]): void {
    for (const sequence of sequences) {
      const bytes = this.#kept.get(sequence);
      if (bytes === undefined) continue;
      this.retransmitted += 1;
      this.#out(bytes);
    }
  }

  #out(bytes: Buffer): void {
    const { target, ports, line } = this.#options;
    line.send(() => ports.rtp.send(bytes, target.rtpPort, target.address));
  }

  #keep(bytes: Buffer): void {
    this.#kept.delete((this.#sequence - keptPackets) & 0xffff);
    this.#kept.set(this.#sequence, bytes);
  }

  #timestamp(atSeconds: number): number {
    return (this.#firstTimestamp + Math.round(atSeconds * this.#options.clockRate)) % 2 ** 32;
  }
}
