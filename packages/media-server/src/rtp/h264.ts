/** H.264 inside RTP (RFC 6184), just enough to know where a decoder can start. Looks at payloads, changes nothing. */

const nal = { idr: 5, sps: 7, stapA: 24, fuA: 28 } as const;

/** What of a picture group this packet begins: `sps` parameter sets, `idr` the key picture itself. */
export function keyPart(payload: Buffer): 'sps' | 'idr' | undefined {
  if (payload.length < 2) return undefined;
  const type = payload.readUInt8(0) & 0x1f;
  if (type === nal.sps) return 'sps';
  if (type === nal.idr) return 'idr';
  if (type === nal.fuA) {
    const head = payload.readUInt8(1);
    return (head & 0x80) !== 0 && (head & 0x1f) === nal.idr ? 'idr' : undefined;
  }
  if (type === nal.stapA) return keyPartOfAggregate(payload);
  return undefined;
}

function keyPartOfAggregate(payload: Buffer): 'sps' | 'idr' | undefined {
  let at = 1;
  let found: 'sps' | 'idr' | undefined;
  while (at + 3 <= payload.length) {
    const size = payload.readUInt16BE(at);
    const type = payload.readUInt8(at + 2) & 0x1f;
    if (type === nal.sps) return 'sps';
    if (type === nal.idr) found = 'idr';
    at += 2 + size;
  }
  return found;
}
