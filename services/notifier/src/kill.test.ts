/**
 * `kill -9` at every step between the outbox and the chat. The process is stopped at a step from outside: by a lock in
 * PostgreSQL that its next statement waits for, or by a Bot API that does not answer. At the end there is one message an
 * event; two at most where the call was under way, because Telegram knows no idempotency key.
 */
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { delay } from '@apiary/base/deadline';
import { waitFor } from '@apiary/test-support';
import { Harness } from './notifier.helpers.ts';
import { NotifierProcess } from './process.helpers.ts';

let harness: Harness;
let notifier: NotifierProcess;
let camera: string;
beforeAll(async () => {
  harness = await Harness.start();
  notifier = await NotifierProcess.make(harness.environment());
});
afterEach(async () => {
  await notifier.kill();
  await harness.reset();
});
afterAll(() => harness.close());

const calls = (method: string) => harness.api.callsOf(method).length;
const never = new Promise(() => undefined);

/** Takes a lock and keeps it until released. */
async function holding(statement: string, values: unknown[] = []): Promise<() => Promise<void>> {
  const client: pg.PoolClient = await harness.database.pool.connect();
  await client.query('begin');
  await client.query(statement, values);
  return async () => {
    await client.query('rollback');
    client.release();
  };
}

const waitsForLock = () =>
  waitFor(
    async () =>
      (
        await harness.database.pool.query(
          `select from pg_stat_activity where application_name = 'notifier' and wait_event_type = 'Lock'`,
        )
      ).rowCount !== 0,
    'the notifier waiting for the lock',
  );

async function ready(): Promise<void> {
  camera = await harness.camera();
  notifier.start();
  await waitFor(
    async () =>
      (
        await harness.database.pool.query(
          `select from pg_stat_activity where application_name = 'outbox' and query = 'listen outbox'`,
        )
      ).rowCount !== 0,
    'the notifier listening',
  );
}

