/** The decision as a table: levels of rules, quiet hours across midnight and changes of clocks, cooldown, snooze, replay. */
import { describe, expect, it } from 'vitest';
import {
  evaluate,
  replay,
  toRuleSet,
  type AlertKind,
  type Fact,
  type NotificationRule,
  type QuietHours,
  type RuleSet,
} from './index.ts';

const defaults = { motion: true, person: true, sound: false, online: true, offline: true };
const berlin = 'Europe/Berlin';
const noon = '2026-06-10T10:00:00Z';
const everyDay = [1, 2, 3, 4, 5, 6, 7];

const rulesOf = (
  house: NotificationRule = {},
  door: NotificationRule = {},
  snoozes: RuleSet['snoozes'] = none,
) => ({
  defaults,
  house,
  cameras: new Map([['door', door]]),
  snoozes,
});
const none: RuleSet['snoozes'] = { house: undefined, cameras: new Map() };
const fact = (kind: AlertKind = 'motion', at = noon, cameraId = 'door'): Fact => ({
  cameraId,
  kind,
  at: new Date(at),
});

const verdict = (
  rules: RuleSet,
  about: Fact,
  { now = about.at, zone = berlin, last }: { now?: Date; zone?: string; last?: string } = {},
): string => {
  const lastAlertAt = last === undefined ? undefined : new Date(last);
  const decision = evaluate(rules, about, { now, zone, lastAlertAt });
  return decision.notify ? 'told' : decision.reason;
};

describe('kinds', () => {
  it.each<[string, NotificationRule, NotificationRule, AlertKind, string]>([
    ['defaults tell motion', {}, {}, 'motion', 'told'],
    ['defaults keep sound quiet', {}, {}, 'sound', 'switched-off'],
    ['the house overrides the defaults', { kinds: { sound: true } }, {}, 'sound', 'told'],
    [
      'a camera overrides the house',
      { kinds: { sound: true } },
      { kinds: { sound: false } },
      'sound',
      'switched-off',
    ],
    [
      'what a camera leaves open comes from the house',
      { kinds: { motion: false } },
      { kinds: { sound: true } },
      'motion',
      'switched-off',
    ],
    [
      'online and offline are kinds like others',
      { kinds: { offline: false } },
      {},
      'offline',
      'switched-off',
    ],
  ])('%s', (_name, house, door, kind, expected) => {
    expect(verdict(rulesOf(house, door), fact(kind))).toBe(expected);
  });

  it('rules of one camera are nothing to another', () => {
    const rules = rulesOf({}, { kinds: { motion: false } });
    expect(verdict(rules, fact('motion', noon, 'yard'))).toBe('told');
  });
});

describe('quiet hours', () => {
  const night: QuietHours = { weekdays: everyDay, from: '22:00', to: '07:00' };
  it.each<[string, QuietHours, string, string]>([
    ['a minute before', night, '2026-06-10T19:59:59Z', 'told'],
    ['the first moment belongs to it', night, '2026-06-10T20:00:00Z', 'quiet-hours'],
    ['past midnight', night, '2026-06-10T23:30:00Z', 'quiet-hours'],
    ['the last moment does not', night, '2026-06-11T05:00:00Z', 'told'],
    ['one within a day', { weekdays: everyDay, from: '12:00', to: '13:00' }, noon, 'quiet-hours'],
    ['equal ends mean the whole day', { weekdays: [3], from: '00:00', to: '00:00' }, noon, 'quiet-hours'],
    ['… and only that day', { weekdays: [3], from: '00:00', to: '00:00' }, '2026-06-11T10:00:00Z', 'told'],
    // 12 June 2026 is a Friday: the night belongs to the day it begins on.
    [
      'Friday night reaches into Saturday',
      { ...night, weekdays: [5] },
      '2026-06-13T04:59:00Z',
      'quiet-hours',
    ],
    ['Saturday night is another', { ...night, weekdays: [5] }, '2026-06-13T21:00:00Z', 'told'],
    ['Friday morning belongs to Thursday', { ...night, weekdays: [5] }, '2026-06-12T03:00:00Z', 'told'],
    ['only kinds it names', { ...night, kinds: ['sound'] }, '2026-06-10T23:30:00Z', 'told'],
    // 29 March 2026: 02:00 becomes 03:00. 25 October 2026: 03:00 becomes 02:00 again.
    ['spring: the night is an hour shorter', night, '2026-03-29T04:59:59Z', 'quiet-hours'],
    ['spring: over at 07:00 of the clock', night, '2026-03-29T05:00:00Z', 'told'],
    ['autumn: over at 07:00 of the clock', night, '2026-10-25T06:00:00Z', 'told'],
    ['autumn: still night at 06:59', night, '2026-10-25T05:59:59Z', 'quiet-hours'],
    [
      'a time the clocks skip begins where they jump to',
      { weekdays: everyDay, from: '02:30', to: '04:00' },
      '2026-03-29T01:30:00Z',
      'quiet-hours',
    ],
    [
      'a stretch of the hour shown twice holds both times',
      { weekdays: everyDay, from: '02:00', to: '03:00' },
      '2026-10-25T01:30:00Z',
      'quiet-hours',
    ],
  ])('%s', (_name, quiet, now, expected) => {
    expect(verdict(rulesOf({ quietHours: [quiet] }), fact('motion', now))).toBe(expected);
  });

  it('count from when it would ring, in the zone of the house', () => {
    const rules = rulesOf({ quietHours: [night] });
    const before = fact('motion', '2026-06-10T19:59:00Z');
    expect(verdict(rules, before, { now: new Date('2026-06-10T20:01:00Z') })).toBe('quiet-hours');
    expect(verdict(rules, before, { zone: 'America/New_York' })).toBe('told');
  });

  it('an empty list of a camera lifts those of the house', () => {
    const late = fact('motion', '2026-06-10T23:00:00Z');
    expect(verdict(rulesOf({ quietHours: [night] }, { quietHours: [] }), late)).toBe('told');
  });
});

