/** Places on the timeline. */
import { expect, it } from 'vitest';
import type { ReviewEvent } from '../types.ts';
import { hoursOf, nearestTo, placeOf, rangeOf } from './timeline-layout.ts';

it('spans the whole day of the reader', () => {
  const range = rangeOf('2026-03-01');
  expect(placeOf(range, range.startMs)).toBe(0);
  expect(placeOf(range, range.startMs + range.lengthMs / 2)).toBe(0.5);
  expect(placeOf(range, range.startMs - 1)).toBe(0);
  expect(hoursOf(range)).toHaveLength(Math.round(range.lengthMs / 3_600_000));
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