async function killAndRestart(release: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  await notifier.kill();
  // A statement that waits for a lock outlives its client: here it ends with it.
  await harness.database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'notifier'`,
  );
  await release();
  harness.api.clearScript();
  notifier.start();
  await harness.settled(30_000);
}

describe('first messages', () => {
  it('killed while the outbox is being taken', async () => {
    await ready();
    const release = await holding('lock table notification_deliveries in access exclusive mode');
    await harness.start(camera);
    await waitsForLock();
    await killAndRestart(release);
    expect(harness.messages()).toHaveLength(1);
  });

  it('killed during the wait for the picture', async () => {
    camera = await harness.camera();
    notifier.start({ TELEGRAM_THUMBNAIL_WAIT_MS: '2000' });
    await harness.start(camera);
    await waitFor(async () => (await harness.deliveries())[0]?.state === 'waiting', 'the wait');
    await killAndRestart();
    expect(harness.messages()).toHaveLength(1);
  });

  it('killed before the call is written down', async () => {
    camera = await harness.camera();
    notifier.start({ TELEGRAM_THUMBNAIL_WAIT_MS: '60000' });
    await harness.start(camera);
    await waitFor(async () => (await harness.deliveries())[0]?.state === 'waiting', 'the wait');
    // The notifier sleeps until the wait is over; it is woken only once the lock is held.
    await harness.database.pool.query('update notification_deliveries set due_at = now()');
    const release = await holding('select from notification_deliveries for update');
    await harness.database.pool.query(`select pg_notify('outbox', '')`);
    await waitsForLock();
    await killAndRestart(release);
    expect(harness.messages()).toHaveLength(1);
    expect((await harness.deliveries())[0]).toMatchObject({ state: 'sent', resent: 0 });
  });

  it('killed with a call under way that never arrives: sent again, counted', async () => {
    await ready();
    harness.api.script('sendMessage', { hold: never });
    await harness.start(camera);
    await waitFor(() => calls('sendMessage') === 1, 'the call');
    await killAndRestart();
    expect(harness.messages()).toHaveLength(1);
    expect((await harness.deliveries())[0]).toMatchObject({ state: 'sent', resent: 1 });
  });

  it('killed between arrival and answer: two at most, counted', async () => {
    await ready();
    harness.api.script('sendMessage', { carriedOut: true, hold: never });
    await harness.start(camera);
    await waitFor(() => harness.messages().length === 1, 'the message');
    await killAndRestart();
    expect(harness.messages()).toHaveLength(2);
    expect((await harness.deliveries())[0]).toMatchObject({ state: 'sent', resent: 1 });
  });

  it('killed between the answer and its record: two at most, counted', async () => {
    await ready();
    let answer: (value?: unknown) => void = () => undefined;
    harness.api.script('sendMessage', {
      carriedOut: true,
      hold: new Promise((resolve) => (answer = resolve)),
    });
    await harness.start(camera);
    await waitFor(() => harness.messages().length === 1, 'the message');
    const release = await holding('select from notification_deliveries for update');
    answer();
    await waitsForLock();
    await killAndRestart(release);
    expect(harness.messages()).toHaveLength(2);
    expect((await harness.deliveries())[0]).toMatchObject({ state: 'sent', resent: 1 });
  });

  it('killed twice in the middle of the call: not sent a third time', async () => {
    await ready();
    harness.api.script('sendMessage', { carriedOut: true, hold: never }, 2);
    await harness.start(camera);
    await waitFor(() => harness.messages().length === 1, 'the message');
    await notifier.kill();
    notifier.start();
    await waitFor(() => harness.messages().length === 2, 'the message again');
    await killAndRestart();
    expect(harness.messages()).toHaveLength(2);
    expect((await harness.deliveries())[0]).toMatchObject({ state: 'failed', resent: 1 });
  });

  it('killed after the record', async () => {
    await ready();
    await harness.start(camera);
    await harness.settled();
    await killAndRestart();
    expect(harness.messages()).toHaveLength(1);
  });
});

describe('pictures that follow', () => {
  const sentWithoutPicture = async (): Promise<string> => {
    await ready();
    const eventId = await harness.start(camera);
    await harness.settled();
    return eventId;
  };
  const onePhoto = (): void => expect(harness.messages()).toMatchObject([{ kind: 'photo' }]);

  it('killed while the notice of the picture is taken', async () => {
    const eventId = await sentWithoutPicture();
    const release = await holding('select from notification_deliveries for update');
    await harness.thumbnail(camera, eventId);
    await waitsForLock();
    await killAndRestart(release);
    onePhoto();
  });

  it('killed between the edit and its answer', async () => {
    const eventId = await sentWithoutPicture();
    harness.api.script('editMessageMedia', { carriedOut: true, hold: never });
    await harness.thumbnail(camera, eventId);
    await waitFor(() => harness.messages()[0]?.kind === 'photo', 'the photo');
    await killAndRestart();
    onePhoto();
  });

  it('killed between the answer and its record', async () => {
    const eventId = await sentWithoutPicture();
    let answer: (value?: unknown) => void = () => undefined;
    harness.api.script('editMessageMedia', {
      carriedOut: true,
      hold: new Promise((resolve) => (answer = resolve)),
    });
    await harness.thumbnail(camera, eventId);
    await waitFor(() => harness.messages()[0]?.kind === 'photo', 'the photo');
    const release = await holding('select from notification_deliveries for update');
    answer();
    await waitsForLock();
    await killAndRestart(release);
    onePhoto();
  });
});

it('killed again and again at any moment of a burst: every event is told, repeats are counted', async () => {
  const events = 40;
  await ready();
  for (let i = 0; i < events; i++) {
    await harness.start(camera);
    if (i % 8 !== 7) continue;
    await delay(Math.random() * 400);
    await notifier.kill();
    notifier.start();
  }
  await harness.settled(30_000);
  const deliveries = await harness.deliveries();
  expect(deliveries.filter(({ state }) => state === 'sent' || state === 'summarised')).toHaveLength(events);
  const told = harness.messages().map(({ text }) => Number(/^(\d+) alerts?/.exec(text)?.[1] ?? 1));
  const repeats = told.reduce((sum, count) => sum + count, 0) - events;
  expect(repeats).toBeGreaterThanOrEqual(0);
  expect(repeats).toBeLessThanOrEqual(deliveries.reduce((sum, { resent }) => sum + resent, 0));
});
