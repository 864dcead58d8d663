/**
 * The janitor beside real uploads: what races it, what it must never take, what a crash in the middle leaves, two of it;
 * then age, size, free space, removed cameras and orphans both ways.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '@apiary/base/logger';
import { Counters } from '@apiary/base/counters';
import { dryRun, readRetention, usedBytes } from '@apiary/database/retention-queries';
import { requestTask, listTasks, type TaskKind } from '@apiary/database/storage-queries';
import { startTestDatabase, waitFor, type TestDatabase } from '@apiary/test-support';
import {
  cameraA,
  cameraB,
  recordingZip,
  startTestServer,
  thumbnailZip,
  upload,
  type TestServer,
} from '../test-server.helpers.ts';
import { eventLine } from '../uploads/event-line.ts';
import { startJanitor } from './janitor.ts';
import type { OrphansResult } from './orphans.ts';

let database: TestDatabase;
let server: TestServer;
let freeBytes = 1e12;
const measure = () => Promise.resolve({ totalBytes: 2e12, freeBytes });
beforeAll(async () => {
  database = await startTestDatabase();
  server = await startTestServer(database, {}, { janitor: { measure, firstAfterMs: 3_600_000 } });
});
afterAll(async () => {
  await server.stop();
  await database.stop();
});
beforeEach(async () => {
  freeBytes = 1e12;
  await database.clear();
  await database.pool.query('truncate deleted_events, janitor_tasks');
  await limits({});
  for (const name of await readdir(join(server.dataDir, 'uploads')))
    if (!name.startsWith('.')) await rm(join(server.dataDir, 'uploads', name), { recursive: true });
});

const limits = (columns: Record<string, number | null>) =>
  database.pool.query(
    `update retention_settings set (events_days, recordings_days, status_days, free_bytes, max_bytes) = ($1, $2, $3, $4, $5)`,
    ['events_days', 'recordings_days', 'status_days', 'free_bytes', 'max_bytes'].map(
      (name) => columns[name] ?? null,
    ),
  );
const round = () => server.server.janitor.round();
const rows = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await database.pool.query<Record<string, unknown>>(text, values)).rows;
const event = async (id: string) =>
  (await rows('select * from activity_events where event_id = $1', [id]))[0];
const folderOf = (id: string, cameraId = cameraA): string => join(server.dataDir, 'uploads', cameraId, id);
const hide = (id: string) =>
  database.pool.query(
    "update activity_events set deleted_at = now(), deleted_by = 'test' where event_id = $1",
    [id],
  );

/** An event with a recording and a picture that began so many days ago. */
async function eventOf(days: number, cameraId = cameraA, seed = 1): Promise<string> {
  const eventId = randomUUID();
  expect(
    (await upload(server, { cameraId, eventId, category: 'activity', body: recordingZip(2, seed) })).status,
  ).toBe(200);
  await upload(server, {
    cameraId,
    eventId,
    category: 'thumbnail',
    fileName: `${eventId}-1-1.zip`,
    body: thumbnailZip(),
  });
  await database.pool.query(
    'update activity_events set start_timestamp = now() - make_interval(days => $2) where event_id = $1',
    [eventId, days],
  );
  return eventId;
}
const storage = async () =>
  (
    await rows(
      'select camera_id, sum(added_bytes - removed_bytes)::int as bytes, sum(added_files - removed_files)::int as files from storage_days group by 1',
    )
  )[0];

