import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Counters } from '@apiary/base/counters';
import { silentLogger } from '@apiary/base/logger';
import { finishHouseRequest, takeHouseRequests } from '@apiary/database/house-request-repository';
import { createPool } from '@apiary/database/pool';
import {
  badGateway,
  FakeBotApi,
  startTestDatabase,
  tempDir,
  waitFor,
  type ChatMessage,
  type TestDatabase,
} from '@apiary/test-support';
import { startBot, type RunningBot } from './bot.ts';
import { alertKeyboard } from './keyboard.ts';

const chatId = -4242;
const door = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
const yard = 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF0';
const ann = { id: 7, username: 'ann' };
const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');

let database: TestDatabase;
let pool: pg.Pool;
let dashboard: pg.Pool;
let dir: Awaited<ReturnType<typeof tempDir>>;
let api: FakeBotApi;
let counters: Counters;
let bot: RunningBot;

beforeAll(async () => {
  dir = await tempDir();
  database = await startTestDatabase();
  pool = createPool(database.addressOf('notifier'), silentLogger, { applicationName: 'test' });
  dashboard = createPool(database.addressOf('dashboard'), silentLogger, { applicationName: 'test' });
  await database.pool.query(
    `insert into camera_registry (camera_id, camera_name, connection_status, status, battery_level)
     values ($1, 'Front <door>', 'connected', 'armed', 81.4), ($2, 'Front yard', 'disconnected', 'privacy', null)`,
    [door, yard],
  );
  await database.pool.query(
    `insert into users (username, password_hash, role) values ('one', 'x', 'admin'), ('two', 'x', 'viewer')`,
  );
  await database.pool.query(
    `insert into activity_events (event_id, camera_id, start_timestamp, thumbnail_path)
     values ('event-1', $1, now() - interval '3 hours', 'uploads/a.jpg')`,
    [door],
  );
  await mkdir(join(dir.path, 'uploads'));
  await writeFile(join(dir.path, 'uploads', 'a.jpg'), jpeg);
});
afterAll(async () => {
  await pool.end();
  await dashboard.end();
  await database.stop();
  await dir[Symbol.asyncDispose]();
});
beforeEach(async () => {
  api = await FakeBotApi.start({ chats: [{ id: chatId, type: 'group' }, { id: 99 }] });
  counters = new Counters();
  bot = start();
});
afterEach(async () => {
  await bot.stop();
  await api.stop();
  await database.pool.query(
    'truncate notification_snoozes, house_requests, event_reviews, notification_deliveries',
  );
});

const start = (changes: { houseWaitMs?: number } = {}): RunningBot =>
  startBot({
    token: api.token,
    apiRoot: api.apiRoot,
    chatIds: [String(chatId)],
    db: pool,
    dataDir: dir.path,
    timeZone: 'Europe/Berlin',
    logger: silentLogger,
    counters,
    retryMs: 50,
    ...changes,
  });

async function answerTo(text: string): Promise<ChatMessage> {
  const before = api.messages(chatId).length;
  api.say(chatId, text, ann);
  await waitFor(() => api.messages(chatId).length > before, `an answer to ${text}`);
  return api.messages(chatId).at(-1) as ChatMessage;
}

async function audit(action: string): Promise<Record<string, unknown>[]> {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    'select actor, camera_id, event_id from audit_log where action = $1 order by audit_id',
    [action],
  );
  return rows;
}

