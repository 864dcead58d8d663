/** System, storage and retention at the API: parts that are away, certificates, logs, dry runs that change nothing. */
import { createServer, type Server } from 'node:http';
import { closeServer, listen } from '@apiary/base/http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort, waitFor } from '@apiary/test-support';
import { testCertificates } from '@apiary/test-support/certificates';
import { cameraA, cameraB, startHarness, writeIn, type Harness } from './dashboard.helpers.ts';
import { openStream } from './event-stream.helpers.ts';
import type {
  Logs,
  Retention,
  RetentionDryRun,
  RetentionSettings,
  Storage,
  StorageTask,
  StorageTasks,
  System,
} from './schemas/system.ts';

let harness: Harness;
let sick: Server;
beforeAll(async () => {
  sick = createServer((_request, response) => {
    response.statusCode = 503;
    response.end(
      JSON.stringify({
        status: 'unhealthy',
        version: '9.9.9',
        uptimeSeconds: 5,
        checks: { database: 'away' },
      }),
    );
  });
  const port = await listen(sick, 0, '127.0.0.1');
  harness = await startHarness({
    certsDir: (await testCertificates()).dir,
    healthUrls: [
      { name: 'config-server', url: `http://127.0.0.1:${port}/health` },
      { name: 'notifier', url: `http://127.0.0.1:${await freePort()}/health` },
    ],
  });
});
afterAll(async () => {
  await harness.stop();
  await closeServer(sick);
});
beforeEach(async () => {
  const { pool } = harness.database;
  await pool.query('truncate camera_registry, janitor_tasks, audit_log, disk_measurements cascade');
  await pool.query(
    `update retention_settings set events_days = null, recordings_days = null, status_days = null, free_bytes = null, max_bytes = null`,
  );
  await harness.insertCamera(cameraA, { camera_name: 'Gate' });
  await harness.insertCamera(cameraB);
});
const get = async <T>(path: string): Promise<T> => (await harness.call('GET', path)).json;

describe('health', () => {
  it('says of each part what it says of itself, and which do not answer', async () => {
    const system = await get<System>('/api/system');
    const part = (name: string) => system.parts.find((found) => found.name === name);
    expect(part('config-server')).toEqual({
      name: 'config-server',
      state: 'unhealthy',
      version: '9.9.9',
      uptimeSeconds: 5,
      checks: { database: 'away' },
    });
    expect(part('notifier')).toMatchObject({ state: 'unreachable', version: null });
    expect(part('postgres')).toMatchObject({
      state: 'healthy',
      version: expect.stringMatching(/^18/) as string,
    });
    expect(part('broker')).toMatchObject({ state: 'healthy' });
    expect(system.timeZone).toBe('Europe/London');
  });

  it('tells the days certificates have left, and shows no key', async () => {
    const answer = await harness.call('GET', '/api/system');
    const { certificates } = answer.json as System;
    expect(certificates.map(({ name }) => name)).toContain('ca');
    for (const { daysLeft } of certificates) expect(daysLeft).toBeGreaterThan(0);
    expect(answer.text).not.toContain('PRIVATE');
  });
});

describe('logs', () => {
  it('give the newest lines first, by part, level and text; rotated and foreign files are no parts', async () => {
    expect(await get<Logs>('/api/system/logs')).toEqual({ parts: [], lines: [] });
    const line = (time: string, level: string, fact: string) =>
      JSON.stringify({ level, time, service: 'x', fact });
    const write = (name: string, lines: string[]) =>
      writeIn(harness.dataDir, `logs/${name}`, Buffer.from(`${lines.join('\n')}\n`));
    await write('dashboard.log', [
      line('2026-01-01T00:00:01.000Z', 'info', 'listening'),
      line('2026-01-01T00:00:03.000Z', 'warn', 'Odd'),
    ]);
    await write('postgres.log', ['2026-01-01 00:00:02.000 UTC [1] LOG:  ready']);
    await write('dashboard.log.1', ['old']);
    await write('notes.txt', ['mine']);
    const all = await get<Logs>('/api/system/logs');
    expect(all.parts).toEqual(['dashboard', 'postgres']);
    expect(all.lines.map(({ at }) => at?.slice(17, 19))).toEqual(['03', '02', '01']);
    expect((await get<Logs>('/api/system/logs?part=dashboard&level=warn')).lines).toHaveLength(1);
    expect((await get<Logs>('/api/system/logs?contains=READY')).lines).toMatchObject([{ part: 'postgres' }]);
    expect((await harness.call('GET', '/api/system/logs?part=../../etc/passwd')).status).toBe(400);
  });
});

