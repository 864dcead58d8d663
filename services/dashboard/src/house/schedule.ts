/**
 * When the house switches presets: weekdays and times on its own clocks, as instants. Where clocks go forward, a time
 * that does not exist happens by the length of the gap later; where they go back, a time that comes twice counts the
 * first time, once. Pure.
 */
import { DateTime } from 'luxon';

export interface Schedule {
  readonly scheduleId: string;
  readonly presetId: string;
  /** ISO: 1 is Monday. */
  readonly weekdays: readonly number[];
  /** HH:MM */
  readonly localTime: string;
  readonly enabled: boolean;
}

export interface Switch {
  readonly at: Date;
  readonly presetId: string;
  readonly scheduleId: string;
}

/** A week and the days around it: every schedule has a switch in there. */
const daysAround = 8;

/** The last switch up to `now`; of two at the same moment the later one of the list. */
export function latestSwitch(schedules: readonly Schedule[], zone: string, now: Date): Switch | undefined {
  return switchesAround(schedules, zone, now).findLast(({ at }) => at <= now);
}

/** The first switch after `now`. */
export function nextSwitch(schedules: readonly Schedule[], zone: string, now: Date): Switch | undefined {
  const ahead = switchesAround(schedules, zone, now).filter(({ at }) => at > now);
  return ahead.findLast(({ at }) => at.getTime() === ahead[0]?.at.getTime());
}

function switchesAround(schedules: readonly Schedule[], zone: string, now: Date): Switch[] {
  const today = DateTime.fromJSDate(now, { zone }).startOf('day');
  const switches: Switch[] = [];
  for (let day = -daysAround; day <= daysAround; day++) {
    const date = today.plus({ days: day });
    for (const { scheduleId, presetId, weekdays, localTime, enabled } of schedules)
      if (enabled && weekdays.includes(date.weekday))
        switches.push({ at: instantOf(date, localTime), presetId, scheduleId });
  }
  return switches.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

function instantOf(date: DateTime, localTime: string): Date {
  const [hour, minute] = localTime.split(':').map(Number);
  const moments = date.set({ hour: hour ?? 0, minute: minute ?? 0 }).getPossibleOffsets();
  return new Date(Math.min(...moments.map((moment) => moment.toMillis())));
}