describe('races', () => {
  it('an upload of an event that is being purged is answered 200 and goes with it', async () => {
    const id = await eventOf(0);
    await hide(id);
    const uploads = Array.from({ length: 8 }, (_, n) =>
      upload(server, {
        eventId: id,
        category: 'activity',
        fileName: `${id}-${n + 2}-0.zip`,
        body: recordingZip(2, n + 50),
      }),
    );
    const purged = round();
    for (const answer of await Promise.all(uploads)) expect(answer.status).toBe(200);
    await purged;
    // What came after the purge made a row again, hidden from its first moment.
    expect(await rows('select 1 from activity_events where deleted_at is null')).toEqual([]);
    await round();
    expect(await event(id)).toBeUndefined();
    expect(existsSync(folderOf(id))).toBe(false);
    expect(await rows('select 1 from file_uploads')).toEqual([]);
    expect(await storage()).toMatchObject({ bytes: 0, files: 0 });
  });

  it('recordings taken while the same bytes are sent again: row and files agree', async () => {
    await limits({ recordings_days: 10 });
    const id = await eventOf(20);
    const again = () => upload(server, { eventId: id, category: 'activity', body: recordingZip() });
    await Promise.all([round(), again(), again(), round()]);
    const recordings = await rows('select path from event_recordings where event_id = $1', [id]);
    expect((await event(id))?.recording_count).toBe(recordings.length);
    for (const { path } of recordings) expect(existsSync(join(server.dataDir, String(path)))).toBe(true);
    await round();
    expect((await event(id))?.recording_count).toBe(0);
    expect(existsSync(join(folderOf(id), '1-0'))).toBe(false);
  });

  it('kept at the last moment: nothing of it goes', async () => {
    await limits({ events_days: 10 });
    const id = await eventOf(20);
    await database.pool.query(
      'update activity_events set kept_at = now(), kept_by = $2 where event_id = $1',
      [id, 'me'],
    );
    await round();
    expect(await event(id)).toMatchObject({ deleted_at: null, recording_count: 1 });
    expect(existsSync(join(folderOf(id), '1-0'))).toBe(true);
  });

  it('of two janitors one works, and the other one later', async () => {
    const address = database.addressOf('config-server');
    const pool = new pg.Pool({ ...address, max: 2 });
    const other = startJanitor({
      pool,
      address,
      dataDir: server.dataDir,
      inEvent: eventLine(),
      logger: silentLogger,
      counters: new Counters(),
      measure,
      firstAfterMs: 3_600_000,
    });
    const ids = [];
    for (let n = 0; n < 5; n++) ids.push(await eventOf(0, cameraA, n + 1));
    for (const id of ids) await hide(id);
    const results = await Promise.all([round(), other.round()]);
    expect(results.filter(Boolean).length).toBeGreaterThanOrEqual(1);
    expect(await rows('select 1 from activity_events')).toEqual([]);
    expect(await other.round()).toBe(true);
    await other.stop();
    await pool.end();
  });

  it('a person who deletes wakes it', async () => {
    const id = await eventOf(0);
    await hide(id);
    await database.pool.query("select pg_notify('janitor', '')");
    await waitFor(async () => (await event(id)) === undefined, 'the event purged');
    await waitFor(() => !existsSync(folderOf(id)), 'its folder gone');
  });
});

describe('after a crash', () => {
  it('recordings moved aside whose rows are still there go back; the rest of the trash goes', async () => {
    const id = await eventOf(0);
    const trash = join(server.dataDir, 'uploads', '.trash');
    await mkdir(join(trash, 'uploads%2Fnothing'), { recursive: true });
    const stored = `uploads/${cameraA}/${id}/1-0`;
    await rename(join(server.dataDir, stored), join(trash, encodeURIComponent(stored)));
    const address = database.addressOf('config-server');
    const pool = new pg.Pool({ ...address, max: 2 });
    const next = startJanitor({
      pool,
      address,
      dataDir: server.dataDir,
      inEvent: eventLine(),
      logger: silentLogger,
      counters: new Counters(),
      measure,
      firstAfterMs: 3_600_000,
    });
    expect(await next.round()).toBe(true);
    await next.stop();
    await pool.end();
    expect(existsSync(join(server.dataDir, stored, '1080p', '0.ts'))).toBe(true);
    expect(await readdir(trash)).toEqual([]);
  });
});

