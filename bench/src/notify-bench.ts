/**
 * From the camera's publish to the call of the Bot API, when all cameras trigger in the same second; then the memory of
 * the notifier while alerts queue up behind a Telegram that is away, and what becomes of them. The Bot API is a fake over
 * real HTTP; everything between is the product: broker, processor, PostgreSQL, notifier.
 *
 *   node scripts/run-typescript.mjs bench/src/notify-bench.ts [--cameras 100] [--queued 10000]
 *
 * Pacing on is what ships: a call a second to the chat, and what waits is merged. Pacing off shows the way itself. Beside
 * it, in the same run, the floor: as many calls to the same fake, eight at a time. Figures, never a test.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { delay } from '@apiary/base/deadline';
import { simulatedCameraId, startCamera, type Camera } from '@apiary/camera-simulator';
import { FakeBotApi, fakeBotToken } from '@apiary/test-support/fake-bot-api';
import { Platform } from '@apiary/test-support/platform';
import { waitFor } from '@apiary/test-support/wait-for';

const { values } = parseArgs({
  options: { cameras: { type: 'string', default: '100' }, queued: { type: 'string', default: '10000' } },
});
const [cameraCount, queued] = [Number(values.cameras), Number(values.queued)];
const chat = 4242;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  await floor();
  await run('off', (stage) => burst(stage, 'pacing off'));
  await run('on', async (stage) => {
    await burst(stage, 'pacing on');
    await queue(stage);
  });
}

interface Stage {
  readonly api: FakeBotApi;
  readonly platform: Platform;
  readonly pool: pg.Pool;
}

async function run(pacing: 'on' | 'off', work: (stage: Stage) => Promise<void>): Promise<void> {
  const api = await FakeBotApi.start({ chats: [{ id: chat }] });
  const platform = await Platform.open({
    TELEGRAM_ENABLED: 'true',
    TELEGRAM_BOT_TOKEN: fakeBotToken,
    TELEGRAM_CHAT_ID: String(chat),
    TELEGRAM_API_ROOT: api.apiRoot,
    TELEGRAM_THUMBNAIL_WAIT_MS: '0',
    TELEGRAM_PACING: String(pacing === 'on'),
  });
  const pool = new pg.Pool({ connectionString: platform.info.databaseUrl, max: 2 });
  pool.on('error', () => undefined);
  try {
    await work({ api, platform, pool });
  } finally {
    await pool.end();
    await platform.close();
    await api.stop();
  }
}

async function burst({ api, platform, pool }: Stage, name: string): Promise<void> {
  const cameras = await connectedCameras(platform);
  await settled(pool);
  api.calls.length = 0;
  const published = new Map<string, number>();
  const sends = cameras.map((camera) => {
    const { eventId, acknowledged } = camera.startEvent();
    published.set(eventId, Date.now());
    return acknowledged;
  });
  await Promise.all(sends);
  await waitFor(
    async () =>
      (await count(pool, 'notification_deliveries', `event_id is not null and sent_at is not null`)) >=
      cameraCount,
    'every event told',
    120_000,
  );
  const { rows } = await pool.query<{ event_id: string; message_id: string | null }>(
    'select event_id, message_id from notification_deliveries where event_id = any($1)',
    [[...published.keys()]],
  );
  const sentAt = new Map(api.messages(chat).map((message) => [String(message.messageId), message.sentAt]));
  const times = rows.flatMap(({ event_id, message_id }) => {
    const at = sentAt.get(message_id ?? '');
    const from = published.get(event_id);
    return at === undefined || from === undefined ? [] : [at - from];
  });
  print(`${name}, publish to call`, times, `${new Set(rows.map((row) => row.message_id)).size} messages`);
  await Promise.all(cameras.map((camera) => camera.stop()));
}

async function connectedCameras(platform: Platform): Promise<Camera[]> {
  const ca = await platform.caPem();
  const cameras = [...Array(cameraCount).keys()].map((n) =>
    startCamera({ cameraId: simulatedCameraId(n, 'notify bench'), configHost: platform.configHost, ca }),
  );
  await Promise.all(cameras.map((camera) => camera.untilConnected(120_000)));
  return cameras;
}

/** Telegram goes away, alerts pile up, Telegram comes back. */
async function queue({ api, platform, pool }: Stage): Promise<void> {
  await settled(pool);
  const pid = await platform.pidOf('notifier');
  const { port } = api;
  await api.stop();
  say(`\n${queued} alerts while Telegram is away: resident memory of the notifier, MB`);
  const memory = [residentMb(pid)];
  for (let step = 0; step < 10; step++) {
    await pool.query(seed, [Math.round(queued / 10), step]);
    await waitFor(async () => (await count(pool, 'outbox', 'true')) === 0, 'the outbox drained', 60_000);
    await delay(500);
    memory.push(residentMb(pid));
  }
  say(memory.map((mb) => mb.toFixed(0).padStart(5)).join(''));
  const back = await FakeBotApi.start({ port, chats: [{ id: chat }] });
  const startedAt = Date.now();
  await settled(pool);
  say(
    `told ${((Date.now() - startedAt) / 1000).toFixed(1)} s after its return in ${back.messages(chat).length} messages;` +
      ` then ${residentMb(pid).toFixed(0)} MB`,
  );
  await back.stop();
}

const seed = `with made as (
    insert into activity_events (event_id, camera_id, start_timestamp, start_received_at)
    select 'queued-' || $2::int || '-' || n, c.camera_id, now(), now()
    from generate_series(1, $1::int) n
    join lateral (select camera_id from camera_registry order by camera_id offset n % (select count(*) from camera_registry) limit 1) c on true
    returning event_id, camera_id)
  insert into outbox (topic, camera_id, event_id, payload)
  select 'event-started', camera_id, event_id, jsonb_build_object('kind', 'motion', 'startedAt', now()) from made`;

async function floor(): Promise<void> {
  const api = await FakeBotApi.start({ chats: [{ id: chat }] });
  const startedAt = Date.now();
  const times: number[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next++ < cameraCount) {
      await fetch(`${api.apiRoot}/bot${api.token}/sendMessage`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ chat_id: chat, text: 'Motion Detected' }),
      }).then((answer) => answer.text());
      times.push(Date.now() - startedAt);
    }
  };
  await Promise.all([...Array(8).keys()].map(caller));
  print('floor: bare calls, eight at a time', times, `${times.length} messages`);
  await api.stop();
}

const settled = (pool: pg.Pool): Promise<unknown> =>
  waitFor(
    async () =>
      (await count(pool, 'outbox', 'true')) +
        (await count(pool, 'notification_deliveries', `due_at is not null or state = 'sending'`)) ===
      0,
    'everything told',
    300_000,
  );

async function count(pool: pg.Pool, table: string, where: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`select count(*)::int as n from ${table} where ${where}`);
  return rows[0]?.n ?? 0;
}

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

function print(name: string, times: readonly number[], detail: string): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    String(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN).padStart(6);
  say(
    `${name.padEnd(36)} p50 ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)} ms   ${times.length} alerts, ${detail}`,
  );
}

await main();
