/**
 * Events from broker to committed rows: 100 cameras publish start+stop pairs as fast as the broker takes them. Beside it,
 * in the same run: a bare subscriber on the same broker, and batched inserts into the same PostgreSQL.
 *
 *   node scripts/run-typescript.mjs bench/src/ingest-bench.ts [--cameras 100] [--pairs 5000] [--broker-port N] [--runs 3]
 *
 * Without --broker-port Debian's mosquitto is started. Figures, never a test: nothing fails here but a lost event.
 */
import { spawn, fork, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { delay } from '@apiary/base/deadline';
import { cameraTopics } from '@apiary/contract';
import { migrate, ownerRole, serviceRoles } from '@apiary/database';
import { initialiseCluster, startServer } from '@apiary/postgres-server';
import { freePort } from '@apiary/test-support/free-port';
import { tempDir } from '@apiary/test-support/temp-dir';
import { waitFor } from '@apiary/test-support/wait-for';
import { cpuSeconds } from './process-cpu.ts';
import { connectRawCamera, type RawCamera } from './raw-mqtt-camera.ts';

const { values } = parseArgs({
  options: {
    cameras: { type: 'string', default: '100' },
    pairs: { type: 'string', default: '5000' },
    runs: { type: 'string', default: '3' },
    'broker-port': { type: 'string' },
  },
});
const [cameraCount, pairCount, runs] = [values.cameras, values.pairs, values.runs].map(Number) as [
  number,
  number,
  number,
];
const password = 'bench-only-password';
const timeoutMs = 180_000;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const cleanups: (() => Promise<void> | void)[] = [];

interface Figures {
  readonly seconds: number;
  readonly cpu: Record<string, number>;
}

async function main(): Promise<void> {
  const folder = await tempDir();
  cleanups.push(() => folder[Symbol.asyncDispose]());
  spawnSync(process.execPath, ['scripts/build.mjs', 'mqtt-processor'], { stdio: 'inherit' });
  const broker = await startBroker(folder.path);
  const database = await startDatabase(folder.path);
  const processor = await startProcessor(folder.path, broker.port, database.port);
  const cameras = await Promise.all(
    Array.from({ length: cameraCount }, async (_, index) => ({
      id: index.toString(16).toUpperCase().padStart(32, '0'),
      client: await connectRawCamera(broker.port, index.toString(16).toUpperCase().padStart(32, '0')),
    })),
  );
  cleanups.push(() => cameras.forEach(({ client }) => client.close()));
  const pids = { processor: processor.pid ?? 0, postgres: database.pid, broker: broker.pid };

  say(
    `${pairCount} pairs (start + stop) from ${cameraCount} cameras, ${runs} runs; load client in this process`,
  );
  say('');
  await ingest(cameras, database.pool, pids, Math.min(pairCount, 1000));
  const results = { ingest: [] as Figures[], bare: [] as Figures[], inserts: [] as Figures[] };
  for (let run = 1; run <= runs; run += 1) {
    results.ingest.push(await ingest(cameras, database.pool, pids, pairCount));
    // Its durable session must not collect what the bare subscriber is measured with.
    processor.kill('SIGSTOP');
    results.bare.push(await bareSubscriber(cameras, broker, pids));
    processor.kill('SIGCONT');
    await drained(database.pool);
    results.inserts.push(
      await inserts(
        database.pool,
        pids,
        cameras.map(({ id }) => id),
      ),
    );
  }

  const best = (name: keyof typeof results): Figures =>
    results[name].reduce((a, b) => (b.seconds < a.seconds ? b : a));
  for (const [name, label] of [
    ['bare', 'floor: bare subscriber, same broker'],
    ['inserts', 'floor: batched inserts, same PostgreSQL'],
    ['ingest', 'processor, until committed'],
  ] as const) {
    const all = results[name].map(({ seconds }) => Math.round(pairCount / seconds));
    say(
      `${label.padEnd(42)} ${String(Math.round(pairCount / best(name).seconds)).padStart(7)} pairs/s best of ${all.join(', ')}`,
    );
    const { cpu } = best(name);
    for (const [what, seconds] of Object.entries(cpu))
      if (seconds > 0)
        say(
          `    CPU ${what.padEnd(12)} ${seconds.toFixed(2)} s, ${((seconds / (2 * pairCount)) * 1000).toFixed(3)} s per 1,000 events`,
        );
  }
  const ratio = best('bare').seconds / best('ingest').seconds;
  say('');
  say(`processor / bare subscriber: ${ratio.toFixed(2)} (aim: at least 0.5, or 1,500 pairs/s)`);
  const health = (await (await fetch(`http://127.0.0.1:${processor.healthPort}/health`)).json()) as {
    counters: Record<string, number>;
  };
  say(
    `batches: ${health.counters['batch.count']}, mean ${health.counters['batch.mean']}, largest ${health.counters['batch.largest']}`,
  );
  say('lost: 0');
}

interface NamedCamera {
  readonly id: string;
  readonly client: RawCamera;
}

function messagesOf(cameras: readonly NamedCamera[], pairs: number, withIds: (id: string) => void) {
  return cameras.map(({ id }, index) => {
    const own = Math.floor(pairs / cameras.length) + (index < pairs % cameras.length ? 1 : 0);
    const messages: { topic: string; payload: string }[] = [];
    for (let made = 0; made < own; made += 1) {
      const eventId = randomUUID();
      withIds(eventId);
      const timestamp = Math.floor(Date.now() / 1000);
      messages.push(
        {
          topic: cameraTopics.activityStart(id),
          payload: JSON.stringify({ eventId, activityType: 'MOTION_SMART', timestamp, confidence: 0.9 }),
        },
        {
          topic: cameraTopics.activityStop(id),
          payload: JSON.stringify({ eventId, timestamp: timestamp + 10 }),
        },
      );
    }
    return messages;
  });
}

async function measured(pids: Record<string, number>, work: () => Promise<void>): Promise<Figures> {
  const before = Object.entries(pids).map(([name, pid]) => [name, cpuSeconds(pid)] as const);
  const own = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const used = process.cpuUsage(own);
  const cpu: Record<string, number> = {};
  for (const [name, was] of before) cpu[name] = cpuSeconds(pids[name] ?? 0) - was;
  cpu['load client'] = (used.user + used.system) / 1e6;
  return { seconds, cpu };
}

async function publishAll(
  cameras: readonly NamedCamera[],
  messages: readonly { topic: string; payload: string }[][],
): Promise<void> {
  await Promise.all(cameras.map(({ client }, index) => client.publish(messages[index] ?? [])));
}

async function ingest(
  cameras: readonly NamedCamera[],
  pool: pg.Pool,
  pids: Record<string, number>,
  pairs: number,
): Promise<Figures> {
  const ids: string[] = [];
  const messages = messagesOf(cameras, pairs, (id) => ids.push(id));
  const before = await finished(pool);
  const figures = await measured(pids, async () => {
    const publishing = publishAll(cameras, messages);
    await waitFor(
      async () => {
        await delay(10);
        return (await finished(pool)) - before >= pairs;
      },
      'all events committed',
      timeoutMs,
    );
    await publishing;
  });
  const { rows } = await pool.query<{ complete: number; announced: number }>(
    `select count(*) filter (where start_received_at is not null and duration_seconds = 10)::int as complete,
       (select count(*)::int from outbox where event_id = any($1::text[])) as announced
     from activity_events where event_id = any($1::text[])`,
    [ids],
  );
  if (rows[0]?.complete !== pairs || rows[0].announced !== pairs)
    throw new Error(`lost: of ${pairs} pairs ${rows[0]?.complete} complete, ${rows[0]?.announced} announced`);
  return figures;
}

/** Statistics of the table would lag; a count of the stopped rows is exact and takes a millisecond. */
async function finished(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    'select count(*)::int as count from activity_events where stop_received_at is not null',
  );
  return rows[0]?.count ?? 0;
}

