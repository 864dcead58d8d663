/**
 * What Review shows, and its place in the URL: `?kind=person,sound&camera=…&day=2026-11-24&timeFrom=22:00&timeTo=06:00
 * &state=all&kept`. Pure. Days and times of day are those of the reader's zone.
 */
import { kinds, type CameraEvent, type Kind } from '../types.ts';

export const reviewStates = ['unreviewed', 'reviewed', 'all'] as const;
export type ReviewState = (typeof reviewStates)[number];

export interface ReviewFilter {
  /** Empty: all. */
  readonly kinds: readonly Kind[];
  /** Empty: all. */
  readonly cameraIds: readonly string[];
  /** `2026-11-24`; null: any. */
  readonly day: string | null;
  /** `22:00` to `06:00`, over midnight where it ends before it begins; null: any. */
  readonly times: { readonly from: string; readonly to: string } | null;
  readonly state: ReviewState;
  readonly kept: boolean;
}

const timeForm = /^([01]\d|2[0-3]):[0-5]\d$/;
const dayForm = /^\d{4}-\d{2}-\d{2}$/;
const idForm = /^[0-9A-F]{32}$/;
const listOf = (text: string | null): string[] => (text ?? '').split(',').filter((part) => part !== '');

/** Total: what cannot be understood is left out, never an error. */
export function parseFilter(query: URLSearchParams): ReviewFilter {
  const asked = listOf(query.get('kind'));
  const day = query.get('day');
  const [from, to] = [query.get('timeFrom') ?? '', query.get('timeTo') ?? ''];
  const state = query.get('state');
  return {
    kinds: kinds.filter((kind) => asked.includes(kind)),
    cameraIds: listOf(query.get('camera')?.toUpperCase() ?? null).filter((id) => idForm.test(id)),
    day: day !== null && dayForm.test(day) && !Number.isNaN(startOfDay(day).getTime()) ? day : null,
    times: timeForm.test(from) && timeForm.test(to) && from !== to ? { from, to } : null,
    state: reviewStates.find((known) => known === state) ?? 'unreviewed',
    kept: query.has('kept'),
  };
}

/** For `changeQuery`. */
export const queryOf = (filter: ReviewFilter): Record<string, string | null> => ({
  kind: filter.kinds.length === 0 ? null : filter.kinds.join(','),
  camera: filter.cameraIds.length === 0 ? null : filter.cameraIds.join(','),
  day: filter.day,
  timeFrom: filter.times?.from ?? null,
  timeTo: filter.times?.to ?? null,
  state: filter.state === 'unreviewed' ? null : filter.state,
  kept: filter.kept ? '1' : null,
});

/** Query of GET /api/review/events. */
export function apiQuery(filter: ReviewFilter, zone: string, limit: number, cursor: string | null): string {
  const query = new URLSearchParams({ zone, limit: String(limit) });
  for (const kind of filter.kinds) query.append('kind', kind);
  for (const id of filter.cameraIds) query.append('camera', id);
  if (filter.day !== null) {
    query.set('from', startOfDay(filter.day).toISOString());
    query.set('to', startOfDay(filter.day, 1).toISOString());
  }
  if (filter.times !== null) {
    query.set('timeFrom', filter.times.from);
    query.set('timeTo', filter.times.to);
  }
  if (filter.state !== 'all') query.set('reviewed', String(filter.state === 'reviewed'));
  if (filter.kept) query.set('kept', 'true');
  if (cursor !== null) query.set('cursor', cursor);
  return query.toString();
}

/** Whether an event that has just come, and that nobody has looked at, belongs to the list. */
export function matchesNew(filter: ReviewFilter, event: CameraEvent): boolean {
  if (filter.state === 'reviewed') return false;
  if (filter.kinds.length > 0 && !filter.kinds.includes(event.kind)) return false;
  if (filter.cameraIds.length > 0 && !filter.cameraIds.includes(event.cameraId)) return false;
  if (filter.kept && event.keptAt === null) return false;
  if (filter.day !== null && dayOf(new Date(event.startedAt)) !== filter.day) return false;
  return filter.times === null || isWithin(filter.times, new Date(event.startedAt));
}

function isWithin({ from, to }: { from: string; to: string }, date: Date): boolean {
  const at = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return from <= to ? at >= from && at < to : at >= from || at < to;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Midnight of the reader's zone that begins the day, or one `later` days on: days of 23 and 25 hours are whole. */
export function startOfDay(day: string, later = 0): Date {
  const [year = NaN, month = NaN, date = NaN] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later);
}

export const dayOf = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
export const dayBeside = (day: string, by: number): string => dayOf(startOfDay(day, by));
