import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Counters } from '@apiary/base/counters';
import { silentLogger } from '@apiary/base/logger';
import { askForTest, readTest } from '@apiary/database/notification-test-repository';
import { readNotifierState } from '@apiary/database/notifier-state-repository';
import { createPool } from '@apiary/database/pool';
import { FakeBotApi, startTestDatabase, waitFor, type TestDatabase } from '@apiary/test-support';
import { TelegramChannel } from './channels/telegram/telegram.ts';
import { openDesk, type Desk } from './desk.ts';

let database: TestDatabase;
let pool: pg.Pool;
let dashboard: pg.Pool;
let api: FakeBotApi;
let desk: Desk | undefined;

beforeAll(async () => {
  database = await startTestDatabase();
  pool = createPool(database.addressOf('notifier'), silentLogger, { applicationName: 'test' });
  dashboard = createPool(database.addressOf('dashboard'), silentLogger, { applicationName: 'test' });
});
afterAll(async () => {
  await pool.end();
  await dashboard.end();
  await database.stop();
});
beforeEach(async () => {
  api = await FakeBotApi.start({ chats: [{ id: 42 }] });
});
afterEach(async () => {
  await desk?.stop();
  await api.stop();
});

function open(chatIds: readonly string[]): void {
  const telegram = { token: api.token, apiRoot: api.apiRoot, chatIds, sendClip: false };
  desk = openDesk({
    config: {
      dataDir: '/nowhere',
      timeZone: 'Europe/Berlin',
      telegram,
      telegramIncomplete: false,
      defaults: { motion: true, person: true, sound: false, online: true, offline: true },
    },
    channels: [
      new TelegramChannel({
        ...telegram,
        zone: 'Europe/Berlin',
        pageUrl: 'https://cams.home.arpa',
        pictureWaitMs: 0,
        pictureFile: () => Promise.resolve(undefined),
        clips: undefined,
        logger: silentLogger,
      }),
    ],
    db: pool,
    address: database.addressOf('notifier'),
    logger: silentLogger,
    counters: new Counters(),
  });
}

const ask = (channel: string): Promise<string> =>
  askForTest(dashboard, { channel, userId: null, askedBy: 'ann <b>' });
const results = (testId: string) =>
  waitFor(async () => (await readTest(dashboard, testId)) ?? undefined, 'the results');

it('sends test messages to every target, and tells of each what became of it', async () => {
  open(['42', '43']);
  expect(await results(await ask('telegram'))).toEqual([
    { target: '42', error: null },
    { target: '43', error: 'Telegram answered 400: Bad Request: chat not found' },
  ]);
  expect(api.messages(42)).toMatchObject([{ text: 'Test message\nAsked for by ann <b>.' }]);
});

it('takes up what was asked for while it was away, but not what is old', async () => {
  const [fresh, old] = [await ask('telegram'), await ask('telegram')];
  await database.pool.query(
    `update notification_tests set asked_at = now() - interval '1 hour' where test_id = $1`,
    [old],
  );
  open(['42']);
  expect(await results(fresh)).toEqual([{ target: '42', error: null }]);
  expect(await readTest(dashboard, old)).toBeNull();
  expect(api.messages(42)).toHaveLength(1);
});

it('says when a channel is not set up', async () => {
  open(['42']);
  expect(await results(await ask('webhook'))).toEqual([
    { target: 'webhook', error: 'this channel is not set up' },
  ]);
});

it('shows what it was set up with', async () => {
  open(['42']);
  const state = await waitFor(() => readNotifierState(dashboard), 'the state');
  expect(state).toMatchObject({
    timeZone: 'Europe/Berlin',
    defaults: { sound: false },
    channels: [
      { name: 'telegram', on: true, problem: null },
      { name: 'webhook', on: false, problem: null },
      { name: 'web-push', on: false, problem: null },
    ],
  });
});
