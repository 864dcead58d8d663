/**
 * Time of every list of the dashboard's API with 1,000,000 events of 100 cameras, through HTTP and login, one request
 * at a time; beside it, measured in the same run, `GET /api/auth/me`: the same way through with next to nothing to read.
 * Aim: p95 of every list ≤ 10 ms. CPU (dashboard + PostgreSQL, from /proc) tells what a list costs on a busy machine,
 * where the clock tells little. `--events 1000000 --requests 400`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Command } from 'commander';
import { freePort, startTestDatabase, tempDir, waitFor, type TestDatabase } from '@apiary/test-support';

const cameraCount = 100;
const aimMs = 10;
const adminPassword = 'bench-only-password-1';

const cameraId = (n: number): string => n.toString(16).toUpperCase().padStart(32, '0');

/** Events of a year, set-based; a third without end, every tenth a sound, one camera silent for months. */
async function seed(database: TestDatabase, events: number): Promise<void> {
  const client = await database.pool.connect();
  try {
    // Nobody listens: a million NOTIFY keys would only measure themselves.
    await client.query('set session_replication_role = replica');
    await client.query(
      `insert into camera_registry (camera_id, camera_name, status, connection_status, last_seen)
       select upper(lpad(to_hex(n), 32, '0')), 'Camera ' || n, 'armed', 'connected', now() from generate_series(1, $1::int) n`,
      [cameraCount],
    );
    await client.query(
      `insert into activity_events (event_id, camera_id, camera_name, activity_type, kind, start_timestamp, start_source,
         end_timestamp, duration_seconds, confidence, recording_count, recording_seconds, recording_size, thumbnail_path, upload_status)
       select gen_random_uuid()::text, c.camera_id, c.camera_name,
         case when n % 10 = 0 then 'AUDIO_ALL' when n % 3 = 0 then 'MOTION_SMART' else 'MOTION_ALL' end,
         case when n % 10 = 0 then 'sound' when n % 3 = 0 then 'person' else 'motion' end,
         start, 'camera', case when n % 3 > 0 then start + interval '25 s' end, case when n % 3 > 0 then 25 end,
         random(), 1, 21, 3000000, 'uploads/' || n || '.jpg', 'completed'
       from (select n, now() - (n * interval '31.5 s') as start, (n * 7919) % case when n < $1 / 2 then $2 - 1 else $2 end as pick from generate_series(1, $1::bigint) n) e
       join (select camera_id, camera_name, row_number() over (order by camera_id) - 1 as pick from camera_registry) c using (pick)`,
      [events, cameraCount],
    );
    await client.query(
      `insert into audit_log (at, actor, action) select now() - n * interval '1 minute', 'admin', 'recording_viewed' from generate_series(1, 200000) n`,
    );
    await client.query(
      `insert into unclaimed_cameras (camera_id, last_seen) select upper(lpad(md5(n::text), 32, '0')), now() - n * interval '1 s' from generate_series(1, 5000) n`,
    );
    await client.query('set session_replication_role = origin');
    await client.query("select setval('change_revision', (select max(revision) from activity_events))");
    await client.query('vacuum analyze');
  } finally {
    client.release();
  }
}

/** CPU milliseconds so far of a process and its children, those that ended included. Linux counts in 10 ms. */
function cpuMsOf(pids: readonly number[]): number {
  let ticks = 0;
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      // After the name in brackets: state, parent, …; 11 to 14 are user, system and both of reaped children.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
        .map(Number);
      if (pids.includes(Number(name)) || pids.includes(fields[1] ?? 0))
        for (const field of [11, 12, 13, 14]) ticks += fields[field] ?? 0;
    } catch {
      // Ended while we looked.
    }
  }
  return ticks * 10;
}

