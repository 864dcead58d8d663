/** The schema on a real server: migrates once, again without effect, gives each service its rights and no more. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDatabase, type TestDatabase } from '@apiary/test-support';
import { migrate } from './migrations.ts';
import { serviceRoles } from './roles.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase({ migrated: false });
});
afterAll(() => database.stop());

describe('migrate', () => {
  it('applies every step once, two migrators at the same time included', async () => {
    const passwords = Object.fromEntries(
      Object.keys(serviceRoles).map((service) => [service, 'it\'s a "password"']),
    );
    const applied = await Promise.all([
      migrate(database.owner, passwords),
      migrate(database.owner, passwords),
    ]);
    expect(applied.flat()).toEqual([
      '20261124120000_create_schema',
      '20261124180000_grant_live_view',
      '20261124190000_notifications',
      '20261124191000_people',
      '20261124192000_house_review_retention',
      '20261124193500_notification_requests',
    ]);
    const client = new pg.Client({ ...database.addressOf('dashboard'), password: 'it\'s a "password"' });
    await client.connect();
    await client.end();
  });

  it('makes partitions of status_events ahead of time', async () => {
    const { rows } = await database.pool.query<{ n: number }>(
      "select count(*)::int as n from pg_inherits where inhparent = 'status_events'::regclass",
    );
    expect(rows[0]?.n).toBeGreaterThanOrEqual(6);
  });

  it('tells listeners the keys of changed rows', async () => {
    const client = new pg.Client(database.owner);
    await client.connect();
    const heard: unknown[] = [];
    client.on('notification', (message) => heard.push(JSON.parse(message.payload ?? '')));
    await client.query('listen changes');
    await client.query(
      `insert into camera_registry (camera_id, camera_name) select lpad(n::text, 32, '0'), 'c' from generate_series(1, 300) n`,
    );
    await client.query('select 1');
    await client.end();
    const keys = heard.flatMap((change) => (change as { keys: string[] }).keys);
    expect(new Set(keys).size).toBe(300);
  });
});

describe('roles', () => {
  it.each([
    ['mqtt-processor', 'insert into users (username, password_hash) values ($$x$$, $$y$$)'],
    ['config-server', 'select * from users'],
    ['dashboard', 'delete from activity_events'],
    ['dashboard', 'delete from audit_log'],
    ['config-server', 'update audit_log set actor = $$nobody$$'],
    ['livestream', 'select password_hash from users'],
    ['livestream', 'delete from login_sessions'],
    ['livestream', 'select * from share_links'],
    ['notifier', 'select password_hash from users'],
    ['notifier', 'select * from api_tokens'],
    ['notifier', 'insert into outbox (topic, camera_id) values ($$x$$, $$y$$)'],
  ] as const)('%s may not: %s', async (service, statement) => {
    await migrate(database.owner, { [service]: 'test-only-password' });
    const client = new pg.Client(database.addressOf(service));
    await client.connect();
    await expect(client.query(statement)).rejects.toThrow(/permission denied/);
    await client.end();
  });
});