describe('cooldown', () => {
  it.each([
    ['nothing before', undefined, 'told'],
    ['a second too soon', '2026-06-10T09:59:01Z', 'cooldown'],
    ['just over', '2026-06-10T09:59:00Z', 'told'],
    ['told late, but begun just before one that was sent', '2026-06-10T10:00:30Z', 'cooldown'],
    ['told late, long before one that was sent', '2026-06-10T11:00:00Z', 'told'],
  ])('%s', (_name, last, expected) => {
    const given = last === undefined ? {} : { last };
    expect(verdict(rulesOf({ cooldownSeconds: 60 }), fact(), given)).toBe(expected);
  });

  it('0 of a camera lifts that of the house', () => {
    expect(verdict(rulesOf({ cooldownSeconds: 60 }, { cooldownSeconds: 0 }), fact(), { last: noon })).toBe(
      'told',
    );
  });
});

describe('snooze', () => {
  const until = new Date('2026-06-10T10:30:00Z');
  it.each<[string, RuleSet['snoozes'], string, string]>([
    ['of the camera', { house: undefined, cameras: new Map([['door', until]]) }, noon, 'snoozed'],
    ['of another camera', { house: undefined, cameras: new Map([['yard', until]]) }, noon, 'told'],
    ['of the house', { house: until, cameras: new Map() }, noon, 'snoozed'],
    ['over', { house: until, cameras: new Map() }, '2026-06-10T10:30:00Z', 'told'],
  ])('%s', (_name, snoozes, now, expected) => {
    expect(verdict(rulesOf({}, {}, snoozes), fact('motion', now))).toBe(expected);
  });
});

describe('rows', () => {
  it('of an unknown shape count as empty', () => {
    const rules = toRuleSet(
      defaults,
      [
        { cameraId: null, rule: { kinds: { motion: false } } },
        { cameraId: 'door', rule: { fromTheFuture: true } },
      ],
      [{ cameraId: 'yard', until: new Date(noon) }],
    );
    expect(rules.house).toEqual({ kinds: { motion: false } });
    expect(rules.cameras.get('door')).toEqual({});
    expect(rules.snoozes).toEqual({ house: undefined, cameras: new Map([['yard', new Date(noon)]]) });
  });
});

describe('replay', () => {
  it('counts what the rules would have told, as it happened then', async () => {
    const minute = (n: number) => new Date(Date.parse(noon) + n * 60_000).toISOString();
    async function* pages() {
      await Promise.resolve();
      yield [fact('motion', minute(0)), fact('motion', minute(1)), fact('motion', minute(0), 'yard')];
      yield [fact('sound', minute(2)), fact('motion', minute(5))];
    }
    const rules = rulesOf(
      { cooldownSeconds: 120 },
      {},
      { house: new Date('2100-01-01'), cameras: new Map() },
    );
    expect(await replay(rules, pages(), berlin)).toEqual({
      facts: 5,
      messages: 3,
      suppressed: { 'switched-off': 1, 'quiet-hours': 0, cooldown: 1, snoozed: 0 },
      byKind: { motion: 3 },
      byCamera: { door: 2, yard: 1 },
    });
  });
});
