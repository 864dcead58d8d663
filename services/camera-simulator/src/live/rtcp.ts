/**
 * RTCP of the camera: sender reports out, feedback in. Packets are rtp.js's; FIR and REMB, which it hands over as bytes,
 * are read here (RFC 5104 §4.3.1, draft-alvestrand-rmcat-remb-03).
 */
import {
  CompoundPacket,
  NackPacket,
  parseNackItem,
  SdesChunk,
  SdesPacket,
  SenderReportPacket,
} from 'rtp.js/packets';

export type Feedback =
  | { readonly kind: 'rr' | 'sr' | 'sdes' | 'bye' | 'other' | 'malformed' }
  | { readonly kind: 'pli' | 'fir'; readonly mediaSsrc: number }
  | { readonly kind: 'nack'; readonly mediaSsrc: number; readonly lost: readonly number[] }
  | { readonly kind: 'remb'; readonly bitrate: number; readonly ssrcs: readonly number[] };

const kindByType: Readonly<Record<number, 'sr' | 'rr' | 'sdes' | 'bye'>> = {
  200: 'sr',
  201: 'rr',
  202: 'sdes',
  203: 'bye',
};
const payloadFeedback = 206;
const formats = { pli: 1, fir: 4, application: 15 } as const;
const cnameItem: number = 1;
/** Unix epoch in NTP's era, seconds. */
const ntpEpochSeconds = 2_208_988_800;

/** Never throws: what cannot be read is `malformed`. */
export function readFeedback(datagram: Buffer): Feedback[] {
  try {
    return new CompoundPacket(viewOf(datagram)).getPackets().map((packet): Feedback => {
      const type: number = packet.getPacketType();
      if (packet instanceof NackPacket)
        return {
          kind: 'nack',
          mediaSsrc: packet.getMediaSsrc(),
          lost: packet.getItems().flatMap(lostOf),
        };
      if (type === payloadFeedback) return readPayloadFeedback(packet.getCount(), packet.getView());
      return { kind: kindByType[type] ?? 'other' };
    });
  } catch {
    return [{ kind: 'malformed' }];
  }
}

/** The library does not turn over at 65535. */
function lostOf({ pid, bitmask }: { readonly pid: number; readonly bitmask: number }): number[] {
  return parseNackItem(pid, bitmask).map((sequence) => sequence & 0xffff);
}

/** @param view the whole packet: four bytes of header, sender SSRC, media SSRC, body */
function readPayloadFeedback(format: number, view: DataView): Feedback {
  if (format === formats.pli) return { kind: 'pli', mediaSsrc: view.getUint32(8) };
  // The media SSRC of a FIR stands in its entry; the one of the header is 0.
  if (format === formats.fir && view.byteLength >= 20) return { kind: 'fir', mediaSsrc: view.getUint32(12) };
  if (format === formats.application && view.byteLength >= 20 && view.getUint32(12) === 0x52454d42) {
    const exponent = view.getUint8(17) >> 2;
    const mantissa = ((view.getUint8(17) & 3) << 16) | view.getUint16(18);
    const ssrcs: number[] = [];
    for (let at = 20; at + 4 <= view.byteLength; at += 4) ssrcs.push(view.getUint32(at));
    return { kind: 'remb', bitrate: mantissa * 2 ** exponent, ssrcs };
  }
  return { kind: 'other' };
}

export interface SenderReport {
  readonly ssrc: number;
  readonly cname: string;
  /** Unix time of `rtpTimestamp`, milliseconds. */
  readonly nowMs: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly payloadBytes: number;
}

/** SR and SDES with the CNAME, as one compound packet (RFC 3550 §6.1). */
export function senderReport(report: SenderReport): Buffer {
  const sr = new SenderReportPacket();
  sr.setSsrc(report.ssrc);
  const seconds = Math.floor(report.nowMs / 1000);
  sr.setNtpSeconds((seconds + ntpEpochSeconds) % 2 ** 32);
  sr.setNtpFraction(Math.floor((report.nowMs / 1000 - seconds) * 2 ** 32));
  sr.setRtpTimestamp(report.rtpTimestamp);
  sr.setPacketCount(report.packets % 2 ** 32);
  sr.setOctetCount(report.payloadBytes % 2 ** 32);
  const chunk = new SdesChunk();
  chunk.setSsrc(report.ssrc);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum is exported as a type only
  chunk.addItem(cnameItem, report.cname);
  const sdes = new SdesPacket();
  sdes.addChunk(chunk);
  const compound = new CompoundPacket();
  compound.addPacket(sr);
  compound.addPacket(sdes);
  return bufferOf(compound.getView());
}

/** RFC 5761 §4: told by the second byte. */
export function isRtcpDatagram(datagram: Buffer): boolean {
  const type = datagram[1] ?? 0;
  return type >= 192 && type <= 223;
}

export const viewOf = (bytes: Buffer): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const bufferOf = (view: DataView): Buffer =>
  Buffer.from(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
