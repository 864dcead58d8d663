/** What a receiver makes of packets that are lost, late, doubled or from a sender that started over. */
import { describe, expect, test } from 'vitest';
import { keyPart } from './h264.ts';
import { PacketLog, type MediaPacket } from './packet-log.ts';
import { ReceiveStatistics } from './receive-statistics.ts';
import { SenderClock } from './sender-clock.ts';
import { Timeline } from './timeline.ts';

describe('statistics', () => {
  const fed = (...sequences: number[]): ReceiveStatistics => {
    const statistics = new ReceiveStatistics(90_000);
    sequences.forEach((sequence, index) => statistics.note(sequence, index * 3600, 100, index * 40));
    return statistics;
  };

  test('a gap, then the late packet, then the same again', () => {
    const statistics = fed(65_534);
    expect(statistics.note(1, 0, 100, 40)).toBe('gap');
    expect(statistics.packetsLost).toBe(2);
    expect(statistics.note(65_535, 0, 100, 41)).toBe('late');
    expect(statistics.note(65_535, 0, 100, 42)).toBe('duplicate');
    expect(statistics.packetsLost).toBe(1);
    expect(statistics.highestSequence).toBe(65_537);
  });

  test('share of loss since the last report', () => {
    const statistics = fed(1, 2, 3, 5);
    expect(statistics.interval()).toEqual({ fractionLost: 51, lostOnTheWay: 51, received: 4 });
    expect(statistics.interval()).toEqual({ fractionLost: 0, lostOnTheWay: 0, received: 0 });
    statistics.note(6, 0, 100, 200);
    expect(statistics.interval()).toEqual({ fractionLost: 0, lostOnTheWay: 0, received: 1 });
  });

  test('a repaired packet is no loss to the sender, but was lost on the way', () => {
    const statistics = fed(1, 2, 4);
    expect(statistics.takeNacks(200)).toEqual({ lost: [3], givenUp: false });
    expect(statistics.note(3, 0, 100, 220)).toBe('late');
    expect(statistics.interval()).toEqual({ fractionLost: 0, lostOnTheWay: 64, received: 4 });
  });

  test('missing packets are asked for after a moment, again, and given up', () => {
    const statistics = fed(1, 4);
    expect(statistics.takeNacks(45)).toEqual({ lost: [], givenUp: false });
    expect(statistics.takeNacks(60)).toEqual({ lost: [2, 3], givenUp: false });
    expect(statistics.takeNacks(70)).toEqual({ lost: [], givenUp: false });
    statistics.note(3, 0, 100, 80);
    for (let nowMs = 130; nowMs < 480; nowMs += 70)
      expect(statistics.takeNacks(nowMs)).toEqual({ lost: [2], givenUp: false });
    expect(statistics.takeNacks(600)).toEqual({ lost: [], givenUp: true });
    expect(statistics.hasMissing).toBe(false);
  });

  test('a flood of loss is not asked for packet by packet', () => {
    const statistics = fed(1, 600);
    expect(statistics.takeNacks(1000)).toEqual({ lost: [], givenUp: true });
  });

  test('a jump is a new start: old loss is forgotten', () => {
    const statistics = fed(1, 4);
    expect(statistics.note(30_000, 0, 100, 100)).toBe('restart');
    expect(statistics.packetsLost).toBe(0);
    expect(statistics.hasMissing).toBe(false);
  });
});

describe('timeline', () => {
  test('the first start keeps its numbers, the next continues', () => {
    const timeline = new Timeline(90_000);
    expect(timeline.map(65_535, 4_294_967_000, 0, true)).toEqual({
      sequence: 65_535,
      timestamp: 4_294_967_000,
    });
    timeline.join(777, 5, 1000);
    expect(timeline.map(777, 5, 1000, true)).toEqual({
      sequence: 0,
      timestamp: (4_294_967_000 + 90_000) % 2 ** 32,
    });
    expect(timeline.map(778, 3605, 1040, true)).toEqual({
      sequence: 1,
      timestamp: (4_294_967_000 + 93_600) % 2 ** 32,
    });
  });
});