/** The processor has caught up with what it missed. */
async function drained(pool: pg.Pool): Promise<void> {
  let last = -1;
  for (;;) {
    const now = await finished(pool);
    if (now === last) return;
    last = now;
    await delay(700);
  }
}

async function bareSubscriber(
  cameras: readonly NamedCamera[],
  broker: { port: number },
  pids: Record<string, number>,
): Promise<Figures> {
  const messages = messagesOf(cameras, pairCount, () => undefined);
  const child = await bundledChild('bare-subscriber', [String(broker.port), String(2 * pairCount)]);
  const heard = (what: string): Promise<void> =>
    new Promise((done) => child.on('message', (message) => (message === what ? done() : undefined)));
  try {
    await heard('ready');
    const done = heard('done');
    return await measured({ subscriber: child.pid ?? 0, broker: pids['broker'] ?? 0 }, async () => {
      await publishAll(cameras, messages);
      await done;
    });
  } finally {
    child.kill('SIGKILL');
    await forget(broker.port, 'bare-subscriber');
  }
}

/** Ends a durable session, so that the broker does not queue for it. */
async function forget(port: number, clientId: string): Promise<void> {
  const client = await connectRawCamera(port, clientId);
  client.close();
}

async function inserts(
  pool: pg.Pool,
  pids: Record<string, number>,
  cameraIds: readonly string[],
): Promise<Figures> {
  const batch = 500;
  const rows = Array.from({ length: pairCount }, (_, index) => [
    `floor-${randomUUID()}`,
    cameraIds[index % cameraIds.length],
  ]);
  return measured({ postgres: pids['postgres'] ?? 0 }, async () => {
    for (let from = 0; from < rows.length; from += batch) {
      const part = rows.slice(from, from + batch);
      await pool.query(
        `insert into activity_events (event_id, camera_id, activity_type, kind, start_timestamp, end_timestamp, duration_seconds)
         select id, camera, 'MOTION_SMART', 'person', now(), now(), 10 from unnest($1::text[], $2::text[]) as g(id, camera)`,
        [part.map(([id]) => id), part.map(([, camera]) => camera)],
      );
    }
  });
}

