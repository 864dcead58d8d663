/** What the broker acknowledged to a camera is never lost: kills and restarts of every part, under load. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { delay } from '@apiary/base/deadline';
import { freePort } from '@apiary/test-support/free-port';
import { waitFor } from '@apiary/test-support/wait-for';
import { hasMosquitto, startHarness, untilWorking, type Camera, type Harness } from './harness.helpers.ts';

let harness: Harness;
let bundleDir: string;
const suite = describe.skipIf(!hasMosquitto);
if (!hasMosquitto) console.warn('skipped: mosquitto is not installed (apt-get install mosquitto)');
const here = fileURLToPath(new URL('.', import.meta.url));
const children: ChildProcess[] = [];

beforeAll(async () => {
  if (!hasMosquitto) return;
  harness = await startHarness();
  // Inside the service's folder, so that npm packages are found.
  await mkdir(join(here, '..', 'dist'), { recursive: true });
  bundleDir = await mkdtemp(join(here, '..', 'dist', 'test-'));
  await build({
    entryPoints: [join(here, 'main.ts')],
    outfile: join(bundleDir, 'main.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    plugins: [
      {
        name: 'npm-packages-external',
        setup: (context) => {
          context.onResolve({ filter: /^[^./]/ }, (args) =>
            args.path.startsWith('@apiary/') || args.kind === 'entry-point'
              ? undefined
              : { path: args.path, external: true },
          );
        },
      },
    ],
  });
});
afterAll(async () => {
  if (!hasMosquitto) return;
  await rm(bundleDir, { recursive: true, force: true });
  await harness.close();
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child, 'SIGKILL');
  if (hasMosquitto) await harness.reset();
});

interface Child {
  readonly process: ChildProcess;
  readonly healthPort: number;
}

async function spawnProcessor(): Promise<Child> {
  const healthPort = await freePort();
  const child = spawn(process.execPath, [join(bundleDir, 'main.mjs')], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], ...harness.environment, LISTEN_PORT: String(healthPort) },
  });
  children.push(child);
  return { process: child, healthPort };
}
async function working({ healthPort }: Child): Promise<void> {
  await waitFor(
    async () => {
      const answer = await fetch(`http://127.0.0.1:${healthPort}/health`);
      const body = (await answer.json()) as { status: string; counters: Record<string, number> };
      return body.status === 'healthy' && body.counters['subscribed'] === 1;
    },
    'working processor',
    20_000,
  );
}
async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exited;
}

/** Cameras that publish pairs until told to stop; `acknowledged` are those whose start and stop both got a PUBACK. */
async function startLoad(cameraCount: number) {
  const cameras: Camera[] = [];
  for (let number = 1; number <= cameraCount; number += 1) cameras.push(await harness.camera(number));
  const acknowledged = new Set<string>();
  // No event of one test can pass for one of another.
  const prefix = randomUUID();
  let running = true;
  const loops = cameras.map(async (camera, index) => {
    for (let count = 0; running; count += 1) {
      const eventId = `${prefix}-${index}-${count}`;
      const timestamp = Math.floor(Date.now() / 1000);
      try {
        await camera.start(eventId, { timestamp });
        await camera.stop(eventId, { timestamp: timestamp + 3 });
        acknowledged.add(eventId);
      } catch {
        // The broker is away: not acknowledged, so not promised.
        await delay(50);
      }
      await delay(5);
    }
  });
  return {
    acknowledged,
    reached: (count: number) => waitFor(() => acknowledged.size >= count, `${count} pairs`, 30_000),
    finish: async () => {
      running = false;
      await Promise.all(loops);
    },
  };
}

