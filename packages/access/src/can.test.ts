/** The rule itself: roles grow, scopes only narrow, cameras one may not see do not exist, a share link is one event. */
import { describe, expect, it } from 'vitest';
import { actions, actionsOf, cameraFilter, can, roles, scopes, type Actor } from './can.ts';

const mine = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
const foreign = 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF0';
const user = (role: Actor['role'], more: Partial<Actor> = {}): Actor => ({
  userId: 'u',
  username: 'n',
  role,
  cameras: 'all',
  ...more,
});
const one = new Set([mine]);

describe('roles', () => {
  it('lets an admin do everything, to any camera', () => {
    for (const action of actions) expect(can(user('admin'), action, foreign)).toBe(true);
  });

  it('gives each role all of the one below', () => {
    const [admin, operator, viewer] = roles.map((role) => actionsOf(user(role)));
    expect(admin).toEqual(expect.arrayContaining(operator ?? []));
    expect(operator).toEqual(expect.arrayContaining(viewer ?? []));
    expect([viewer?.length, operator?.length].every((n) => n !== undefined && n > 5)).toBe(true);
  });

  it.each([
    ['viewer', 'cameras.control'],
    ['viewer', 'cameras.change'],
    ['viewer', 'events.share'],
    ['viewer', 'events.delete'],
    ['viewer', 'house.set'],
    ['operator', 'house.change'],
    ['operator', 'users.manage'],
    ['operator', 'audit.read'],
    ['operator', 'system.read'],
    ['operator', 'cameras.remove'],
  ] as const)('%s may not: %s', (role, action) => {
    expect(can(user(role), action)).toBe(false);
  });
});

describe('cameras', () => {
  it.each(roles)('that a %s may not see do not exist', (role) => {
    const actor = user(role, { cameras: one });
    expect(can(actor, 'media.read', mine)).toBe(true);
    expect(can(actor, 'live', { cameraId: mine })).toBe(true);
    for (const action of actions) expect([action, can(actor, action, foreign)]).toEqual([action, false]);
  });

  it('that are not all leave out what touches the whole house', () => {
    const actor = user('operator', { cameras: one });
    expect(can(actor, 'house.read')).toBe(true);
    expect(can(actor, 'house.set')).toBe(false);
    expect(can(actor, 'notifications.change', mine)).toBe(false);
    expect(can(user('admin', { cameras: one }), 'users.manage')).toBe(false);
  });

  it('filter lists', () => {
    expect(cameraFilter(user('viewer'))).toBeUndefined();
    expect(cameraFilter(user('viewer', { cameras: one }))).toEqual([mine]);
    expect(cameraFilter(user('viewer', { cameras: new Set() }))).toEqual([]);
  });
});

describe('scopes', () => {
  it('only ever narrow what the owner may do', () => {
    for (const role of roles)
      for (const scope of scopes) {
        const token = user(role, { scopes: new Set([scope]), cameras: one });
        for (const action of actions)
          if (can(token, action, mine)) expect(can(user(role, { cameras: one }), action, mine)).toBe(true);
      }
  });

  it('never reach accounts, passwords, sessions or tokens', () => {
    const token = user('admin', { scopes: new Set(scopes) });
    for (const action of ['session.own', 'tokens.own', 'users.manage'] as const)
      expect(can(token, action)).toBe(false);
  });

  it('are nothing when there are none', () => {
    expect(actionsOf(user('admin', { scopes: new Set() }))).toEqual([]);
  });

  it('that read change nothing', () => {
    const token = user('admin', { scopes: new Set(['read']) });
    expect(actionsOf(token).filter((action) => !action.endsWith('.read'))).toEqual(['api.describe', 'live']);
  });
});

describe('a share link', () => {
  const link = user('admin', { onlyEvent: 'e1' });

  it('shows its event and nothing else', () => {
    expect(can(link, 'media.read', { cameraId: mine, eventId: 'e1' })).toBe(true);
    expect(can(link, 'events.read', { cameraId: mine, eventId: 'e1' })).toBe(true);
    expect(can(link, 'media.read', { cameraId: mine, eventId: 'e2' })).toBe(false);
    expect(can(link, 'live', { cameraId: mine, eventId: 'e1' })).toBe(false);
    expect(actionsOf(link)).toEqual([]);
  });

  it('shows no more than the one who shared may still see', () => {
    const narrowed = user('operator', { onlyEvent: 'e1', cameras: one });
    expect(can(narrowed, 'media.read', { cameraId: foreign, eventId: 'e1' })).toBe(false);
  });
});