async function startBroker(dir: string): Promise<{ port: number; pid: number }> {
  if (values['broker-port'] !== undefined) return { port: Number(values['broker-port']), pid: 0 };
  const path = '/usr/sbin/mosquitto';
  if (!existsSync(path))
    throw new Error('mosquitto is not installed: apt-get install mosquitto, or give --broker-port');
  const port = await freePort();
  const config = join(dir, 'mosquitto.conf');
  await writeFile(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nuser root\nmax_inflight_messages 500\nmax_queued_messages 0\n`,
  );
  const child = spawn(path, ['-c', config], { stdio: 'ignore' });
  cleanups.push(() => void child.kill('SIGTERM'));
  await waitFor(async () => {
    const camera = await connectRawCamera(port, 'probe');
    camera.close();
    return true;
  }, 'mosquitto');
  return { port, pid: child.pid ?? 0 };
}

async function startDatabase(dir: string): Promise<{ port: number; pid: number; pool: pg.Pool }> {
  const dataDir = join(dir, 'postgres');
  const port = await freePort();
  await initialiseCluster({ dataDir, owner: ownerRole, password });
  const configFile = resolve('postgres/postgresql.conf');
  const server = await startServer({
    dataDir,
    port,
    owner: ownerRole,
    password,
    ...(existsSync(configFile) ? { configFile } : {}),
  });
  cleanups.push(() => server.stop());
  const owner = { host: '127.0.0.1', port, database: 'postgres', user: ownerRole, password };
  await migrate(owner, Object.fromEntries(Object.keys(serviceRoles).map((name) => [name, password])));
  const pool = new pg.Pool({ ...owner, max: 4 });
  pool.on('error', () => undefined);
  cleanups.push(() => pool.end());
  const pid = Number((await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  return { port, pid, pool };
}

async function startProcessor(
  dir: string,
  brokerPort: number,
  databasePort: number,
): Promise<ChildProcess & { healthPort: number }> {
  const secrets = join(dir, 'secrets', 'mqtt-processor');
  await mkdir(secrets, { recursive: true });
  await writeFile(join(secrets, 'database-password'), password);
  await writeFile(join(secrets, 'broker-password'), password);
  await writeFile(join(secrets, 'broker-api-key'), 'key:secret');
  const healthPort = await freePort();
  const child = spawn(process.execPath, ['services/mqtt-processor/dist/main.js'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      LISTEN_PORT: String(healthPort),
      DATABASE_PORT: String(databasePort),
      DATABASE_NAME: 'postgres',
      BROKER_PORT: String(brokerPort),
      BROKER_API_URL: 'http://127.0.0.1:9',
      DATA_DIR: join(dir, 'data'),
      SECRETS_DIR: join(dir, 'secrets'),
    },
  });
  cleanups.push(() => void child.kill('SIGTERM'));
  await waitFor(
    async () => {
      const health = (await (await fetch(`http://127.0.0.1:${healthPort}/health`)).json()) as {
        status: string;
        counters: Record<string, number>;
      };
      return health.status === 'healthy' && health.counters['subscribed'] === 1;
    },
    'processor',
    30_000,
  );
  return Object.assign(child, { healthPort });
}

async function bundledChild(name: string, args: string[]): Promise<ChildProcess> {
  const { build } = await import('esbuild');
  const outfile = `bench/dist/${name}.js`;
  await build({
    entryPoints: [`bench/src/${name}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  return fork(outfile, args);
}

try {
  await main();
} finally {
  for (const cleanup of cleanups.reverse()) await cleanup();
}
process.exit();
