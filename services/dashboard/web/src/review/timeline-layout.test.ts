/** Places on the timeline. */
import { expect, it } from 'vitest';
import type { ReviewEvent } from '../types.ts';
import { startOfDay } from './filter.ts';
import { hourMs, hoursOf, nearestTo, placeOf, rangeOf, timeOf } from './timeline-layout.ts';

it('spans the whole day of the reader, and of today what there has been', () => {
  const midnight = startOfDay('2026-03-01').getTime();
  const whole = rangeOf('2026-03-01', midnight + 90 * hourMs);
  expect(whole.endMs).toBe(startOfDay('2026-03-02').getTime());
  expect(placeOf(whole, whole.endMs)).toBe(0);
  expect(placeOf(whole, midnight - 1)).toBe(1);
  expect(timeOf(whole, placeOf(whole, midnight + 1000))).toBe(midnight + 1000);
  expect(hoursOf(whole)).toHaveLength(whole.hours);
  expect(rangeOf('2026-03-01', midnight + 1.5 * hourMs).hours).toBe(2);
});

it('finds the nearest event of each camera, and none that is far', () => {
  const event = (id: string, cameraId: string, ms: number) =>
    ({ id, cameraId, startedAt: new Date(ms).toISOString() }) as ReviewEvent;
  const events = [
    event('a', 'A', 1000),
    event('b', 'A', 2000),
    event('c', 'B', 5000),
    event('d', 'C', 99_000),
  ];
  expect(nearestTo(events, 2100, 10_000).map(({ id }) => id)).toEqual(['b', 'c']);
});