async function postmasterPid(database: TestDatabase): Promise<number> {
  const { rows } = await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  return Number(
    readFileSync(`/proc/${rows[0]?.pid ?? 0}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[1],
  );
}

async function main(): Promise<void> {
  const options = new Command()
    .option('--events <n>', 'rows to seed', Number, 1_000_000)
    .option('--requests <n>', 'requests a list', Number, 400)
    .parse()
    .opts<{ events: number; requests: number }>();
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs', 'dashboard'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the dashboard could not be built');
  const dir = await tempDir();
  const database = await startTestDatabase();
  const port = await freePort();
  const address = database.addressOf('dashboard');
  const secrets = {
    'database-password': address.password,
    'broker-password': 'bench-only-broker-password',
    'session-secret': 'bench-only-session-secret-0123456789',
    'admin-password': adminPassword,
  };
  await mkdir(join(dir.path, 'secrets', 'dashboard'), { recursive: true });
  for (const [name, value] of Object.entries(secrets))
    await writeFile(join(dir.path, 'secrets', 'dashboard', name), value);
  const startMs = performance.now();
  await seed(database, options.events);
  console.log(`seeded ${options.events} events in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  const child = spawn(process.execPath, ['services/dashboard/dist/main.js'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      LISTEN_PORT: String(port),
      DATABASE_PORT: String(address.port),
      DATABASE_NAME: address.database,
      BROKER_PORT: String(await freePort()),
      DATA_DIR: join(dir.path, 'data'),
      SECRETS_DIR: join(dir.path, 'secrets'),
    },
  });
  try {
    const pids = [child.pid ?? 0, await postmasterPid(database)];
    await measure(`http://127.0.0.1:${port}`, options.requests, options.events, pids);
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    await database.stop();
    await dir[Symbol.asyncDispose]();
  }
}

async function measure(
  url: string,
  requests: number,
  events: number,
  pids: readonly number[],
): Promise<void> {
  const login = await waitFor(
    async () =>
      fetch(`${url}/api/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'admin', password: adminPassword }),
      }),
    'the dashboard to listen',
    30_000,
  );
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(url + path, { headers: { cookie } });
    const body: unknown = await response.json();
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
    return body;
  };
  const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
  const camera = (n: number): string => cameraId(1 + (n % (cameraCount - 1)));
  const page = (await get('/api/events?limit=1')) as { events: { id: string }[] };
  const middle = (await get(`/api/events?limit=200&to=${ago(180)}`)) as { nextCursor: string };
  const lists: readonly (readonly [string, (n: number) => string])[] = [
    ['floor: /api/auth/me', () => '/api/auth/me'],
    ['cameras', () => '/api/cameras'],
    ['events', () => '/api/events'],
    ['events, 200 rows', () => '/api/events?limit=200'],
    ['events from the middle, by cursor', () => `/api/events?cursor=${middle.nextCursor}`],
    ['events of a camera', (n) => `/api/events?cameraId=${camera(n)}`],
    ['events of a silent camera', () => `/api/events?cameraId=${cameraId(cameraCount)}&from=${ago(1)}`],
    ['events of a kind', () => '/api/events?type=sound'],
    ['events of a camera and kind', (n) => `/api/events?cameraId=${camera(n)}&type=sound`],
    [
      'events of a day, half a year ago',
      (n) => `/api/events?from=${ago(180 + (n % 90))}&to=${ago(179 + (n % 90))}`,
    ],
    [
      'events of a camera, kind and month',
      (n) => `/api/events?cameraId=${camera(n)}&type=person&from=${ago(120)}&to=${ago(90)}`,
    ],
    ['one event', () => `/api/events/${page.events[0]?.id ?? ''}`],
    ['bootstrap', () => '/api/bootstrap'],
    ['unclaimed', () => '/api/unclaimed'],
    ['audit log', () => '/api/audit'],
  ];
  console.log(`${requests} requests each, one at a time, ${events} events; milliseconds\n`);
  console.log(
    `${'list'.padEnd(38)}${['p50', 'p95', 'p99', 'max', 'CPU'].map((name) => name.padStart(9)).join('')}`,
  );
  let worst = 0;
  for (const [name, path] of lists) {
    for (let n = 0; n < 20; n++) await get(path(n));
    const times: number[] = [];
    const cpuBefore = cpuMsOf(pids);
    for (let n = 0; n < requests; n++) {
      const startMs = performance.now();
      await get(path(n));
      times.push(performance.now() - startMs);
    }
    const cpuMs = (cpuMsOf(pids) - cpuBefore) / requests;
    times.sort((a, b) => a - b);
    const at = (share: number): number =>
      times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
    if (!name.startsWith('floor')) worst = Math.max(worst, at(0.95));
    console.log(
      name.padEnd(38) +
        [at(0.5), at(0.95), at(0.99), at(1), cpuMs].map((ms) => ms.toFixed(2).padStart(9)).join(''),
    );
  }
  console.log(`\nworst p95 ${worst.toFixed(2)} ms; aim ${aimMs} ms`);
}

await main();
