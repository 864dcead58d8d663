import { describe, expect, it } from 'vitest';
import { age, dayLabel, length, size } from './format.ts';

const now = new Date(2026, 2, 1, 12, 0, 0).getTime();
const before = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

describe('age', () => {
  it('is told in the largest unit that fits', () => {
    expect(age(before(3), now)).toBe('just now');
    expect(age(before(40), now)).toBe('40 seconds ago');
    expect(age(before(60), now)).toBe('1 minute ago');
    expect(age(before(3599), now)).toBe('59 minutes ago');
    expect(age(before(7200), now)).toBe('2 hours ago');
    expect(age(before(86_400), now)).toBe('yesterday');
    expect(age(before(3 * 86_400), now)).toBe('3 days ago');
  });
  it('counts a clock a little ahead of ours as now', () => {
    expect(age(before(-20), now)).toBe('just now');
  });
});

describe('days', () => {
  it('are those of the reader’s zone', () => {
    expect(dayLabel(new Date(2026, 2, 1, 0, 0, 1).toISOString(), now)).toBe('Today');
    expect(dayLabel(new Date(2026, 1, 28, 23, 59, 59).toISOString(), now)).toBe('Yesterday');
    expect(dayLabel(new Date(2025, 1, 28, 12, 0, 0).toISOString(), now)).toContain('2025');
  });
});

describe('lengths and sizes', () => {
  it('read well at every scale', () => {
    expect([0.4, 8, 59.6, 65, 3723].map(length)).toEqual(['0 s', '8 s', '1:00 min', '1:05 min', '1:02:03 h']);
    expect([999, 1000, 1_500_000, 25_000_000, 999_600_000].map(size)).toEqual([
      '999 B',
      '1.0 kB',
      '1.5 MB',
      '25 MB',
      '1.0 GB',
    ]);
  });
});