describe('sender clock', () => {
  test('reads on from the last report', () => {
    const clock = new SenderClock(48_000);
    expect(clock.at(0)).toBe(undefined);
    expect(clock.lastReport(0)).toEqual({ lastSr: 0, delaySinceLastSr: 0 });
    const report = {
      kind: 'sr',
      ssrc: 1,
      rtpTimestamp: 4_294_967_295,
      packetCount: 0,
      octetCount: 0,
      reports: [],
    } as const;
    clock.note({ ...report, ntpMs: 5000 }, report.rtpTimestamp, 100);
    expect(clock.at(600)).toEqual({ ntpMs: 5500, rtpTimestamp: 23_999 });
    expect(clock.lastReport(600)).toEqual({ lastSr: 5 << 16, delaySinceLastSr: 32_768 });
  });
});

describe('key pictures', () => {
  test.each<[string, number[], 'sps' | 'idr' | undefined]>([
    ['parameter sets alone', [0x67, 0x42], 'sps'],
    ['a key picture in one packet', [0x65, 0x88], 'idr'],
    ['the first part of one', [0x7c, 0x85, 0], 'idr'],
    ['a later part of one', [0x7c, 0x05, 0], undefined],
    ['an aggregate with parameter sets', [0x78, 0, 2, 0x09, 0x10, 0, 2, 0x67, 0x42], 'sps'],
    ['an aggregate whose size lies', [0x78, 0xff, 0xff, 0x41], undefined],
    ['any other picture', [0x41, 0x9a], undefined],
    ['one byte', [0x65], undefined],
  ])('%s', (_what, payload, expected) => {
    expect(keyPart(Buffer.from(payload))).toBe(expected);
  });
});

describe('log', () => {
  const sps = Buffer.from([0x67, 0x42]);
  const idr = Buffer.from([0x65, 0x88]);
  const delta = Buffer.from([0x41, 0x9a]);
  const packet = (sequence: number, payload: Buffer, timestamp = sequence): MediaPacket => ({
    sequence: sequence & 0xffff,
    timestamp,
    marker: true,
    payloadType: 103,
    payload,
  });

  test('a viewer starts at the parameter sets of the newest group', () => {
    const log = new PacketLog('video');
    expect(log.replayStart()).toBe(undefined);
    expect(log.push(packet(1, delta))).toEqual({ keyStart: false });
    expect(log.push(packet(2, sps, 50))).toEqual({ keyStart: true });
    expect(log.push(packet(3, idr, 50))).toEqual({ keyStart: false });
    log.push(packet(4, delta));
    expect(log.replayStart()).toBe(1);
    expect(log.push(packet(5, idr, 90))).toEqual({ keyStart: true });
    expect(log.replayStart()).toBe(4);
    log.breakGroup();
    expect(log.replayStart()).toBe(undefined);
  });

  test('a group too long or too heavy is not replayed', () => {
    const long = new PacketLog('video');
    long.push(packet(0, idr));
    for (let sequence = 1; sequence < 1000; sequence += 1) long.push(packet(sequence, delta));
    expect(long.replayStart()).toBe(undefined);
    const heavy = new PacketLog('video');
    heavy.push(packet(0, idr));
    for (let sequence = 1; sequence < 20; sequence += 1)
      heavy.push(packet(sequence, Buffer.concat([delta, Buffer.alloc(60_000)])));
    expect(heavy.replayStart()).toBe(undefined);
  });

  test('old packets are gone, also when their numbers come round again', () => {
    const log = new PacketLog('video');
    for (let sequence = 0; sequence < 70_000; sequence += 1) log.push(packet(sequence, delta, sequence));
    expect(log.bySequence(69_999 & 0xffff)?.timestamp).toBe(69_999);
    expect(log.bySequence((70_000 - 2048) & 0xffff)?.timestamp).toBe(70_000 - 2048);
    expect(log.bySequence((70_000 - 2049) & 0xffff)).toBe(undefined);
    expect(log.at(0)).toBe(undefined);
  });
});
