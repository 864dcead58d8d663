/** Times, lengths and sizes for people: the reader's zone and forms, words from Intl. Pure: `now` is an argument. */
import { locale, t } from './messages.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' });
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const clockSeconds = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const dateAndClock = new Intl.DateTimeFormat(locale, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const fullTime = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const weekdayYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });

/** `5 minutes ago`; a time a little ahead of our clock counts as now. */
export function age(iso: string, now: number): string {
  const passed = now - Date.parse(iso);
  if (passed < 10 * second) return passed > -minute ? t.kit.justNow : dateAndClock.format(new Date(iso));
  if (passed < minute) return relative.format(-Math.floor(passed / second), 'second');
  if (passed < hour) return relative.format(-Math.floor(passed / minute), 'minute');
  if (passed < day) return relative.format(-Math.floor(passed / hour), 'hour');
  return relative.format(-Math.floor(passed / day), 'day');
}

/** `14:05` today, with the date otherwise. */
export function shortTime(iso: string, now: number): string {
  const date = new Date(iso);
  return sameDay(date, new Date(now)) ? clock.format(date) : dateAndClock.format(date);
}
export const clockTime = (iso: string): string => clockSeconds.format(new Date(iso));
const dateOnly = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
/** `24 November 2026`. */
export const date = (iso: string): string => dateOnly.format(new Date(iso));
export const longTime = (iso: string): string => fullTime.format(new Date(iso));

/** Heading of a day in a list. Each instant is converted by itself, so that a change of clocks moves nothing. */
export function dayLabel(iso: string, now: number): string {
  const date = new Date(iso);
  const today = new Date(now);
  if (sameDay(date, today)) return t.events.today;
  const yesterday = new Date(now);
  yesterday.setDate(today.getDate() - 1);
  if (sameDay(date, yesterday)) return t.events.yesterday;
  return (date.getFullYear() === today.getFullYear() ? weekday : weekdayYear).format(date);
}

function sameDay(a: Date, b: Date): boolean {
  return a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();
}

/** `8 s`, `1:05 min`, `1:02:03 h`. */
export function length(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}:${two(whole % 60)} min`;
  return `${Math.floor(whole / 3600)}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)} h`;
}

/** A number in the reader's form. */
export const number = (value: number, digits = 0): string =>
  value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = -1;
  do {
    value /= 1000;
    unit += 1;
  } while (value >= 999.5 && unit < units.length - 1);
  return `${number(value, value < 10 ? 1 : 0)} ${units[unit] ?? ''}`;
}
