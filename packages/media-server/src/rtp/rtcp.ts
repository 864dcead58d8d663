/**
 * RTCP, the kinds live view needs: SR, RR, SDES, BYE (RFC 3550 §6), NACK, PLI (RFC 4585 §6), FIR (RFC 5104 §4.3.1) and
 * REMB (draft-alvestrand-rmcat-remb-03). Codec only: what a message means is decided elsewhere. Reading is total: it
 * returns what is sound before the first fault and never throws.
 */

export interface ReportBlock {
  readonly ssrc: number;
  /** 0–255, in 256ths. */
  readonly fractionLost: number;
  /** Signed 24 bits. */
  readonly packetsLost: number;
  readonly highestSequence: number;
  /** In units of the codec's clock. */
  readonly jitter: number;
  /** Middle 32 bits of the last SR's NTP time, and 65536ths of a second since. */
  readonly lastSr: number;
  readonly delaySinceLastSr: number;
}

export interface SenderReport {
  readonly kind: 'sr';
  readonly ssrc: number;
  /** Milliseconds since 1900, as the sender's clock says. */
  readonly ntpMs: number;
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
  readonly reports: readonly ReportBlock[];
}

export type RtcpPacket =
  | SenderReport
  | { readonly kind: 'rr'; readonly ssrc: number; readonly reports: readonly ReportBlock[] }
  | { readonly kind: 'sdes'; readonly ssrc: number; readonly cname: string }
  | { readonly kind: 'bye'; readonly ssrcs: readonly number[] }
  | {
      readonly kind: 'nack';
      readonly ssrc: number;
      readonly mediaSsrc: number;
      readonly lost: readonly number[];
    }
  | { readonly kind: 'pli'; readonly ssrc: number; readonly mediaSsrc: number }
  | {
      readonly kind: 'fir';
      readonly ssrc: number;
      readonly targets: readonly { ssrc: number; sequence: number }[];
    }
  | {
      readonly kind: 'remb';
      readonly ssrc: number;
      readonly bitrate: number;
      readonly ssrcs: readonly number[];
    }
  | { readonly kind: 'other'; readonly type: number; readonly format: number };

const types = { sr: 200, rr: 201, sdes: 202, bye: 203, rtpFeedback: 205, payloadFeedback: 206 } as const;
const formats = { nack: 1, pli: 1, fir: 4, application: 15 } as const;

/** Unix epoch in NTP's era, ms. */
export const ntpEpochMs = 2_208_988_800_000;

export function readRtcp(compound: Buffer): RtcpPacket[] {
  const packets: RtcpPacket[] = [];
  let offset = 0;
  while (compound.length - offset >= 4) {
    const first = compound.readUInt8(offset);
    const length = (compound.readUInt16BE(offset + 2) + 1) * 4;
    if (first >> 6 !== 2 || offset + length > compound.length) break;
    let body = compound.subarray(offset + 4, offset + length);
    if ((first & 0x20) !== 0) body = body.subarray(0, Math.max(0, body.length - (body.at(-1) ?? 0)));
    const packet = readBody(compound.readUInt8(offset + 1), first & 0x1f, body);
    if (packet === undefined) break;
    packets.push(packet);
    offset += length;
  }
  return packets;
}

function readBody(type: number, count: number, body: Buffer): RtcpPacket | undefined {
  switch (type) {
    case types.sr:
      if (body.length < 24 + count * 24) return undefined;
      return {
        kind: 'sr',
        ssrc: body.readUInt32BE(0),
        ntpMs: body.readUInt32BE(4) * 1000 + (body.readUInt32BE(8) / 2 ** 32) * 1000,
        rtpTimestamp: body.readUInt32BE(12),
        packetCount: body.readUInt32BE(16),
        octetCount: body.readUInt32BE(20),
        reports: readReports(body.subarray(24), count),
      };
    case types.rr:
      if (body.length < 4 + count * 24) return undefined;
      return { kind: 'rr', ssrc: body.readUInt32BE(0), reports: readReports(body.subarray(4), count) };
    case types.sdes:
      return readSdes(body);
    case types.bye: {
      if (body.length < count * 4) return undefined;
      return {
        kind: 'bye',
        ssrcs: Array.from({ length: count }, (_, index) => body.readUInt32BE(index * 4)),
      };
    }
    case types.rtpFeedback:
      if (count === formats.nack && body.length >= 8) return readNack(body);
      return { kind: 'other', type, format: count };
    case types.payloadFeedback:
      return readPayloadFeedback(count, body);
    default:
      return { kind: 'other', type, format: count };
  }
}

