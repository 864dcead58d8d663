/** Where things stand on the timeline of a day. Pure; places are fractions from its end, at the top, to its midnight. */
import type { ReviewEvent } from '../types.ts';
import { startOfDay } from './filter.ts';

export interface DayRange {
  readonly startMs: number;
  readonly endMs: number;
  /** A day of a change of clocks has 23 or 25. */
  readonly hours: number;
}

export const hourMs = 3_600_000;

/** Of today no more than there has been, to the full hour. */
export function rangeOf(day: string, nowMs: number): DayRange {
  const startMs = startOfDay(day).getTime();
  const wholeMs = startOfDay(day, 1).getTime() - startMs;
  const passed = Math.ceil((nowMs - startMs) / hourMs);
  const hours = Math.max(1, Math.min(Math.round(wholeMs / hourMs), passed));
  return { startMs, endMs: startMs + hours * hourMs, hours };
}

export const placeOf = ({ startMs, endMs }: DayRange, ms: number): number =>
  Math.min(1, Math.max(0, (endMs - ms) / (endMs - startMs)));
export const timeOf = ({ startMs, endMs }: DayRange, place: number): number =>
  endMs - place * (endMs - startMs);

/** Instants of the full hours, from midnight on. */
export const hoursOf = ({ startMs, hours }: DayRange): number[] =>
  Array.from({ length: hours }, (_none, hour) => startMs + hour * hourMs);

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
