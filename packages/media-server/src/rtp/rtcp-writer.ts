/** RTCP to bytes, one packet a function; a datagram is some of them in a row, a report first (RFC 3550 §6.1). */
import { ntpWords, rtcpFormats, rtcpTypes, type ReportBlock, type SenderReport } from './rtcp.ts';

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

export function senderReport(report: Omit<SenderReport, 'kind'>): Buffer {
  const body = Buffer.alloc(24);
  const { seconds, fraction } = ntpWords(report.ntpMs);
  body.writeUInt32BE(report.ssrc, 0);
  body.writeUInt32BE(seconds, 4);
  body.writeUInt32BE(fraction, 8);
  body.writeUInt32BE(report.rtpTimestamp >>> 0, 12);
  body.writeUInt32BE(report.packetCount >>> 0, 16);
  body.writeUInt32BE(report.octetCount >>> 0, 20);
  return packet(report.reports.length, rtcpTypes.sr, Buffer.concat([body, reportBytes(report.reports)]));
}

export function receiverReport(ssrc: number, reports: readonly ReportBlock[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(ssrc, 0);
  return packet(reports.length, rtcpTypes.rr, Buffer.concat([head, reportBytes(reports)]));
}

export function sdesCname(ssrc: number, cname: string): Buffer {
  const text = Buffer.from(cname, 'utf8').subarray(0, 255);
  // The list ends with at least one zero byte, and the chunk on a 32-bit border.
  const body = Buffer.alloc(4 + Math.ceil((2 + text.length + 1) / 4) * 4);
  body.writeUInt32BE(ssrc, 0);
  body[4] = 1;
  body[5] = text.length;
  text.copy(body, 6);
  return packet(1, rtcpTypes.sdes, body);
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
  return feedback(rtcpFormats.nack, rtcpTypes.rtpFeedback, ssrc, mediaSsrc, rest);
}

export function pli(ssrc: number, mediaSsrc: number): Buffer {
  return feedback(rtcpFormats.pli, rtcpTypes.payloadFeedback, ssrc, mediaSsrc, Buffer.alloc(0));
}

/** `sequence` grows by one with each new request (RFC 5104 §4.3.1.1). */
export function fir(ssrc: number, mediaSsrc: number, sequence: number): Buffer {
  const rest = Buffer.alloc(8);
  rest.writeUInt32BE(mediaSsrc, 0);
  rest[4] = sequence & 0xff;
  return feedback(rtcpFormats.fir, rtcpTypes.payloadFeedback, ssrc, 0, rest);
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
  return feedback(rtcpFormats.application, rtcpTypes.payloadFeedback, ssrc, 0, rest);
}
