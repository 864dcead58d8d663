import { randomBytes, createECDH } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askHouse, readHouseOutcome } from '@apiary/database/house-request-repository';
import { finishTest, takeTests } from '@apiary/database/notification-test-repository';
import { writeNotifierState } from '@apiary/database/notifier-state-repository';
import { waitFor } from '@apiary/test-support';
import { makeUser, type TestUser } from './callers.helpers.ts';
import { cameraA, cameraB, startHarness, type Harness } from './dashboard.helpers.ts';
import { openStream } from './event-stream.helpers.ts';
import type { DeliveryList, Notifications } from './api-types.ts';

let harness: Harness;
let viewer: TestUser;
beforeAll(async () => {
  harness = await startHarness();
  await harness.insertCamera(cameraA, { connection_status: 'connected', camera_name: 'Front door' });
  await harness.insertCamera(cameraB, { camera_name: 'Yard' });
  viewer = await makeUser(harness, 'vera', 'viewer', [cameraA]);
});
afterAll(() => harness.stop());
beforeEach(() =>
  harness.database.pool.query(
    'truncate notification_rules, notification_snoozes, notification_deliveries, web_push_subscriptions',
  ),
);

const read = async (): Promise<Notifications> => (await harness.call('GET', '/api/notifications')).json;
async function auditOf(action: string): Promise<Record<string, unknown>[]> {
  const { rows } = await harness.database.pool.query<Record<string, unknown>>(
    'select actor, camera_id, details from audit_log where action = $1 order by audit_id desc',
    [action],
  );
  return rows;
}

describe('rules', () => {
  it('are kept a level each, replaced whole, and taken away again', async () => {
    const house = { kinds: { sound: true }, cooldownSeconds: 60 };
    await harness.call('PUT', '/api/notifications/rules/house', { body: house });
    const quiet = { quietHours: [{ weekdays: [1, 2], from: '22:00', to: '07:00' }] };
    const path = `/api/notifications/rules/cameras/${cameraA}`;
    expect((await harness.call('PUT', path, { body: quiet })).status).toBe(200);
    expect(await read()).toMatchObject({ house, cameras: { [cameraA]: quiet } });
    expect(await auditOf('notification_rule_changed')).toMatchObject([
      { actor: 'admin', camera_id: cameraA, details: { rule: quiet } },
      { camera_id: null },
    ]);
    expect((await harness.call('DELETE', path)).json).toMatchObject({ cameras: {} });
  });

  it.each([
    ['an unknown kind', { kinds: { rain: true } }],
    ['a time that is none', { quietHours: [{ weekdays: [1], from: '24:00', to: '07:00' }] }],
    ['no day', { quietHours: [{ weekdays: [], from: '22:00', to: '07:00' }] }],
    ['a day of cooldown too much', { cooldownSeconds: 86_401 }],
  ])('are refused with %s', async (_what, body) => {
    const answer = await harness.call('PUT', '/api/notifications/rules/house', { body });
    expect(answer.status).toBe(400);
    expect((await read()).house).toEqual({});
  });

  it('show what the notifier was set up with', async () => {
    await writeNotifierState(harness.database.pool, {
      channels: [{ name: 'telegram', on: false, problem: 'TELEGRAM_CHAT_ID is empty' }],
      defaults: { motion: false, person: true, sound: true, online: true, offline: true },
      timeZone: 'Europe/Berlin',
    });
    expect(await read()).toMatchObject({
      timeZone: 'Europe/Berlin',
      defaults: { motion: false, sound: true },
      channels: [{ name: 'telegram', on: false, problem: 'TELEGRAM_CHAT_ID is empty' }],
    });
  });

  it('are told to other browsers', async () => {
    const stream = await openStream(harness.url('/api/stream'), { cookie: harness.cookie });
    await harness.call('PUT', '/api/notifications/snooze', { body: { minutes: 5 } });
    await waitFor(
      () =>
        stream.events.some(
          ({ name, data }) => name === 'changed' && JSON.stringify(data).includes('notifications'),
        ),
      'changed',
    );
    stream.close();
  });
});