describe('commands', () => {
  it('/status shows every camera, escaped, with mode, battery, last event and what is quiet', async () => {
    await database.pool.query(
      `insert into notification_snoozes (camera_id, until_at, set_by) values ($1, now() + interval '1 hour', 'x')`,
      [door],
    );
    const { text } = await answerTo('/status');
    expect(text).toMatch(
      /^2 cameras, 1 away\n🟢 Front <door> · armed · 🔋 81 % · last event .+ · 🔕 until .+/,
    );
    expect(text).toContain('\n🔴 Front yard · privacy');
  });

  it('/photo sends the last picture with its age, and says so in the audit log', async () => {
    const message = await answerTo('/photo front <d');
    expect(message).toMatchObject({ kind: 'photo', media: { bytes: jpeg } });
    expect(message.text).toMatch(/^Front <door>\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(3 hours ago\)$/);
    expect(await audit('picture_sent')).toEqual([
      { actor: 'telegram @ann (7)', camera_id: door, event_id: 'event-1' },
    ]);
  });

  it('/photo asks back when the name fits several or none, and says when there is no picture', async () => {
    expect((await answerTo('/photo Front')).text).toContain('/photo Front yard');
    expect((await answerTo('/photo garage')).text).toMatch(/^No single camera is called “garage”/);
    expect((await answerTo('/photo')).text).toMatch(/^Which camera\?/);
    expect((await answerTo('/photo yard')).text).toBe('There is no picture of Front yard yet.');
  });

  it('/arm asks the dashboard and tells what became of it', async () => {
    api.say(chatId, '/arm', ann);
    const [request] = await waitFor(async () => {
      const taken = await takeHouseRequests(dashboard, 30);
      return taken.length > 0 && taken;
    }, 'the request');
    expect(request).toMatchObject({ wish: 'arm', askedBy: 'telegram @ann (7)' });
    await finishHouseRequest(dashboard, request?.requestId ?? '', { told: 1, later: 1, failed: ['A & B'] });
    const [message] = await waitFor(() => {
      const messages = api.messages(chatId);
      return messages.length > 0 && messages;
    }, 'the answer');
    expect(message?.text).toBe(
      '🛡 Armed: 1 camera.\n1 camera away: told on return.\n⚠️ Not told: A & B. Try again.',
    );
    expect(await audit('arm_requested')).toMatchObject([{ actor: 'telegram @ann (7)' }]);
  });

  it('/disarm with the dashboard away changes nothing, not even later', async () => {
    await bot.stop();
    bot = start({ houseWaitMs: 100 });
    expect((await answerTo('/disarm')).text).toContain('nothing was changed');
    expect(await takeHouseRequests(dashboard, 3600)).toEqual([]);
  });

  it('an order that waited while the house was offline is not carried out', async () => {
    await bot.stop();
    api.say(chatId, '/disarm', ann, { secondsAgo: 600 });
    bot = start();
    await waitFor(() => api.messages(chatId).length === 1, 'the answer');
    expect(api.messages(chatId)[0]?.text).toContain('was not done');
    expect((await database.pool.query('select from house_requests')).rowCount).toBe(0);
  });

  it('strangers get silence, and are counted', async () => {
    api.say(99, '/status');
    api.say(99, '/arm');
    await waitFor(() => counters.get('botStrangers') === 2, 'both');
    expect((await answerTo('/help')).text).toContain('/photo <camera>');
    expect(api.messages(99)).toEqual([]);
    expect((await database.pool.query('select from house_requests')).rowCount).toBe(0);
  });
});