async function noneLost(acknowledged: ReadonlySet<string>): Promise<void> {
  const missing = async () => {
    const rows = await harness.rows<{ event_id: string }>(
      'select event_id from activity_events where start_received_at is not null and duration_seconds = 3',
    );
    const stored = new Set(rows.map(({ event_id }) => event_id));
    return [...acknowledged].filter((eventId) => !stored.has(eventId));
  };
  await waitFor(async () => (await missing()).length === 0, 'all acknowledged events stored', 30_000).catch(
    () => undefined,
  );
  const lost = await missing();
  // What is known of the first few tells a lost message from a stuck processor.
  const known = await harness.rows(
    'select event_id, start_source, start_received_at, stop_received_at, duration_seconds from activity_events where event_id = any($1::text[]) limit 3',
    [lost],
  );
  expect({ lost: lost.length, first: lost.slice(0, 3), known, of: acknowledged.size }).toEqual({
    lost: 0,
    first: [],
    known: [],
    of: acknowledged.size,
  });
  const announced = await harness.rows<{ count: number; different: number }>(
    "select count(*)::int as count, count(distinct event_id)::int as different from outbox where topic = 'event-started'",
  );
  expect(announced[0]?.count).toBe(announced[0]?.different);
  expect(announced[0]?.different).toBeGreaterThanOrEqual(acknowledged.size);
}

suite('kill -9 and restarts under load', () => {
  it('of the processor, three times', async () => {
    let child = await spawnProcessor();
    await working(child);
    const load = await startLoad(10);
    for (let round = 1; round <= 3; round += 1) {
      await load.reached(load.acknowledged.size + 100);
      await kill(child.process, 'SIGKILL');
      await load.reached(load.acknowledged.size + 50);
      child = await spawnProcessor();
      await working(child);
    }
    await load.finish();
    await noneLost(load.acknowledged);
  }, 120_000);

  it('of PostgreSQL: nothing is acknowledged meanwhile, the processor lives on', async () => {
    const child = await spawnProcessor();
    await working(child);
    const load = await startLoad(10);
    for (let round = 1; round <= 2; round += 1) {
      await load.reached(load.acknowledged.size + 100);
      await harness.database.restart();
    }
    await load.reached(load.acknowledged.size + 100);
    await load.finish();
    await noneLost(load.acknowledged);
    expect(child.process.exitCode).toBeNull();
  }, 120_000);

  it('of the broker: the processor reconnects and subscribes', async () => {
    const child = await spawnProcessor();
    await working(child);
    const load = await startLoad(10);
    await load.reached(100);
    await harness.mosquitto.stop();
    await delay(300);
    await harness.mosquitto.start();
    await load.reached(load.acknowledged.size + 100);
    await load.finish();
    await noneLost(load.acknowledged);
    expect(child.process.exitCode).toBeNull();
  }, 120_000);

  it('SIGTERM ends it cleanly, and what came meanwhile is there after the next start', async () => {
    const child = await spawnProcessor();
    await working(child);
    const load = await startLoad(5);
    await load.reached(50);
    await kill(child.process, 'SIGTERM');
    expect(child.process.exitCode).toBe(0);
    await load.reached(load.acknowledged.size + 50);
    await load.finish();
    await working(await spawnProcessor());
    await noneLost(load.acknowledged);
  }, 120_000);
});

suite('two processors', () => {
  it('one works, the other stands by and takes over from a killed one', async () => {
    const first = await spawnProcessor();
    await working(first);
    const second = await harness.startProcessor();
    expect((await harness.health(second)).status).toBe('healthy');
    expect(second.leading).toBe(false);
    const load = await startLoad(5);
    await load.reached(50);
    await kill(first.process, 'SIGKILL');
    await untilWorking(harness, second);
    await load.reached(load.acknowledged.size + 50);
    await load.finish();
    await noneLost(load.acknowledged);
  }, 120_000);

  it('one that loses its lock stops working and lets the other in', async () => {
    const first = await harness.startProcessor();
    await untilWorking(harness, first);
    const second = await harness.startProcessor();
    const holder = async () =>
      (
        await harness.rows<{ pid: number }>(
          "select pid from pg_locks where locktype = 'advisory' and granted",
        )
      )[0]?.pid;
    const before = await holder();
    await harness.database.pool.query('select pg_terminate_backend($1)', [before]);
    await waitFor(async () => {
      const now = await holder();
      return now !== undefined && now !== before;
    }, 'new holder');
    await waitFor(() => first.leading !== second.leading, 'one leader');
    await untilWorking(harness, first.leading ? first : second);
    const camera = await harness.camera(1);
    await camera.start('after');
    await waitFor(
      async () => (await harness.rows("select 1 from activity_events where event_id = 'after'")).length > 0,
      'event',
    );
    expect(first.leading).not.toBe(second.leading);
  });
});
