/** The retention form's texts and the settings they stand for: days as whole numbers, sizes in GB, empty for no limit. */
import type { RetentionSettings } from '../types.ts';

export interface RetentionValues {
  readonly eventsDays: string;
  readonly recordingsDays: string;
  readonly statusDays: string;
  readonly freeGigabytes: string;
  readonly maxGigabytes: string;
}

const gigabyte = 1e9;
const mostDays = 3650;
const mostGigabytes = 1e6;

const textOf = (value: number | null): string => (value === null ? '' : String(value));

export const valuesOf = (settings: RetentionSettings): RetentionValues => ({
  eventsDays: textOf(settings.eventsDays),
  recordingsDays: textOf(settings.recordingsDays),
  statusDays: textOf(settings.statusDays),
  freeGigabytes: textOf(settings.freeBytes === null ? null : settings.freeBytes / gigabyte),
  maxGigabytes: textOf(settings.maxBytes === null ? null : settings.maxBytes / gigabyte),
});

const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));
const bytesOf = (text: string): number | null => {
  const value = numberOf(text);
  return value === null ? null : Math.round(value * gigabyte);
};

export const settingsOf = (values: RetentionValues): RetentionSettings => ({
  eventsDays: numberOf(values.eventsDays),
  recordingsDays: numberOf(values.recordingsDays),
  statusDays: numberOf(values.statusDays),
  freeBytes: bytesOf(values.freeGigabytes),
  maxBytes: bytesOf(values.maxGigabytes),
});

export function isDays(text: string): boolean {
  const value = numberOf(text);
  return value === null || (Number.isInteger(value) && value >= 1 && value <= mostDays);
}

/** @param least GB */
export function isGigabytes(text: string, least: number): boolean {
  const value = numberOf(text);
  return value === null || (value >= least && value <= mostGigabytes);
}
