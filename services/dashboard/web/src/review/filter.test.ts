/** Filters of Review in the URL, towards the server, and for what arrives live. */
import { expect, it } from 'vitest';
import type { CameraEvent } from '../types.ts';
import { apiQuery, dayBeside, matchesNew, parseFilter, queryOf, startOfDay } from './filter.ts';

const camera = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
const parse = (text: string) => parseFilter(new URLSearchParams(text));

it('comes back from the URL as it went, and nonsense is left out', () => {
  const text = `kind=person,sound&camera=${camera}&day=2026-03-29&timeFrom=22:00&timeTo=06:00&state=all&kept=1`;
  const filter = parse(text);
  expect(new URLSearchParams(queryOf(filter) as Record<string, string>).toString()).toBe(
    new URLSearchParams(text).toString(),
  );
  expect(parse('kind=cat&camera=x&day=2026-3-1&timeFrom=25:00&timeTo=01:00&state=no')).toEqual(parse(''));
});

it('asks the server for whole days of the reader, and for what is not reviewed unless told otherwise', () => {
  const query = new URLSearchParams(apiQuery(parse('day=2026-03-29'), 'Europe/Berlin', 100, 'next'));
  expect(query.get('from')).toBe(startOfDay('2026-03-29').toISOString());
  expect(query.get('to')).toBe(startOfDay('2026-03-30').toISOString());
  expect(query.get('reviewed')).toBe('false');
  expect(query.get('cursor')).toBe('next');
  expect(new URLSearchParams(apiQuery(parse('state=all'), 'UTC', 1, null)).has('reviewed')).toBe(false);
});

it('knows whether an event that arrives belongs to it', () => {
  const event = (change: Partial<CameraEvent>) =>
    ({ kind: 'person', cameraId: camera, keptAt: null, ...change }) as CameraEvent;
  const at = (text: string) => event({ startedAt: new Date(text).toISOString() });
  expect(matchesNew(parse('kind=motion'), event({}))).toBe(false);
  expect(matchesNew(parse('state=reviewed'), event({}))).toBe(false);
  expect(matchesNew(parse('timeFrom=22:00&timeTo=06:00'), at('2026-03-01T23:30:00'))).toBe(true);
  expect(matchesNew(parse('timeFrom=22:00&timeTo=06:00'), at('2026-03-01T06:00:00'))).toBe(false);
  expect(matchesNew(parse('day=2026-03-01'), at('2026-03-01T00:00:00'))).toBe(true);
  expect(matchesNew(parse('day=2026-03-01'), at('2026-03-02T00:00:00'))).toBe(false);
});

it('steps from day to day over the end of a month', () => {
  expect(dayBeside('2026-02-28', 1)).toBe('2026-03-01');
  expect(dayBeside('2026-03-01', -1)).toBe('2026-02-28');
});
