/** What a viewer says: its packets as a receiver counts them, and the report its browser wants to see. */
import { ReceiveStatistics } from '../rtp/receive-statistics.ts';
import { receiverReport, sdesCname } from '../rtp/rtcp-writer.ts';
import { readRtp, type RtpHeader } from '../rtp/rtp-packet.ts';

const silentMs = 2000;

export class ViewerVoice {
  /** As negotiated; undefined: this viewer cannot speak. */
  payloadType: number | undefined;
  readonly #statistics = new ReceiveStatistics(48_000);
  #ssrc = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** The header of a packet to be passed on; undefined for what is not, or came already. */
  take(packet: Buffer): RtpHeader | undefined {
    const header = readRtp(packet);
    if (header === undefined || header.payloadType !== this.payloadType) return undefined;
    const nowMs = performance.now();
    if (this.#ssrc !== header.ssrc) this.#statistics.restart();
    this.#ssrc = header.ssrc;
    this.#lastMs = nowMs;
    const arrival = this.#statistics.note(header.sequence, header.timestamp, packet.length, nowMs);
    return arrival === 'duplicate' ? undefined : header;
  }

  /** undefined while nothing is said. */
  report(ownSsrc: number, cname: string, nowMs: number): Buffer | undefined {
    if (nowMs - this.#lastMs > silentMs) return undefined;
    const { fractionLost } = this.#statistics.interval();
    const block = this.#statistics.reportBlock(this.#ssrc, fractionLost, 0, 0);
    return Buffer.concat([receiverReport(ownSsrc, [block]), sdesCname(ownSsrc, cname)]);
  }
}