function readReports(body: Buffer, count: number): ReportBlock[] {
  return Array.from({ length: count }, (_, index) => {
    const at = index * 24;
    return {
      ssrc: body.readUInt32BE(at),
      fractionLost: body.readUInt8(at + 4),
      packetsLost: body.readIntBE(at + 5, 3),
      highestSequence: body.readUInt32BE(at + 8),
      jitter: body.readUInt32BE(at + 12),
      lastSr: body.readUInt32BE(at + 16),
      delaySinceLastSr: body.readUInt32BE(at + 20),
    };
  });
}

function readSdes(body: Buffer): RtcpPacket {
  const ssrc = body.length >= 4 ? body.readUInt32BE(0) : 0;
  let at = 4;
  while (at + 2 <= body.length && body[at] !== 0) {
    const length = body.readUInt8(at + 1);
    if (body[at] === 1) return { kind: 'sdes', ssrc, cname: body.toString('utf8', at + 2, at + 2 + length) };
    at += 2 + length;
  }
  return { kind: 'sdes', ssrc, cname: '' };
}

function readNack(body: Buffer): RtcpPacket {
  const lost: number[] = [];
  for (let at = 8; at + 4 <= body.length; at += 4) {
    const first = body.readUInt16BE(at);
    const mask = body.readUInt16BE(at + 2);
    lost.push(first);
    for (let bit = 0; bit < 16; bit += 1)
      if ((mask & (1 << bit)) !== 0) lost.push((first + bit + 1) & 0xffff);
  }
  return { kind: 'nack', ssrc: body.readUInt32BE(0), mediaSsrc: body.readUInt32BE(4), lost };
}

function readPayloadFeedback(format: number, body: Buffer): RtcpPacket {
  const other = { kind: 'other', type: types.payloadFeedback, format } as const;
  if (body.length < 8) return other;
  const ssrc = body.readUInt32BE(0);
  if (format === formats.pli) return { kind: 'pli', ssrc, mediaSsrc: body.readUInt32BE(4) };
  if (format === formats.fir) {
    const targets = [];
    for (let at = 8; at + 8 <= body.length; at += 8)
      targets.push({ ssrc: body.readUInt32BE(at), sequence: body.readUInt8(at + 4) });
    return { kind: 'fir', ssrc, targets };
  }
  if (format === formats.application && body.length >= 16 && body.toString('latin1', 8, 12) === 'REMB') {
    const exponent = body.readUInt8(13) >> 2;
    const mantissa = ((body.readUInt8(13) & 3) << 16) | body.readUInt16BE(14);
    const ssrcs = [];
    for (let at = 16; at + 4 <= body.length; at += 4) ssrcs.push(body.readUInt32BE(at));
    return { kind: 'remb', ssrc, bitrate: mantissa * 2 ** exponent, ssrcs };
  }
  return other;
}

function packet(count: number, type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head[0] = 0x80 | count;
  head[1] = type;
  head.writeUInt16BE(body.length / 4, 2);
  return Buffer.concat([head, body]);
}

function reportBytes(reports: readonly ReportBlock[]): Buffer {
  const body = Buffer.alloc(reports.length * 24);
  reports.forEach((report, index) => {
    const at = index * 24;
    body.writeUInt32BE(report.ssrc, at);
    body.writeUInt8(report.fractionLost, at + 4);
    body.writeIntBE(Math.max(-0x800000, Math.min(0x7fffff, report.packetsLost)), at + 5, 3);
    body.writeUInt32BE(report.highestSequence >>> 0, at + 8);
    body.writeUInt32BE(report.jitter >>> 0, at + 12);
    body.writeUInt32BE(report.lastSr >>> 0, at + 16);
    body.writeUInt32BE(report.delaySinceLastSr >>> 0, at + 20);
  });
  return body;
}

/** NTP time as two 32-bit words. */
export function ntpWords(ntpMs: number): { seconds: number; fraction: number } {
  const seconds = Math.floor(ntpMs / 1000);
  return {
    seconds: seconds >>> 0,
    fraction: Math.min(0xffffffff, Math.floor(((ntpMs - seconds * 1000) / 1000) * 2 ** 32)) >>> 0,
  };
}

