/** RTCP from bytes. Total: returns what is sound before the first fault and never throws. */
import { rtcpFormats, rtcpTypes, type ReportBlock, type RtcpPacket } from './rtcp.ts';

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
    case rtcpTypes.sr:
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
    case rtcpTypes.rr:
      if (body.length < 4 + count * 24) return undefined;
      return { kind: 'rr', ssrc: body.readUInt32BE(0), reports: readReports(body.subarray(4), count) };
    case rtcpTypes.sdes:
      return readSdes(body);
    case rtcpTypes.bye: {
      if (body.length < count * 4) return undefined;
      return {
        kind: 'bye',
        ssrcs: Array.from({ length: count }, (_, index) => body.readUInt32BE(index * 4)),
      };
    }
    case rtcpTypes.rtpFeedback:
      if (count === rtcpFormats.nack && body.length >= 8) return readNack(body);
      return { kind: 'other', type, format: count };
    case rtcpTypes.payloadFeedback:
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
  const other = { kind: 'other', type: rtcpTypes.payloadFeedback, format } as const;
  if (body.length < 8) return other;
  const ssrc = body.readUInt32BE(0);
  if (format === rtcpFormats.pli) return { kind: 'pli', ssrc, mediaSsrc: body.readUInt32BE(4) };
  if (format === rtcpFormats.fir) {
    const targets = [];
    for (let at = 8; at + 8 <= body.length; at += 8)
      targets.push({ ssrc: body.readUInt32BE(at), sequence: body.readUInt8(at + 4) });
    return { kind: 'fir', ssrc, targets };
  }
  if (format === rtcpFormats.application && body.length >= 16 && body.toString('latin1', 8, 12) === 'REMB') {
    const exponent = body.readUInt8(13) >> 2;
    const mantissa = ((body.readUInt8(13) & 3) << 16) | body.readUInt16BE(14);
    const ssrcs = [];
    for (let at = 16; at + 4 <= body.length; at += 4) ssrcs.push(body.readUInt32BE(at));
    return { kind: 'remb', ssrc, bitrate: mantissa * 2 ** exponent, ssrcs };
  }
  return other;
}
