/** Every timestamp form cameras are known or feared to send (contract §6.5). Expected values worked out by hand. */
import { describe, expect, it } from 'vitest';
import { effectiveTime, parseTimestamp } from './timestamps.ts';

describe('parseTimestamp', () => {
  it.each<[unknown, string]>([
    [1735689600, '2025-01-01T00:00:00.000Z'],
    [1735689600.75, '2025-01-01T00:00:00.750Z'],
    [1735689600123, '2025-01-01T00:00:00.123Z'],
    ['1735689600', '2025-01-01T00:00:00.000Z'],
    [' 1735689600 ', '2025-01-01T00:00:00.000Z'],
    ['1735689600123', '2025-01-01T00:00:00.123Z'],
    ['1735689600.5', '2025-01-01T00:00:00.500Z'],
    ['2025-01-01T00:00:00Z', '2025-01-01T00:00:00.000Z'],
    ['2025-01-01T00:00:00.123456Z', '2025-01-01T00:00:00.123Z'],
    ['2025-01-01T01:30:00+01:30', '2025-01-01T00:00:00.000Z'],
    ['2024-12-31T19:00:00-0500', '2025-01-01T00:00:00.000Z'],
    // Without a zone: UTC, whatever the zone of this machine.
    ['2025-01-01T00:00:00', '2025-01-01T00:00:00.000Z'],
    ['2025-01-01T00:00', '2025-01-01T00:00:00.000Z'],
    // A clock that lost its battery is a claim like any other; effectiveTime judges it.
    [1, '1970-01-01T00:00:01.000Z'],
    // The border between seconds and milliseconds.
    [100000000000, '5138-11-16T09:46:40.000Z'],
    [100000000001, '1973-03-03T09:46:40.001Z'],
  ])('%j is %s', (value, expected) => {
    expect(parseTimestamp(value)?.toISOString()).toBe(expected);
  });

  it.each<[unknown]>([
    [undefined],
    [null],
    [true],
    [{}],
    [[]],
    [''],
    ['yesterday'],
    ['T'],
    ['noT-a-date'],
    ['2025-01-01'],
    ['-5'],
    [0],
    [-1735689600],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1e300],
    ['99999999999999999999'],
    ['1735689600000000'],
    ['2025-13-01T00:00:00Z'],
    ['+275760-09-13T00:00:00Z'],
    ['1735689600abc'],
  ])('%j is no time', (value) => {
    expect(parseTimestamp(value)).toBeUndefined();
  });
});

describe('effectiveTime', () => {
  const receivedAt = new Date('2026-06-01T12:00:00.000Z');
  const of = (text: string): string => effectiveTime(new Date(text), receivedAt).toISOString();

  it('is the camera’s where that is believable, however late it arrives', () => {
    expect(of('2026-06-01T11:59:59.000Z')).toBe('2026-06-01T11:59:59.000Z');
    expect(of('2026-05-20T00:00:00.000Z')).toBe('2026-05-20T00:00:00.000Z');
    expect(of('2020-01-01T00:00:00.000Z')).toBe('2020-01-01T00:00:00.000Z');
    expect(of('2026-06-01T12:05:00.000Z')).toBe('2026-06-01T12:05:00.000Z');
  });

  it('is the receipt’s for a clock before 2020, more than five minutes ahead, or silent', () => {
    expect(of('2019-12-31T23:59:59.999Z')).toBe('2026-06-01T12:00:00.000Z');
    expect(of('1970-01-01T00:00:01.000Z')).toBe('2026-06-01T12:00:00.000Z');
    expect(of('2026-06-01T12:05:00.001Z')).toBe('2026-06-01T12:00:00.000Z');
    expect(effectiveTime(undefined, receivedAt)).toBe(receivedAt);
  });
});
