/** RTP headers on bytes written by hand; boundaries and malformed packets. */
import { describe, expect, test } from 'vitest';
import { isRtcp, readRtp, sequenceDistance, writeAbsSendTime, writeRtpHeader } from './rtp-packet.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replace(/\s/g, ''), 'hex');

test('a plain packet', () => {
  expect(readRtp(bytes('80e7fffe 00015f90 5fd5aa85 6742'))).toEqual({
    payloadType: 103,
    marker: true,
    sequence: 65_534,
    timestamp: 90_000,
    ssrc: 1_607_838_341,
    payloadStart: 12,
    payloadEnd: 14,
  });
});

test('contributing sources, an extension and padding are outside the payload', () => {
  const packet = bytes('b267 0001 00000000 00000001 0000000a 0000000b bede0001 10aa0000 41424344 00000003');
  expect(readRtp(packet)).toMatchObject({ payloadStart: 28, payloadEnd: 33 });
});

describe('malformed', () => {
  test.each([
    ['eleven bytes', '8067000100000000000000'],
    ['version 1', '406700010000000000000001aa'],
    ['more contributing sources than bytes', '8f6700010000000000000001aa'],
    ['an extension without its head', '90670001000000000000000100'],
    ['an extension beyond the end', '906700010000000000000001bede00ff'],
    ['padding of zero', 'a067000100000000000000010000'],
    ['padding longer than the payload', 'a06700010000000000000001aa09'],
    ['RTCP', '80c8000600000001000000000000000000000000'],
  ])('%s: refused', (_what, hex) => {
    expect(readRtp(bytes(hex))).toBe(undefined);
  });
});

test('header and abs-send-time as a browser reads them', () => {
  const packet = Buffer.alloc(20);
  writeRtpHeader(
    packet,
    { payloadType: 102, marker: true, sequence: 65_537, timestamp: 2 ** 32 + 5, ssrc: 9 },
    true,
  );
  writeAbsSendTime(packet, 12, 3, 1500);
  expect(packet).toEqual(bytes('90e60001 00000005 00000009 bede0001 32060000'));
});

test('distances on the circle', () => {
  expect(sequenceDistance(65_535, 0)).toBe(1);
  expect(sequenceDistance(0, 65_535)).toBe(-1);
  expect(sequenceDistance(10, 10)).toBe(0);
  expect(sequenceDistance(0, 32_767)).toBe(32_767);
  expect(sequenceDistance(0, 32_768)).toBe(-32_768);
});

test('RTCP beside RTP on one port', () => {
  expect(isRtcp(bytes('81ce0002 00000001 00000002'))).toBe(true);
  expect(isRtcp(bytes('80670001 00000000 00000001'))).toBe(false);
  expect(isRtcp(bytes('81ce'))).toBe(false);
});
