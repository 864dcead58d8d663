/** Days of the week in the reader's words. 1 is Monday, as in ISO 8601. */
import { locale } from '../messages.ts';
import { t } from './words.ts';

export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;

const short = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
const long = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
/** 1 January 2024 was a Monday. */
const dateOf = (day: number): Date => new Date(Date.UTC(2024, 0, day));

export const shortDay = (day: number): string => short.format(dateOf(day));
export const longDay = (day: number): string => long.format(dateOf(day));

/** `every day`, `Monday to Friday`, `Mon, Wed`. */
export function daysText(days: readonly number[]): string {
  const sorted = days.toSorted((a, b) => a - b).join('');
  if (sorted === '1234567') return t.everyDay;
  if (sorted === '12345') return t.workdays;
  if (sorted === '67') return t.weekend;
  return weekdays
    .filter((day) => days.includes(day))
    .map(shortDay)
    .join(', ');
}
