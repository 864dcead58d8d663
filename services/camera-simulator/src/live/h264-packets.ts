/**
 * H.264 into RTP payloads (RFC 6184, packetization-mode 1): small NAL units side by side in a STAP-A, large ones cut
 * into FU-As, the rest alone. Also what the clip needs of H.264: Annex B apart, filler data. Pure.
 */

/** Of an RTP payload; with the header it leaves room for a VPN or SRTP on the way. */
export const maxPayloadBytes = 1200;

export const nalTypes = { slice: 1, idr: 5, sei: 6, sps: 7, pps: 8, delimiter: 9, filler: 12 } as const;
const stapA = 24;
const fuA = 28;

export const nalType = (unit: Buffer): number => (unit[0] ?? 0) & 0x1f;

/** NAL units of one access unit into payloads, in order; the last one gets the marker bit. */
export function packetize(units: readonly Buffer[]): Buffer[] {
  const payloads: Buffer[] = [];
  let group: Buffer[] = [];
  let groupBytes = 1;
  const flush = (): void => {
    const [only] = group;
    if (only === undefined) return;
    payloads.push(group.length === 1 ? only : aggregate(group));
    group = [];
    groupBytes = 1;
  };
  for (const unit of units) {
    if (groupBytes + 2 + unit.length > maxPayloadBytes) flush();
    if (unit.length > maxPayloadBytes) {
      payloads.push(...fragment(unit));
      continue;
    }
    group.push(unit);
    groupBytes += 2 + unit.length;
  }
  flush();
  return payloads;
}

function aggregate(units: readonly Buffer[]): Buffer {
  const importance = Math.max(...units.map((unit) => (unit[0] ?? 0) & 0x60));
  const parts: Buffer[] = [Buffer.from([importance | stapA])];
  for (const unit of units) {
    const size = Buffer.alloc(2);
    size.writeUInt16BE(unit.length);
    parts.push(size, unit);
  }
  return Buffer.concat(parts);
}

function fragment(unit: Buffer): Buffer[] {
  const head = unit[0] ?? 0;
  const fragments: Buffer[] = [];
  const step = maxPayloadBytes - 2;
  for (let at = 1; at < unit.length; at += step) {
    const start = at === 1 ? 0x80 : 0;
    const end = at + step >= unit.length ? 0x40 : 0;
    const header = Buffer.from([(head & 0xe0) | fuA, start | end | (head & 0x1f)]);
    fragments.push(Buffer.concat([header, unit.subarray(at, at + step)]));
  }
  return fragments;
}

/** The NAL units of an Annex B byte stream, without start codes. */
export function splitAnnexB(stream: Buffer): Buffer[] {
  const units: Buffer[] = [];
  const startCode = Buffer.from([0, 0, 1]);
  let at = stream.indexOf(startCode);
  while (at >= 0) {
    const next = stream.indexOf(startCode, at + 3);
    let end = next < 0 ? stream.length : next;
    // A four-byte start code leaves its first zero here; no NAL unit ends in zero.
    while (end > at + 3 && stream[end - 1] === 0) end -= 1;
    if (end > at + 3) units.push(stream.subarray(at + 3, end));
    at = next;
  }
  return units;
}

/** A filler data NAL unit (H.264 §7.3.2.7) of so many bytes: decoders drop it. */
export function fillerUnit(bytes: number): Buffer {
  const unit = Buffer.alloc(Math.max(2, bytes), 0xff);
  unit[0] = nalTypes.filler;
  unit[unit.length - 1] = 0x80;
  return unit;
}
