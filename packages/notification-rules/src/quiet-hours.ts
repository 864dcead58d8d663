/**
 * Quiet hours on the clocks of the house. A stretch is turned into two instants of its day in the zone, so a night on
 * which clocks change is as long as it is: 22:00 to 07:00 ends at 07:00 whatever happened in between.
 */
import { DateTime } from 'luxon';
import type { AlertKind, QuietHours } from './rule-set.ts';

/** Whether a stretch that is silent for `kind` holds at `now`. */
export function inQuietHours(
  stretches: readonly QuietHours[],
  kind: AlertKind,
  now: Date,
  zone: string,
): boolean {
  const local = DateTime.fromJSDate(now, { zone });
  return stretches.some(
    (stretch) =>
      (stretch.kinds?.includes(kind) ?? true) &&
      // Begun today, or yesterday and not over yet.
      [local, local.minus({ days: 1 })].some((day) => covers(stretch, day, local)),
  );
}

function covers(stretch: QuietHours, day: DateTime, local: DateTime): boolean {
  if (!stretch.weekdays.includes(day.weekday)) return false;
  const crossesMidnight = stretch.to <= stretch.from;
  const from = at(day, stretch.from);
  const to = at(crossesMidnight ? day.plus({ days: 1 }) : day, stretch.to);
  return from <= local && local < to;
}

/** A time the clocks skip that day is the instant they jump to; one they show twice is the first. */
function at(day: DateTime, time: string): DateTime {
  const [hour, minute] = time.split(':').map(Number);
  return day.set({ hour: hour ?? 0, minute: minute ?? 0, second: 0, millisecond: 0 });
}