describe('limits', () => {
  const going = async () => {
    const run = await dryRun(database.pool, await readRetention(database.pool), new Date(), { freeBytes });
    return { cameras: run.cameras, missing: run.missingBytes };
  };

  it('by age: the dry run says what then goes, files and counters with it', async () => {
    const [old, middle, young] = [await eventOf(40), await eventOf(20, cameraB), await eventOf(1)];
    await limits({ events_days: 30, recordings_days: 10 });
    const said = await going();
    expect(said.cameras).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ cameraId: cameraA, events: 1, recordings: 0 }),
        expect.objectContaining({ cameraId: cameraB, events: 0, recordings: 1 }),
      ]),
    );
    await round();
    expect(await event(old)).toBeUndefined();
    expect(await event(middle)).toMatchObject({ recording_count: 0, deleted_at: null });
    expect((await event(middle))?.recordings_removed_at).not.toBeNull();
    expect(existsSync(folderOf(old))).toBe(false);
    expect(await readdir(folderOf(middle, cameraB))).toHaveLength(1);
    expect(await event(young)).toMatchObject({ recording_count: 1 });
    expect((await going()).cameras).toEqual([]);
    const sizes = await rows('select coalesce(sum(file_size), 0)::int as bytes from file_uploads');
    expect(await usedBytes(database.pool)).toBe(sizes[0]?.bytes);
    expect(await rows("select action from audit_log where action = 'retention_carried_out'")).toHaveLength(1);
  });

  it('by size and by free space: the oldest recordings, as many as needed, kept ones never', async () => {
    const ids = [];
    for (let n = 0; n < 4; n++) ids.push(await eventOf(10 - n, cameraA, n + 1));
    await database.pool.query('update activity_events set kept_at = now() where event_id = $1', [ids[0]]);
    const used = await usedBytes(database.pool);
    await limits({ max_bytes: 1_000_000 });
    await database.pool.query(
      'alter table retention_settings drop constraint if exists retention_settings_max_bytes_check',
    );
    await limits({ max_bytes: used - 100 });
    expect((await going()).cameras).toMatchObject([{ recordings: 1 }]);
    await round();
    expect((await Promise.all(ids.map(event))).map((row) => row?.recording_count)).toEqual([1, 0, 1, 1]);
    await limits({ free_bytes: 2e12 });
    expect((await going()).missing).toBeGreaterThan(1e11);
    await round();
    expect((await Promise.all(ids.map(event))).map((row) => row?.recording_count)).toEqual([1, 0, 0, 0]);
  });

  it('of status history: whole months, and what lies outside of them', async () => {
    await upload(server, { category: 'activity', body: recordingZip() });
    await database.pool.query(
      `insert into status_events (camera_id, event_type, timestamp, digest)
       values ($1, 'heartbeat', '2020-01-01', 'a'), ($1, 'heartbeat', now(), 'b')`,
      [cameraA],
    );
    await limits({ status_days: 365 });
    await round();
    expect(await rows('select 1 from status_events')).toHaveLength(1);
  });

  it('nothing set: nothing goes', async () => {
    const id = await eventOf(3000);
    await round();
    expect(await event(id)).toMatchObject({ recording_count: 1, deleted_at: null });
  });
});

describe('a removed camera', () => {
  it('goes with all its events, kept ones too, and its folder', async () => {
    const id = await eventOf(0);
    await eventOf(0, cameraB);
    await database.pool.query('update activity_events set kept_at = now() where event_id = $1', [id]);
    await database.pool.query(
      'update camera_registry set removed_at = now(), removes_events = true where camera_id = $1',
      [cameraA],
    );
    await round();
    expect(await rows('select camera_id from camera_registry')).toEqual([{ camera_id: cameraB }]);
    expect(existsSync(join(server.dataDir, 'uploads', cameraA))).toBe(false);
    expect(existsSync(join(server.dataDir, 'uploads', cameraB))).toBe(true);
  });
});

describe('orphans', () => {
  const task = async (kind: TaskKind): Promise<OrphansResult> => {
    await requestTask(database.pool, kind, 'me');
    await round();
    const done = (await listTasks(database.pool)).find((row) => row.kind === kind);
    expect(done?.error).toBeNull();
    return done?.result as unknown as OrphansResult;
  };
  const hourAgo = new Date(Date.now() - 2 * 3_600_000);

  it('both ways are told first, and taken away only when asked', async () => {
    const [whole, lost] = [await eventOf(0), await eventOf(0, cameraA, 7)];
    const stray = join(folderOf(whole), '9-9');
    await mkdir(join(stray, '1080p'), { recursive: true });
    await writeFile(join(stray, '1080p', '0.ts'), 'x'.repeat(100));
    await utimes(stray, hourAgo, hourAgo);
    // An upload under way right now.
    await mkdir(join(folderOf(whole), '8-8'));
    await rm(join(folderOf(lost), '1-0'), { recursive: true });
    const report = await task('orphans-report');
    expect(report.filesWithoutRows).toMatchObject({
      count: 1,
      bytes: 100,
      examples: [`uploads/${cameraA}/${whole}/9-9`],
    });
    expect(report.rowsWithoutFiles).toMatchObject({ count: 1, examples: [`uploads/${cameraA}/${lost}/1-0`] });
    expect(existsSync(stray)).toBe(true);
    expect((await task('orphans-clean')).cleaned).toBe(true);
    expect(existsSync(stray)).toBe(false);
    expect(existsSync(join(folderOf(whole), '8-8'))).toBe(true);
    expect(await event(lost)).toMatchObject({ recording_count: 0 });
    expect(await event(whole)).toMatchObject({ recording_count: 1 });
    const after = await task('orphans-report');
    expect([after.filesWithoutRows.count, after.rowsWithoutFiles.count]).toEqual([0, 0]);
  });
});