describe('snoozes', () => {
  it('begin and end, for the house and for a camera', async () => {
    await harness.call('PUT', '/api/notifications/snooze', { body: { minutes: 60 } });
    await harness.call('PUT', `/api/notifications/snooze/${cameraB}`, { body: { minutes: 30 } });
    const { snoozes } = await read();
    expect(snoozes).toMatchObject([
      { cameraId: null, setBy: 'admin' },
      { cameraId: cameraB, setBy: 'admin' },
    ]);
    const minutes = snoozes.map(({ until }) => Math.round((Date.parse(until) - Date.now()) / 60_000));
    expect(minutes).toEqual([60, 30]);
    await harness.call('DELETE', '/api/notifications/snooze');
    expect((await harness.call('DELETE', `/api/notifications/snooze/${cameraB}`)).json).toMatchObject({
      snoozes: [],
    });
    expect(await auditOf('snooze_ended')).toHaveLength(2);
  });
});

describe('a dry run', () => {
  it('counts what rules would have sent, and sends nothing', async () => {
    const at = (minute: number): Date => new Date(Date.UTC(2026, 5, 1, 12, minute));
    for (const [index, minute] of [0, 1, 20].entries())
      await harness.insertEvent(`dry-${index}`, {
        start_timestamp: at(minute),
        start_received_at: at(minute),
        kind: 'motion',
      });
    const body = {
      house: { kinds: { motion: true }, cooldownSeconds: 600 },
      from: at(0).toISOString(),
      to: at(59).toISOString(),
    };
    const answer = await harness.call('POST', '/api/notifications/dry-run', { body });
    expect(answer.json).toMatchObject({
      facts: 3,
      messages: 2,
      suppressed: { cooldown: 1 },
      byKind: { motion: 2 },
      byCamera: { [cameraA]: 2 },
    });
    const silent = { ...body, cameras: { [cameraA.toLowerCase()]: { kinds: { motion: false } } } };
    const silenced = await harness.call('POST', '/api/notifications/dry-run', { body: silent });
    expect(silenced.json).toMatchObject({ messages: 0, suppressed: { 'switched-off': 3 } });
    const never = { ...body, to: body.from };
    expect((await harness.call('POST', '/api/notifications/dry-run', { body: never })).status).toBe(400);
  });
});

describe('a test message', () => {
  it('is asked of the notifier, and tells what became of it', async () => {
    const asked = await harness.call('POST', '/api/notifications/tests', { body: { channel: 'telegram' } });
    expect(asked.status).toBe(202);
    const { testId } = asked.json as { testId: string };
    const result = async () => (await harness.call('GET', `/api/notifications/tests/${testId}`)).json;
    expect(await result()).toEqual({ done: false, results: [] });
    expect(await takeTests(harness.database.pool, 30)).toMatchObject([
      { testId, channel: 'telegram', userId: null, askedBy: 'admin' },
    ]);
    await finishTest(harness.database.pool, testId, [{ target: '-42', error: 'chat not found' }]);
    expect(await result()).toEqual({ done: true, results: [{ target: '-42', error: 'chat not found' }] });
    expect(await takeTests(harness.database.pool, 30)).toEqual([]);
  });
});

describe('deliveries', () => {
  it('are listed newest first, filtered, page by page', async () => {
    await harness.database.pool.query(
      `insert into notification_deliveries
         (channel, target, alert_key, kind, camera_id, happened_at, known_at, state, last_error)
       select 'telegram', '-42', 'outbox:' || n, 'motion', $1, now(), now(),
         case when n % 2 = 0 then 'sent' else 'failed' end, case when n % 2 = 1 then 'gone' end
       from generate_series(1, 5) n`,
      [cameraA],
    );
    const page = async (query: string): Promise<DeliveryList> =>
      (await harness.call('GET', `/api/notifications/deliveries?${query}`)).json;
    const first = await page('limit=3');
    const second = await page(`limit=3&cursor=${first.nextCursor ?? ''}`);
    const ids = [...first.deliveries, ...second.deliveries].map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
    expect([ids.length, second.nextCursor]).toEqual([5, null]);
    expect((await page('state=failed')).deliveries).toMatchObject([
      { cameraName: 'Front door', lastError: 'gone' },
      {},
      {},
    ]);
    expect((await page(`cameraId=${cameraB}`)).deliveries).toEqual([]);
  });
});

