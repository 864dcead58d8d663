/** RTCP on bytes written by hand from the RFCs, so that reader and writer cannot share a mistake; then malformed ones. */
import { describe, expect, test } from 'vitest';
import { compactNtp, ntpEpochMs } from './rtcp.ts';
import { readRtcp } from './rtcp-reader.ts';
import { fir, nack, pli, receiverReport, remb, sdesCname, senderReport } from './rtcp-writer.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replace(/\s/g, ''), 'hex');

// 2026-01-01T00:00:00.5Z is NTP 3976214400.5.
const halfPast = 3_976_214_400_500;

describe('known bytes', () => {
  test('sender report with one block, then a name', () => {
    const compound = bytes(`
      81c8000c 5fd5aa85 ed003580 80000000 0001d4c0 00000064 0001e240
               0da9ded1 40ffffff 00010005 00000020 35808000 00010000
      81ca0003 5fd5aa85 01026869 00000000`);
    expect(readRtcp(compound)).toEqual([
      {
        kind: 'sr',
        ssrc: 0x5fd5aa85,
        ntpMs: 3_976_213_888_500,
        rtpTimestamp: 120_000,
        packetCount: 100,
        octetCount: 123_456,
        reports: [
          {
            ssrc: 0x0da9ded1,
            fractionLost: 64,
            packetsLost: -1,
            highestSequence: 65_541,
            jitter: 32,
            lastSr: 0x35808000,
            delaySinceLastSr: 65_536,
          },
        ],
      },
      { kind: 'sdes', ssrc: 0x5fd5aa85, cname: 'hi' },
    ]);
  });

  test('NACK of 10, 11, 26 and 40', () => {
    const wire = bytes('81cd0004 00000001 5fd5aa85 000a8001 00280000');
    expect(nack(1, 0x5fd5aa85, [10, 11, 26, 40])).toEqual(wire);
    expect(readRtcp(wire)).toEqual([
      { kind: 'nack', ssrc: 1, mediaSsrc: 0x5fd5aa85, lost: [10, 11, 26, 40] },
    ]);
  });

  test('NACK across the end of the circle', () => {
    const wire = bytes('81cd0003 00000001 00000002 fffe0006');
    expect(nack(1, 2, [65_534, 0, 1])).toEqual(wire);
    expect(readRtcp(wire)).toMatchObject([{ lost: [65_534, 0, 1] }]);
  });

  test('PLI and FIR', () => {
    expect(pli(1, 2)).toEqual(bytes('81ce0002 00000001 00000002'));
    expect(fir(1, 2, 7)).toEqual(bytes('84ce0004 00000001 00000000 00000002 07000000'));
    expect(readRtcp(bytes('84ce0004 00000001 00000000 00000002 07000000'))).toEqual([
      { kind: 'fir', ssrc: 1, targets: [{ ssrc: 2, sequence: 7 }] },
    ]);
  });

  test('REMB of 1.5 Mbit/s: mantissa 187500, exponent 3', () => {
    const wire = bytes('8fce0005 00000001 00000000 52454d42 010edc6c 5fd5aa85');
    expect(remb(1, 1_500_000, [0x5fd5aa85])).toEqual(wire);
    expect(readRtcp(wire)).toEqual([{ kind: 'remb', ssrc: 1, bitrate: 1_500_000, ssrcs: [0x5fd5aa85] }]);
  });

  test('an empty receiver report, BYE, and a kind nobody needs', () => {
    expect(receiverReport(1, [])).toEqual(bytes('80c90001 00000001'));
    expect(readRtcp(bytes('80c90001 00000001 81cb0001 00000002 80cc0002 00000001 41424344'))).toEqual([
      { kind: 'rr', ssrc: 1, reports: [] },
      { kind: 'bye', ssrcs: [2] },
      { kind: 'other', type: 204, format: 0 },
    ]);
  });

  test('what is written is read back', () => {
    const report = { ssrc: 7, ntpMs: halfPast, rtpTimestamp: 5, packetCount: 6, octetCount: 7, reports: [] };
    expect(readRtcp(senderReport(report))).toEqual([{ kind: 'sr', ...report }]);
    expect(readRtcp(sdesCname(7, 'user1@host'))).toEqual([{ kind: 'sdes', ssrc: 7, cname: 'user1@host' }]);
    expect(compactNtp(1_000 * 65_536 * 3 + 500)).toBe(0x00008000);
    expect(ntpEpochMs).toBe(Date.UTC(1970, 0, 1) - Date.UTC(1900, 0, 1));
  });
});

describe('malformed', () => {
  test.each([
    ['empty', ''],
    ['shorter than a head', '80c9'],
    ['length beyond the end', '80c90004 00000001'],
    ['wrong version', '40c90001 00000001'],
    ['more report blocks promised than sent', '9fc90001 00000001'],
    ['a sender report cut short', '80c80001 00000001'],
  ])('%s: nothing', (_what, hex) => {
    expect(readRtcp(bytes(hex))).toEqual([]);
  });

  test('what is sound before the fault is kept', () => {
    expect(readRtcp(bytes('81ce0002 00000001 00000002 80c90009 00000001'))).toEqual([
      { kind: 'pli', ssrc: 1, mediaSsrc: 2 },
    ]);
  });

  test('no bytes at all make it throw', () => {
    let state = 1;
    const next = (): number => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) >> 8;
    for (let round = 0; round < 3000; round += 1) {
      const noise = Buffer.from(Array.from({ length: next() % 80 }, () => next() & 0xff));
      if (noise.length > 1) {
        noise[0] = 0x80 | (next() & 0x3f);
        noise[1] = 200 + (next() % 8);
      }
      expect(() => readRtcp(noise)).not.toThrow();
    }
  });
});
