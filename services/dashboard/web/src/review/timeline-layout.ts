/** Where things stand on the timeline of a day. Pure; all places are fractions of the day from its midnight. */
import type { ReviewEvent } from '../types.ts';
import { startOfDay } from './filter.ts';

export interface DayRange {
  readonly startMs: number;
  /** A day of a change of clocks has 23 or 25 hours. */
  readonly lengthMs: number;
}

const hourMs = 3_600_000;

export function rangeOf(day: string): DayRange {
  const startMs = startOfDay(day).getTime();
  return { startMs, lengthMs: startOfDay(day, 1).getTime() - startMs };
}

export const placeOf = ({ startMs, lengthMs }: DayRange, ms: number): number =>
  Math.min(1, Math.max(0, (ms - startMs) / lengthMs));

/** Instants of the full hours. */
export const hoursOf = ({ startMs, lengthMs }: DayRange): number[] =>
  Array.from({ length: Math.round(lengthMs / hourMs) }, (_none, hour) => startMs + hour * hourMs);

/** Of each camera the event nearest to a time, not farther than `withinMs`; nearest first. */
export function nearestTo(
  events: readonly ReviewEvent[],
  ms: number,
  withinMs: number,
): readonly ReviewEvent[] {
  const away = (event: ReviewEvent): number => Math.abs(Date.parse(event.startedAt) - ms);
  const best = new Map<string, ReviewEvent>();
  for (const event of events) {
    if (away(event) > withinMs) continue;
    const before = best.get(event.cameraId);
    if (before === undefined || away(event) < away(before)) best.set(event.cameraId, event);
  }
  return [...best.values()].toSorted((a, b) => away(a) - away(b));
}