describe('retention', () => {
  const none: RetentionSettings = {
    eventsDays: null,
    recordingsDays: null,
    statusDays: null,
    freeBytes: null,
    maxBytes: null,
  };
  const dry = async (settings: Partial<RetentionSettings>): Promise<RetentionDryRun> => {
    const answer = await harness.call('POST', '/api/retention/dry-run', { body: { ...none, ...settings } });
    expect(answer.status).toBe(200);
    return answer.json;
  };
  const old = (days: number) => ({ start_timestamp: new Date(Date.now() - days * 86_400_000) });
  const recorded = { recording_count: 1, recording_size: 1000 };

  it('says what would go, changes nothing, and leaves out what is kept', async () => {
    await harness.insertEvent('a', { ...old(40), ...recorded });
    await harness.insertEvent('kept', { ...old(40), ...recorded, kept_at: new Date() });
    await harness.insertEvent('b', { ...old(20), ...recorded, camera_id: cameraB });
    await harness.insertEvent('bare', old(20));
    const said = await dry({ eventsDays: 30, recordingsDays: 10 });
    expect(said.cameras).toEqual(
      expect.arrayContaining([
        { cameraId: cameraA, cameraName: 'Gate', events: 1, recordings: 0, bytes: 1000 },
        expect.objectContaining({ cameraId: cameraB, events: 0, recordings: 1, bytes: 1000 }),
      ]),
    );
    expect((await dry({})).cameras).toEqual([]);
    const { rows } = await harness.database.pool.query(
      'select 1 from activity_events where deleted_at is null',
    );
    expect(rows).toHaveLength(4);
  });

  it('by free space counts the oldest until there is enough, or tells what is missing', async () => {
    for (let n = 0; n < 3; n++) await harness.insertEvent(`e${n}`, { ...old(n + 1), ...recorded });
    await harness.database.pool.query(
      'insert into disk_measurements (total_bytes, free_bytes) values (100000, 5000)',
    );
    expect((await dry({ freeBytes: 6500 })).cameras).toMatchObject([{ recordings: 2, bytes: 2000 }]);
    expect(await dry({ freeBytes: 10_000 })).toMatchObject({ missingBytes: 2000 });
  });

  it('is changed with an audit line, is told, and refuses nonsense', async () => {
    const stream = await openStream(harness.url('/api/stream'), { cookie: harness.cookie });
    const answer = await harness.call('PUT', '/api/retention', { body: { ...none, eventsDays: 30 } });
    expect(answer.json).toMatchObject({ eventsDays: 30, updatedBy: 'admin' } satisfies Partial<Retention>);
    await waitFor(() => stream.events.find(({ data }) => data.entity === 'system'), 'changed');
    stream.close();
    for (const wrong of [{ eventsDays: 0 }, { maxBytes: 5 }, { statusDays: 1.5 }])
      expect((await harness.call('PUT', '/api/retention', { body: { ...none, ...wrong } })).status).toBe(400);
    const { rows } = await harness.database.pool.query(
      "select details from audit_log where action = 'retention_changed'",
    );
    expect(rows).toMatchObject([{ details: { from: { eventsDays: null }, to: { eventsDays: 30 } } }]);
  });
});

describe('storage', () => {
  it('tells use, growth and days left by the counters', async () => {
    const { pool } = harness.database;
    expect(await get<Storage>('/api/storage')).toMatchObject({ disk: null, usedBytes: 0, daysLeft: null });
    await pool.query(
      `insert into file_uploads (camera_id, category, filename, file_size, status, sha256)
       select $1, 'activity', n || '.zip', 1000, 'stored', n::text::bytea from generate_series(1, 10) n`,
      [cameraA],
    );
    await pool.query("delete from file_uploads where filename = '1.zip'");
    await pool.query('insert into disk_measurements (total_bytes, free_bytes) values (1000000, 100000)');
    const storage = await get<Storage>('/api/storage');
    expect(storage).toMatchObject({ usedBytes: 9000, addedPerDay: 10_000, daysLeft: 10 });
    expect(storage.cameras).toMatchObject([{ cameraId: cameraA, cameraName: 'Gate', bytes: 9000, files: 9 }]);
    expect(storage.days).toMatchObject([{ addedBytes: 10_000, removedBytes: 1000 }]);
  });

  it('a task asked for twice is one', async () => {
    const ask = async (): Promise<StorageTask> =>
      (await harness.call('POST', '/api/storage/tasks', { body: { kind: 'orphans-report' } })).json;
    const [first, second] = [await ask(), await ask()];
    expect(second.id).toBe(first.id);
    expect((await get<StorageTasks>('/api/storage/tasks')).tasks).toMatchObject([
      { id: first.id, finishedAt: null },
    ]);
    expect((await harness.call('POST', '/api/storage/tasks', { body: { kind: 'rm -rf' } })).status).toBe(400);
  });
});

describe('audit log', () => {
  it('is filtered by who, what, which camera and when', async () => {
    await harness.database.pool.query(
      `insert into audit_log (at, actor, action, camera_id) values ('2026-01-01', 'ann', 'login_failed', null),
         ('2026-01-02', 'bob', 'mode_requested', $1), ('2026-01-03', 'bob', 'login_succeeded', null)`,
      [cameraA],
    );
    const actions = async (query: string): Promise<string[]> =>
      (await get<{ entries: { action: string }[] }>(`/api/audit?${query}`)).entries.map(
        ({ action }) => action,
      );
    expect(await actions('actor=bob')).toEqual(['login_succeeded', 'mode_requested']);
    expect(await actions('action=login')).toEqual(['login_succeeded', 'login_failed']);
    expect(await actions(`cameraId=${cameraA}`)).toEqual(['mode_requested']);
    expect(await actions('from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z')).toEqual(['mode_requested']);
  });
});
