/** RTCP byte by byte: what the camera writes, and feedback as a media server would. */
import { describe, expect, it } from 'vitest';
import { feedback } from './live.helpers.ts';
import { readFeedback, senderReport } from './rtcp.ts';

it('writes SR and SDES as one compound packet', () => {
  const bytes = senderReport({
    ssrc: 1607797317,
    cname: 'user@host',
    nowMs: 1_000_000_000_500,
    rtpTimestamp: 0x01020304,
    packets: 5,
    payloadBytes: 6000,
  });
  const expected = [
    // SR: SSRC; NTP seconds (2001-09-09 01:46:40 UTC) and half a second; timestamp; packets; bytes.
    '80c80006 5fd50a45 bf454880 80000000 01020304 00000005 00001770',
    // SDES: SSRC; item CNAME of nine bytes; a zero that ends the list on a border of four bytes.
    '81ca0004 5fd50a45 0109 7573657240686f7374 00',
  ];
  expect(bytes.toString('hex')).toBe(expected.join('').replaceAll(' ', ''));
});

describe('readFeedback', () => {
  it.each([
    ['receiver report', feedback.receiverReport, { kind: 'rr' }],
    ['PLI', feedback.pli, { kind: 'pli', mediaSsrc: 1607797317 }],
    ['FIR', feedback.fir, { kind: 'fir', mediaSsrc: 1607797317 }],
    ['REMB', feedback.remb(0x3ffff, 2), { kind: 'remb', bitrate: 1_048_572, ssrcs: [1607797317] }],
    ['NACK', feedback.nack(0xffff, 5), { kind: 'nack', mediaSsrc: 1607797317, lost: [0xffff, 0, 2] }],
    ['something cut off', '80c90001 000000', { kind: 'malformed' }],
    ['an application packet', '80cc0002 11111111 41414141', { kind: 'other' }],
  ])('%s', (_, hex, expected) => {
    expect(readFeedback(Buffer.from(hex.replaceAll(' ', ''), 'hex')).at(-1)).toEqual(expected);
  });
});