describe('buttons', () => {
  async function alertMessage(): Promise<ChatMessage> {
    const alert = { kind: 'motion', cameraId: door, eventId: 'event-1' } as const;
    await fetch(`${api.apiRoot}/bot${api.token}/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        chat_id: chatId,
        text: 'x',
        reply_markup: alertKeyboard(alert, 'https://192.168.1.10:8443'),
      }),
    });
    return api.messages(chatId).at(-1) as ChatMessage;
  }
  const answered = (id: string): Promise<unknown> =>
    waitFor(
      () =>
        api.callsOf('answerCallbackQuery').find(({ params }) => params['callback_query_id'] === id)?.params[
          'text'
        ],
      'the answer',
    );

  it('snooze holds for 30 minutes and never shortens a longer one', async () => {
    const message = await alertMessage();
    const data = message.keyboard.flat().find(({ text }) => text.includes('Snooze'))?.callback_data ?? '';
    expect(await answered(api.press(message, data, ann))).toMatch(
      /^No alerts of Front <door> until \d\d:\d\d/,
    );
    const until = async (): Promise<number> => {
      const { rows } = await database.pool.query<{ minutes: number }>(
        `select extract(epoch from until_at - now()) / 60 as minutes from notification_snoozes where camera_id = $1`,
        [door],
      );
      return Number(rows[0]?.minutes);
    };
    expect(Math.round(await until())).toBe(30);
    await database.pool.query(`update notification_snoozes set until_at = now() + interval '5 hours'`);
    await answered(api.press(message, data, ann));
    expect(Math.round(await until())).toBe(300);
    expect(await audit('alerts_snoozed')).toHaveLength(2);
  });

  it('reviewed marks the event of the message for every account, once', async () => {
    const message = await alertMessage();
    expect(await answered(api.press(message, 'reviewed', ann))).toMatch(/^Not found/);
    await database.pool.query(
      `insert into notification_deliveries
         (channel, target, alert_key, kind, camera_id, event_id, happened_at, known_at, state, message_id)
       values ('telegram', $1, 'event:event-1', 'motion', $2, 'event-1', now(), now(), 'sent', $3)`,
      [String(chatId), door, String(message.messageId)],
    );
    expect(await answered(api.press(message, 'reviewed', ann))).toBe('Marked as reviewed.');
    await answered(api.press(message, 'reviewed', ann));
    expect((await database.pool.query('select from event_reviews')).rowCount).toBe(2);
    expect((await audit('event_reviewed'))[0]).toEqual({
      actor: 'telegram @ann (7)',
      camera_id: door,
      event_id: 'event-1',
    });
  });

  it('a button nobody knows is answered, one pressed elsewhere is not', async () => {
    const message = await alertMessage();
    expect(await answered(api.press(message, 'launch', ann))).toBe('This button is no longer understood.');
    api.press({ ...message, chatId: 99 }, 'reviewed', ann);
    await waitFor(() => counters.get('botStrangers') === 1, 'the stranger');
    expect(api.callsOf('answerCallbackQuery')).toHaveLength(1);
  });
});

describe('when Telegram is not well', () => {
  it('polls on after gateway errors, resets and another poller', async () => {
    await waitFor(() => api.polling, 'the first poll');
    api.script('getUpdates', badGateway);
    api.script('getUpdates', { reset: true });
    await fetch(`${api.apiRoot}/bot${api.token}/getUpdates`);
    expect((await answerTo('/help')).text).toContain('/status');
  });

  it('starts when it comes up, and stops while it is down', async () => {
    const { port } = api;
    await api.stop();
    api = await FakeBotApi.start({ port, chats: [{ id: chatId, type: 'group' }] });
    expect((await answerTo('/help')).text).toContain('/status');
    await api.stop();
    await bot.stop();
    api = await FakeBotApi.start({ port });
  });
});

describe('alertKeyboard', () => {
  const alert = { kind: 'person', cameraId: door, eventId: 'a/b c' } as const;
  const texts = (keyboard: ReturnType<typeof alertKeyboard>) =>
    keyboard?.inline_keyboard.flat().map((button) => ('url' in button ? button.url : button.text));

  it('links to addresses and names Telegram accepts, and leaves links out where it would refuse them', () => {
    expect(texts(alertKeyboard(alert, 'https://cams.home.arpa'))).toEqual([
      `https://cams.home.arpa/live?camera=${door}`,
      'https://cams.home.arpa/events/a%2Fb%20c',
      '🔕 Snooze 30 min',
      '✔️ Reviewed',
    ]);
    expect(texts(alertKeyboard(alert, 'https://localhost:8443'))).toEqual([
      '🔕 Snooze 30 min',
      '✔️ Reviewed',
    ]);
  });

  it('has nothing for a camera that went', () => {
    expect(alertKeyboard({ ...alert, kind: 'offline' }, 'https://cams.home.arpa')).toBeUndefined();
  });
});
