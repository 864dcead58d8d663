/** Lengths of time in the reader's words, by their largest unit: `3 days`, `5 hours`, `12 seconds`. */
import { locale } from '../messages.ts';

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

const words = (value: number, unit: string): string =>
  new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: 0,
  }).format(value);

export function span(seconds: number): string {
  const [unit, length] = units.find((one) => seconds >= one[1]) ?? (['second', 1] as const);
  return words(Math.floor(seconds / length), unit);
}

export const days = (count: number): string => words(count, 'day');

export const percent = (part: number): string =>
  new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(part);
