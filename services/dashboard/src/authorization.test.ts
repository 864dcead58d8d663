/**
 * Every operation of the OpenAPI document as every kind of caller, on a camera of theirs and on a foreign one. What is
 * expected is written here by hand: a new action is not allowed to anybody until it stands in this table, and a route
 * that names a camera or an event without asking for it is found.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopes, type Action, type Role, type Scope } from '@apiary/access/can';
import { makeUser, type Headers, type TestUser } from './callers.helpers.ts';
import { cameraA, cameraB, startHarness, type Harness } from './dashboard.helpers.ts';
import { operationsOf, type Operation, type Things } from './operations.helpers.ts';

/** Lowest role, scopes of tokens, and whether it needs all cameras. */
type Rule = readonly [Role, readonly Scope[], 'all cameras'?];
const rules: Readonly<Record<Action, Rule>> = {
  'api.describe': ['viewer', ['read', 'admin']],
  'self.read': ['viewer', ['read', 'control', 'manage', 'admin']],
  'session.own': ['viewer', []],
  'tokens.own': ['viewer', []],
  'cameras.read': ['viewer', ['read', 'admin']],
  'cameras.change': ['operator', ['manage', 'admin']],
  'cameras.control': ['operator', ['control', 'admin']],
  'cameras.add': ['admin', ['admin'], 'all cameras'],
  'cameras.remove': ['admin', ['admin'], 'all cameras'],
  'unclaimed.read': ['admin', ['read', 'admin'], 'all cameras'],
  'unclaimed.decide': ['admin', ['admin'], 'all cameras'],
  'events.read': ['viewer', ['read', 'admin']],
  'events.review': ['viewer', ['control', 'admin']],
  'events.keep': ['operator', ['manage', 'admin']],
  'events.delete': ['operator', ['manage', 'admin']],
  'events.share': ['operator', ['manage', 'admin']],
  'media.read': ['viewer', ['read', 'admin']],
  live: ['viewer', ['read', 'admin']],
  'house.read': ['viewer', ['read', 'admin']],
  'house.set': ['operator', ['control', 'admin'], 'all cameras'],
  'house.change': ['admin', ['manage', 'admin'], 'all cameras'],
  'notifications.own': ['viewer', ['control', 'admin']],
  'notifications.read': ['operator', ['read', 'admin'], 'all cameras'],
  'notifications.change': ['operator', ['manage', 'admin'], 'all cameras'],
  'system.read': ['admin', ['read', 'admin'], 'all cameras'],
  'system.change': ['admin', ['admin'], 'all cameras'],
  'audit.read': ['admin', ['read', 'admin'], 'all cameras'],
  'users.manage': ['admin', []],
};
const height: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

interface Kind {
  readonly name: string;
  readonly role: Role;
  readonly scope?: Scope;
  /** Sees camera A alone. */
  readonly narrow?: true;
  headers(): Promise<Headers>;
}

const own: Things = { cameraId: cameraA, eventId: 'event-of-a' };
const foreign: Things = { cameraId: cameraB, eventId: 'event-of-b' };
const nowhere: Things = { cameraId: '9'.repeat(32), eventId: 'event-of-nobody' };
const nameOfB = 'Camera nobody may hear of';

let harness: Harness;
let operations: Operation[];
let kinds: Kind[];
let narrowOperator: TestUser;
let link: Headers;

beforeAll(async () => {
  harness = await startHarness();
  await seed();
  operations = await operationsOf(harness);
  const admin = await makeUser(harness, 'walk-admin', 'admin');
  narrowOperator = await makeUser(harness, 'walk-narrow-operator', 'operator', [cameraA]);
  const plain = async (role: Role, narrow?: true): Promise<Kind> => {
    const name = `walk-${narrow === true ? 'one-camera-' : ''}${role}`;
    const user = role === 'admin' ? admin : await makeUser(harness, name, role, narrow ? [cameraA] : 'all');
    return { name, role, ...(narrow === undefined ? {} : { narrow }), headers: user.logIn };
  };
  const tokens = await Promise.all(
    scopes.map(async (scope): Promise<Kind> => {
      const headers = await admin.token([scope]);
      return { name: `token for ${scope}`, role: 'admin', scope, headers: () => Promise.resolve(headers) };
    }),
  );
  const narrowToken = await narrowOperator.token([...scopes]);
  kinds = [
    await plain('admin'),
    await plain('operator'),
    await plain('viewer'),
    await plain('operator', true),
    await plain('viewer', true),
    ...tokens,
    {
      name: 'token of an operator of one camera',
      role: 'operator',
      scope: 'admin',
      narrow: true,
      headers: () => Promise.resolve(narrowToken),
    },
  ];
  link = await admin.share(own.eventId);
}, 60_000);
afterAll(() => harness.stop());