describe('web push', () => {
  const subscription = (endpoint: string) => {
    const pair = createECDH('prime256v1');
    pair.generateKeys();
    return {
      endpoint,
      keys: { p256dh: pair.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') },
      language: 'de-DE',
    };
  };
  const path = '/api/notifications/web-push';

  it('browsers of one’s own: subscribe, again, see, end; nobody else’s', async () => {
    const headers = await viewer.logIn();
    const body = subscription('https://push.example.net/a');
    const as = { body, headers: { ...headers, 'user-agent': 'Phone' }, cookie: null };
    const first = await harness.call('POST', `${path}/subscriptions`, as);
    expect(first.status).toBe(201);
    expect((await harness.call('POST', `${path}/subscriptions`, as)).json).toEqual(first.json);
    const listed = await harness.call('GET', path, { headers, cookie: null });
    expect(listed.json).toMatchObject({
      publicKey: 'test-only-vapid-public-key',
      subscriptions: [{ userAgent: 'Phone', language: 'de-DE', lastSuccessAt: null }],
    });
    expect(listed.text).not.toContain('push.example.net');
    const { id } = first.json as { id: string };
    expect((await harness.call('GET', path)).json).toMatchObject({ subscriptions: [] });
    expect((await harness.call('DELETE', `${path}/subscriptions/${id}`)).status).toBe(404);
    const ended = await harness.call('DELETE', `${path}/subscriptions/${id}`, { headers, cookie: null });
    expect(ended.status).toBe(204);
  });

  it('a test to them is everybody’s to ask for, and to see', async () => {
    const as = { headers: await viewer.logIn(), cookie: null };
    const { testId } = (await harness.call('POST', `${path}/tests`, as)).json as { testId: string };
    expect(await takeTests(harness.database.pool, 30)).toMatchObject([
      { testId, channel: 'web-push', userId: viewer.userId, askedBy: 'vera' },
    ]);
    expect((await harness.call('GET', `${path}/tests/${testId}`, as)).json).toEqual({
      done: false,
      results: [],
    });
    expect((await harness.call('GET', `${path}/tests/${testId}`)).status).toBe(404);
  });

  it.each([
    ['a host of the house', 'https://192.168.1.1/'],
    ['no TLS', 'http://push.example.net/a'],
  ])('refuses %s', async (_what, endpoint) => {
    const answer = await harness.call('POST', `${path}/subscriptions`, { body: subscription(endpoint) });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('unknown_push_service')]);
  });

  it('refuses keys that are none', async () => {
    const body = { ...subscription('https://push.example.net/a'), keys: { p256dh: 'AA', auth: 'AA' } };
    expect((await harness.call('POST', `${path}/subscriptions`, { body })).status).toBe(400);
  });
});

describe('what is asked for in a chat', () => {
  it('sets the house, under the name of who asked', async () => {
    const notifier = harness.database.pool;
    const id = await askHouse(notifier, 'arm', 'telegram @ann (7)');
    const outcome = await waitFor(() => readHouseOutcome(notifier, id), 'the outcome');
    expect(outcome).toEqual({ told: 1, later: 1, failed: [] });
    expect((await harness.call('GET', '/api/house')).json).toMatchObject({
      state: { presetId: 'away', setBy: 'telegram @ann (7)' },
    });
    expect(harness.broker.messages.at(-1)).toMatchObject({ body: { mode: 'ARMED' } });
    expect((await auditOf('house_set'))[0]).toMatchObject({ actor: 'telegram @ann (7)' });
  });

  it('says when it could not be done', async () => {
    await harness.database.pool.query(`delete from house_presets where preset_id = 'home'`);
    const id = await askHouse(harness.database.pool, 'disarm', 'telegram @ann (7)');
    const outcome = await waitFor(() => readHouseOutcome(harness.database.pool, id), 'the outcome');
    expect(outcome).toMatchObject({ told: 0, error: 'The preset does not exist.' });
  });
});
