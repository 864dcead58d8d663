/** Switches across the days on which clocks change, at both ends of the world. */
import { describe, expect, it } from 'vitest';
import { latestSwitch, nextSwitch, type Schedule } from './schedule.ts';

const every = [1, 2, 3, 4, 5, 6, 7];
const daily = (localTime: string, presetId = 'p'): Schedule => ({
  scheduleId: `${presetId} ${localTime}`,
  presetId,
  weekdays: every,
  localTime,
  enabled: true,
});
const iso = (date: Date | undefined) => date?.toISOString().replace(':00.000Z', 'Z');

/** All switches within a range, one after the other, as a clock that runs would meet them. */
function walk(schedules: Schedule[], zone: string, from: string, to: string): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  for (let now = new Date(from); ;) {
    const next = nextSwitch(schedules, zone, now);
    if (next === undefined || next.at >= new Date(to)) return found;
    found.push(iso(next.at));
    expect(latestSwitch(schedules, zone, next.at)).toEqual(next);
    now = next.at;
  }
}

describe('switches', () => {
  it.each([
    // Clocks go from 01:00 to 02:00: 01:30 is skipped, and happens an hour later on the clock.
    ['Europe/London', '01:30', '2026-03-28', ['2026-03-28T01:30Z', '2026-03-29T01:30Z', '2026-03-30T00:30Z']],
    ['Europe/London', '07:00', '2026-03-28', ['2026-03-28T07:00Z', '2026-03-29T06:00Z', '2026-03-30T06:00Z']],
    // Clocks go from 02:00 back to 01:00: 01:30 comes twice, and counts once.
    ['Europe/London', '01:30', '2026-10-24', ['2026-10-24T00:30Z', '2026-10-25T00:30Z', '2026-10-26T01:30Z']],
    ['Europe/London', '07:00', '2026-10-24', ['2026-10-24T06:00Z', '2026-10-25T07:00Z', '2026-10-26T07:00Z']],
    ['Europe/Berlin', '02:30', '2026-03-28', ['2026-03-28T01:30Z', '2026-03-29T01:30Z', '2026-03-30T00:30Z']],
    [
      'America/New_York',
      '02:30',
      '2026-03-08',
      ['2026-03-08T07:30Z', '2026-03-09T06:30Z', '2026-03-10T06:30Z'],
    ],
    // Half an hour only, and the other way round.
    [
      'Australia/Lord_Howe',
      '01:45',
      '2026-04-04',
      ['2026-04-04T14:45Z', '2026-04-05T15:15Z', '2026-04-06T15:15Z'],
    ],
    // No midnight on the day clocks go forward.
    ['Africa/Cairo', '00:00', '2026-04-23', ['2026-04-23T22:00Z', '2026-04-24T21:00Z', '2026-04-25T21:00Z']],
    ['Asia/Kolkata', '06:00', '2026-03-28', ['2026-03-28T00:30Z', '2026-03-29T00:30Z', '2026-03-30T00:30Z']],
  ])('%s at %s from %s', (zone, localTime, from, expected) => {
    const to = new Date(Date.parse(from) + 3 * 86_400_000).toISOString();
    expect(walk([daily(localTime)], zone, `${from}T00:00:00Z`, to)).toEqual(expected);
  });

  it('fall on the weekday of the house, not of Greenwich', () => {
    const monday = { ...daily('06:00'), weekdays: [1] };
    // Monday 06:00 in Auckland is Sunday 18:00 UTC.
    expect(iso(nextSwitch([monday], 'Pacific/Auckland', new Date('2026-06-06T00:00:00Z'))?.at)).toBe(
      '2026-06-07T18:00Z',
    );
  });

  it('at the same moment: the later of the list, and none of a disabled one', () => {
    const now = new Date('2026-06-06T12:00:00Z');
    const both = [daily('06:00', 'first'), daily('06:00', 'second')];
    expect(nextSwitch(both, 'UTC', now)?.presetId).toBe('second');
    expect(latestSwitch(both, 'UTC', now)?.presetId).toBe('second');
    expect(nextSwitch([{ ...daily('06:00'), enabled: false }], 'UTC', now)).toBeUndefined();
    expect(latestSwitch([], 'UTC', now)).toBeUndefined();
  });
});
