/** RFC 6184 payloads checked byte by byte: single, STAP-A, FU-A and their borders. */
import { describe, expect, it } from 'vitest';
import { fillerUnit, maxPayloadBytes, packetize, splitAnnexB } from './h264-packets.ts';

const unit = (head: number, bytes: number): Buffer => {
  const body = Buffer.alloc(bytes, 0xab);
  body[0] = head;
  return body;
};

describe('packetize', () => {
  it('sends a lone small unit as it is', () => {
    expect(packetize([Buffer.from('419a24', 'hex')])).toEqual([Buffer.from('419a24', 'hex')]);
  });

  it('puts SPS and PPS side by side', () => {
    const payloads = packetize([
      Buffer.from('6742e01f', 'hex'),
      Buffer.from('68ce', 'hex'),
      unit(0x65, 1300),
    ]);
    expect(payloads[0]?.toString('hex')).toBe('78' + '0004' + '6742e01f' + '0002' + '68ce');
    expect(payloads).toHaveLength(3);
  });

  it('cuts a large unit: start, middle, end', () => {
    const payloads = packetize([unit(0x65, 1 + 2 * (maxPayloadBytes - 2) + 5)]);
    expect(payloads.map((payload) => payload.subarray(0, 3).toString('hex'))).toEqual([
      '7c85ab',
      '7c05ab',
      '7c45ab',
    ]);
    expect(payloads.map(({ length }) => length)).toEqual([1200, 1200, 7]);
  });

  it.each([
    [maxPayloadBytes, 1],
    [maxPayloadBytes + 1, 2],
  ])('a unit of %i bytes makes %i', (bytes, count) => {
    const payloads = packetize([unit(0x41, bytes)]);
    expect(payloads).toHaveLength(count);
    for (const { length } of payloads) expect(length).toBeLessThanOrEqual(maxPayloadBytes);
  });

  it('never aggregates beyond the limit', () => {
    const payloads = packetize([unit(0x41, 600), unit(0x41, 600)]);
    expect(payloads.map(({ length }) => length)).toEqual([600, 600]);
  });
});

it('takes a byte stream apart, start codes of three and four bytes', () => {
  const stream = Buffer.from('00000001' + '67aa' + '000001' + '68bb' + '00000001' + '65cc', 'hex');
  expect(splitAnnexB(stream).map((each) => each.toString('hex'))).toEqual(['67aa', '68bb', '65cc']);
});

it('makes filler data of any size', () => {
  expect(fillerUnit(5).toString('hex')).toBe('0cffffff80');
});