/** What a report block calls LSR: the middle 32 bits of the NTP time. */
export function compactNtp(ntpMs: number): number {
  const { seconds, fraction } = ntpWords(ntpMs);
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}

export function senderReport(report: Omit<SenderReport, 'kind'>): Buffer {
  const body = Buffer.alloc(24);
  const { seconds, fraction } = ntpWords(report.ntpMs);
  body.writeUInt32BE(report.ssrc, 0);
  body.writeUInt32BE(seconds, 4);
  body.writeUInt32BE(fraction, 8);
  body.writeUInt32BE(report.rtpTimestamp >>> 0, 12);
  body.writeUInt32BE(report.packetCount >>> 0, 16);
  body.writeUInt32BE(report.octetCount >>> 0, 20);
  return packet(report.reports.length, types.sr, Buffer.concat([body, reportBytes(report.reports)]));
}

export function receiverReport(ssrc: number, reports: readonly ReportBlock[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(ssrc, 0);
  return packet(reports.length, types.rr, Buffer.concat([head, reportBytes(reports)]));
}

export function sdesCname(ssrc: number, cname: string): Buffer {
  const text = Buffer.from(cname, 'utf8').subarray(0, 255);
  // The list ends with at least one zero byte, and the chunk on a 32-bit border.
  const body = Buffer.alloc(4 + Math.ceil((2 + text.length + 1) / 4) * 4);
  body.writeUInt32BE(ssrc, 0);
  body[4] = 1;
  body[5] = text.length;
  text.copy(body, 6);
  return packet(1, types.sdes, body);
}

function feedback(format: number, type: number, ssrc: number, mediaSsrc: number, rest: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(ssrc, 0);
  head.writeUInt32BE(mediaSsrc, 4);
  return packet(format, type, Buffer.concat([head, rest]));
}

/** `lost`: sequence numbers in the order they were sent. */
export function nack(ssrc: number, mediaSsrc: number, lost: readonly number[]): Buffer {
  const items: { first: number; mask: number }[] = [];
  for (const sequence of lost) {
    const last = items.at(-1);
    const distance = last === undefined ? -1 : ((sequence - last.first) & 0xffff) - 1;
    if (last !== undefined && distance >= 0 && distance < 16) last.mask |= 1 << distance;
    else items.push({ first: sequence, mask: 0 });
  }
  const rest = Buffer.alloc(items.length * 4);
  items.forEach(({ first, mask }, index) => {
    rest.writeUInt16BE(first, index * 4);
    rest.writeUInt16BE(mask, index * 4 + 2);
  });
  return feedback(formats.nack, types.rtpFeedback, ssrc, mediaSsrc, rest);
}

export function pli(ssrc: number, mediaSsrc: number): Buffer {
  return feedback(formats.pli, types.payloadFeedback, ssrc, mediaSsrc, Buffer.alloc(0));
}

/** `sequence` grows by one with each new request (RFC 5104 §4.3.1.1). */
export function fir(ssrc: number, mediaSsrc: number, sequence: number): Buffer {
  const rest = Buffer.alloc(8);
  rest.writeUInt32BE(mediaSsrc, 0);
  rest[4] = sequence & 0xff;
  return feedback(formats.fir, types.payloadFeedback, ssrc, 0, rest);
}

/** `bitrate` in bit/s; 18 bits of it survive. */
export function remb(ssrc: number, bitrate: number, ssrcs: readonly number[]): Buffer {
  let mantissa = Math.max(0, Math.floor(bitrate));
  let exponent = 0;
  while (mantissa > 0x3ffff) {
    mantissa = Math.floor(mantissa / 2);
    exponent += 1;
  }
  const rest = Buffer.alloc(8 + ssrcs.length * 4);
  rest.write('REMB', 0, 'latin1');
  rest[4] = ssrcs.length;
  rest[5] = (exponent << 2) | (mantissa >> 16);
  rest.writeUInt16BE(mantissa & 0xffff, 6);
  ssrcs.forEach((value, index) => rest.writeUInt32BE(value, 8 + index * 4));
  return feedback(formats.application, types.payloadFeedback, ssrc, 0, rest);
}
