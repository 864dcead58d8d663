/**
 * RTP header (RFC 3550 §5.1), read and written in place. No I/O, no state; reading is total: anything that is not a
 * sound RTP packet is `undefined`.
 *
 *   0                   1                   2                   3
 *   |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *   |                           timestamp                           |
 *   |                             SSRC                              |
 */

export interface RtpHeader {
  readonly payloadType: number;
  readonly marker: boolean;
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits, in units of the codec's clock. */
  readonly timestamp: number;
  readonly ssrc: number;
  /** Where the payload starts and ends: CSRCs, extension and padding are outside. */
  readonly payloadStart: number;
  readonly payloadEnd: number;
}

export const rtpHeaderBytes = 12;
/** One-byte-header extension block holding abs-send-time alone: 4 bytes of head, 1 + 3 of the element. */
export const absSendTimeBytes = 8;

/** RFC 5761 §4: RTCP and RTP on one port differ in the second byte. */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return packet.length >= 8 && type >= 192 && type <= 223;
}

export function readRtp(packet: Buffer): RtpHeader | undefined {
  if (packet.length < rtpHeaderBytes) return undefined;
  const first = packet.readUInt8(0);
  const second = packet.readUInt8(1);
  if (first >> 6 !== 2 || (second >= 192 && second <= 223)) return undefined;
  let start = rtpHeaderBytes + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (packet.length < start + 4) return undefined;
    start += 4 + packet.readUInt16BE(start + 2) * 4;
  }
  let end = packet.length;
  if ((first & 0x20) !== 0) {
    const padding = packet.readUInt8(packet.length - 1);
    if (padding === 0) return undefined;
    end -= padding;
  }
  if (start > end) return undefined;
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    payloadStart: start,
    payloadEnd: end,
  };
}

/** Writes the twelve bytes at the front of `target`; no CSRC, no padding. */
export function writeRtpHeader(
  target: Buffer,
  header: Pick<RtpHeader, 'payloadType' | 'marker' | 'sequence' | 'timestamp' | 'ssrc'>,
  extension = false,
): void {
  target[0] = extension ? 0x90 : 0x80;
  target[1] = (header.marker ? 0x80 : 0) | header.payloadType;
  target.writeUInt16BE(header.sequence & 0xffff, 2);
  target.writeUInt32BE(header.timestamp >>> 0, 4);
  target.writeUInt32BE(header.ssrc, 8);
}

/** abs-send-time (the browser's bandwidth estimator feeds on it): 24 bits, 6.18 fixed point seconds. */
export function writeAbsSendTime(target: Buffer, offset: number, id: number, nowMs: number): void {
  target.writeUInt32BE(0xbede0001, offset);
  target[offset + 4] = (id << 4) | 2;
  target.writeUIntBE(Math.floor((nowMs / 1000) * 2 ** 18) % 2 ** 24, offset + 5, 3);
}

/** Distance from `from` to `to` on the 16-bit circle, −32768 … 32767. */
export function sequenceDistance(from: number, to: number): number {
  return (((to - from) & 0xffff) ^ 0x8000) - 0x8000;
}