/** Both cameras and their events as they should be, whatever the walk did to them. */
async function seed(): Promise<void> {
  const { pool } = harness.database;
  for (const [{ cameraId, eventId }, name] of [
    [own, 'Camera of mine'],
    [foreign, nameOfB],
  ] as const) {
    await pool.query('delete from deleted_events where event_id = $1', [eventId]);
    await pool.query('delete from unclaimed_cameras where camera_id = $1', [cameraId]);
    await pool.query(
      `insert into camera_registry (camera_id, camera_name) values ($1, $2)
       on conflict (camera_id) do update set camera_name = excluded.camera_name, removed_at = null, removes_events = false`,
      [cameraId, name],
    );
    await pool.query(
      `insert into activity_events (event_id, camera_id, start_timestamp) values ($1, $2, now())
       on conflict (event_id) do update set deleted_at = null, deleted_by = null`,
      [eventId, cameraId],
    );
  }
}

interface Told {
  readonly status: number;
  readonly text: string;
  readonly code: string;
}

async function ask(operation: Operation, things: Things, headers: Headers, body?: unknown): Promise<Told> {
  const response = await fetch(harness.url(operation.path(things)), {
    method: operation.method,
    redirect: 'manual',
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
    await response.body?.cancel();
    return { status: response.status, text: '', code: '' };
  }
  const text = await response.text();
  const code = text.startsWith('{"error"')
    ? (JSON.parse(text) as { error: { code: string } }).error.code
    : '';
  return { status: response.status, text, code };
}

const closed = (): Operation[] => operations.filter(({ authorization }) => authorization.open === undefined);
const ruleOf = ({ authorization }: Operation): Rule => rules[authorization.action ?? ('' as Action)];

function mayAtAll(kind: Kind, operation: Operation): boolean {
  const [role, scopesOfAction, all] = ruleOf(operation);
  if (height[kind.role] < height[role]) return false;
  if (kind.scope !== undefined && !scopesOfAction.includes(kind.scope)) return false;
  return !(kind.narrow === true && (all !== undefined || operation.authorization.action === 'users.manage'));
}

describe('every operation', () => {
  it('has a rule that stands in the table', () => {
    expect(operations.length).toBeGreaterThan(40);
    for (const operation of closed())
      expect([operation.name, ruleOf(operation)]).toEqual([operation.name, expect.any(Array)]);
  });

  it('that names a camera or an event asks for it, or needs all cameras', () => {
    const unasked = closed().filter(
      (operation) =>
        operation.names !== undefined &&
        operation.authorization.on === undefined &&
        ruleOf(operation)[2] === undefined,
    );
    expect(unasked.map(({ name }) => name)).toEqual([]);
    const openWithNames = operations.filter(({ authorization, names }) => authorization.open && names);
    expect(openWithNames).toEqual([]);
  });

  it('is closed to nobody in particular, and to a link of another event', { timeout: 60_000 }, async () => {
    for (const operation of closed()) {
      expect([operation.name, (await ask(operation, own, {})).status]).toEqual([operation.name, 401]);
      const { status } = await ask(operation, own, link);
      if (operation.authorization.shared === true) {
        expect([operation.name, [401, 403].includes(status)]).toEqual([operation.name, false]);
        const other = await ask(operation, foreign, link);
        expect([operation.name, other.status]).toEqual([operation.name, 404]);
        expect(other.text).toBe((await ask(operation, nowhere, link)).text);
      } else expect([operation.name, status]).toEqual([operation.name, 401]);
    }
  });

  it('is open to whom it is for and to nobody else', { timeout: 300_000 }, async () => {
    for (const kind of kinds)
      for (const operation of closed()) {
        if (operation.method !== 'GET') await seed();
        const told = await ask(operation, own, await kind.headers());
        const what = [kind.name, operation.name, told.status, told.code];
        if (mayAtAll(kind, operation)) {
          expect([401, 403].includes(told.status) ? what : 'let in').toBe('let in');
          const missing = /The (camera|event) does not exist/.test(told.text);
          expect(operation.authorization.on !== undefined && missing ? what : 'found').toBe('found');
          expect(told.status >= 500 && !tolerated(told.code) ? what : 'no fault').toBe('no fault');
        } else expect(what).toEqual([kind.name, operation.name, 403, 'forbidden']);
      }
  });
});

/** Parts of the appliance that this harness does not run. */
const tolerated = (code: string): boolean => !['', 'internal'].includes(code);

describe('a camera one may not see', () => {
  it('answers as one that does not exist', { timeout: 120_000 }, async () => {
    for (const kind of kinds.filter(({ narrow }) => narrow === true))
      for (const operation of closed().filter((each) => each.authorization.on !== undefined)) {
        if (!mayAtAll(kind, operation)) continue;
        const told = await ask(operation, foreign, await kind.headers());
        const unknown = await ask(operation, nowhere, await kind.headers());
        expect([kind.name, operation.name, told.status]).toEqual([kind.name, operation.name, 404]);
        expect([told.status, told.text]).toEqual([unknown.status, unknown.text]);
      }
  });

  it('is in no answer', { timeout: 60_000 }, async () => {
    const leaks: string[] = [];
    for (const kind of kinds.filter(({ narrow }) => narrow === true))
      for (const operation of closed().filter(({ method }) => method === 'GET')) {
        const { text } = await ask(operation, own, await kind.headers());
        if ([cameraB, foreign.eventId, nameOfB].some((word) => text.includes(word)))
          leaks.push(`${operation.name} for ${kind.name}`);
      }
    expect(leaks).toEqual([]);
  });

  it('is not touched by bodies and queries that name it', { timeout: 60_000 }, async () => {
    await seed();
    const before = await rowsOfB();
    const leaks: string[] = [];
    for (const operation of closed()) {
      const headers = await narrowOperator.logIn();
      const body = operation.method === 'GET' ? undefined : operation.body(foreign);
      const told = await ask(operation, own, headers, body);
      if (told.text.includes(nameOfB)) leaks.push(operation.name);
      expect([operation.name, await rowsOfB()]).toEqual([operation.name, before]);
      if (operation.method !== 'GET') continue;
      const query = `cameraId=${cameraB}&camera=${cameraB}&eventId=${foreign.eventId}`;
      const asked = { ...operation, path: (things: Things) => `${operation.path(things)}?${query}` };
      const { text, status } = await ask(asked, own, headers);
      if (status === 200 && text.includes(nameOfB)) leaks.push(`${operation.name}?${query}`);
    }
    expect(leaks).toEqual([]);
  });
});

/** All that anybody could have done to the foreign camera and its event. */
async function rowsOfB(): Promise<unknown> {
  const { rows } = await harness.database.pool.query<{ all: unknown }>(
    `select jsonb_build_array(
       (select to_jsonb(c) - 'revision' from camera_registry c where camera_id = $1),
       (select to_jsonb(e) - 'revision' from activity_events e where event_id = $2),
       (select count(*) from camera_commands where camera_id = $1),
       (select count(*) from camera_state where camera_id = $1),
       (select count(*) from event_reviews where event_id = $2),
       (select count(*) from share_links where event_id = $2),
       (select count(*) from notification_snoozes where camera_id = $1),
       (select count(*) from notification_rules where camera_id = $1),
       (select count(*) from house_preset_modes where camera_id = $1)) as all`,
    [cameraB, foreign.eventId],
  );
  return rows[0]?.all;
}
