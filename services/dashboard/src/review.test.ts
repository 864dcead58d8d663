/** Review at the REST surface: what is hidden, kept and counted, per user and per camera; races; plans without a scan. */
import { fromBuffer } from 'yauzl';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { statementOf } from '@apiary/database/event-list';
import { waitFor } from '@apiary/test-support';
import { cameraA, cameraB, startHarness, type Harness } from './dashboard.helpers.ts';
import { openStream } from './event-stream.helpers.ts';
import type { BulkResult, EventCounts, ReviewList, ReviewSummary } from './schemas/review.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  await harness.database.pool.query('truncate camera_registry, deleted_events cascade');
  await harness.insertCamera(cameraA);
  await harness.insertCamera(cameraB);
});

const list = async (query = ''): Promise<ReviewList> =>
  (await harness.call('GET', `/api/review/events${query}`)).json;
const ids = async (query = ''): Promise<string[]> => (await list(query)).events.map(({ id }) => id);
const mark = async (name: string, eventIds: string[]): Promise<BulkResult['results']> => {
  const answer = await harness.call('POST', `/api/review/${name}`, { body: { eventIds } });
  expect(answer.status).toBe(200);
  return (answer.json as BulkResult).results;
};
const at = (text: string): { start_timestamp: Date } => ({ start_timestamp: new Date(text) });

describe('deleting', () => {
  it('hides from lists, the event itself, media, counts and open screens at once', async () => {
    await harness.insertEvent('gone', { thumbnail_path: 'uploads/x.jpg' });
    await harness.insertEvent('stays');
    const stream = await openStream(harness.url('/api/stream'), { cookie: harness.cookie });
    const results = await mark('delete', ['gone', 'unknown']);
    expect(results).toEqual([
      { eventId: 'gone', outcome: 'done' },
      { eventId: 'unknown', outcome: 'not_found' },
    ]);
    await waitFor(
      () => stream.events.find(({ name, data }) => name === 'removed' && data.id === 'gone'),
      'removed',
    );
    stream.close();
    expect(await ids()).toEqual(['stays']);
    for (const path of ['/api/events/gone', '/api/media/thumbnail/gone', '/api/media/download/gone'])
      expect((await harness.call('GET', path)).status).toBe(404);
    const summary: ReviewSummary = (await harness.call('GET', '/api/review/summary')).json;
    expect(summary.cameras).toMatchObject([{ cameraId: cameraA, motion: 1 }]);
    expect(await mark('delete', ['gone'])).toEqual([{ eventId: 'gone', outcome: 'not_found' }]);
    const { rows } = await harness.database.pool.query(
      "select event_id from audit_log where action = 'event_deleted'",
    );
    expect(rows).toEqual([{ event_id: 'gone' }]);
  });

  it('is told to a screen that was away', async () => {
    await harness.insertEvent('gone');
    const { revision } = (await harness.call('GET', '/api/bootstrap')).json as { revision: number };
    await mark('delete', ['gone']);
    const stream = await openStream(harness.url(`/api/stream?after=${revision}`), { cookie: harness.cookie });
    await waitFor(
      () => stream.events.find(({ name, data }) => name === 'removed' && data.id === 'gone'),
      'removed',
    );
    stream.close();
  });

  it('spares what is kept, and two at once agree', async () => {
    await harness.insertEvent('kept');
    expect(await mark('keep', ['kept'])).toEqual([{ eventId: 'kept', outcome: 'done' }]);
    expect(await mark('keep', ['kept'])).toEqual([{ eventId: 'kept', outcome: 'unchanged' }]);
    expect(await mark('delete', ['kept'])).toEqual([{ eventId: 'kept', outcome: 'kept' }]);
    expect(await ids('?kept=true')).toEqual(['kept']);
    await mark('unkeep', ['kept']);
    const outcomes = (await Promise.all([mark('delete', ['kept']), mark('delete', ['kept'])])).flat();
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['done', 'not_found']);
  });

  it('is final: a late upload or message does not bring the event back', async () => {
    const { pool } = harness.database;
    await harness.insertEvent('gone');
    await mark('delete', ['gone']);
    await pool.query("delete from activity_events where event_id = 'gone'");
    await pool.query("insert into deleted_events (event_id, camera_id) values ('gone', $1)", [cameraA]);
    await harness.insertEvent('gone');
    expect(await ids()).toEqual([]);
    expect((await harness.call('GET', '/api/events/gone')).status).toBe(404);
  });
});

describe('lists', () => {
  it('filter by cameras, kinds, range, and give every event once over pages', async () => {
    for (let n = 0; n < 30; n++)
      await harness.insertEvent(`e${String(n).padStart(2, '0')}`, {
        camera_id: n % 2 === 0 ? cameraA : cameraB,
        kind: ['motion', 'person', 'sound'][n % 3],
        // Several at the same moment: the id decides.
        ...at(`2026-03-01T10:00:${String(Math.floor(n / 4)).padStart(2, '0')}Z`),
      });
    const all: string[] = [];
    let cursor = '';
    do {
      const page = await list(
        `?limit=7&camera=${cameraA}&camera=${cameraB}&kind=motion&kind=person${cursor}`,
      );
      all.push(...page.events.map(({ id }) => id));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(all).toHaveLength(20);
    expect(all).toEqual([...all].sort().reverse());
    expect(await ids(`?camera=${cameraB}&kind=sound`)).toEqual(['e29', 'e23', 'e17', 'e11', 'e05']);
    expect(await ids('?from=2026-03-01T10:00:07Z&to=2026-03-01T10:00:08Z')).toEqual(['e29', 'e28']);
  });

  it('by time of day follow the clocks of the zone, over midnight too', async () => {
    // London: winter time until 2026-03-29 01:00 UTC, then one hour ahead.
    await harness.insertEvent('winter', at('2026-03-28T06:30:00Z'));
    await harness.insertEvent('summer', at('2026-03-30T05:30:00Z'));
    await harness.insertEvent('late', at('2026-03-30T22:30:00Z'));
    expect(await ids('?timeFrom=06:00&timeTo=07:00')).toEqual(['summer', 'winter']);
    expect(await ids('?timeFrom=23:00&timeTo=06:00')).toEqual(['late']);
    expect(await ids('?timeFrom=06:00&timeTo=07:00&zone=UTC')).toEqual(['winter']);
    expect((await harness.call('GET', '/api/review/events?zone=Mars/Base')).status).toBe(400);
    expect((await harness.call('GET', '/api/review/events?timeFrom=06:00')).status).toBe(400);
  });

  it('by reviewed look back over years, a bounded piece at a time', async () => {
    await harness.insertEvent('old', at('2019-01-01T00:00:00Z'));
    await harness.insertEvent('new', at('2026-11-01T00:00:00Z'));
    const between = Array.from({ length: 9 }, (_, n) => `between${n}`);
    for (const [n, id] of between.entries())
      await harness.insertEvent(id, { start_timestamp: new Date(Date.UTC(2026, 9 - 2 * n, 1)) });
    await mark('reviewed', ['new', ...between]);
    const found: string[] = [];
    let cursor = '';
    let pages = 0;
    do {
      const page = await list(`?reviewed=false${cursor}`);
      found.push(...page.events.map(({ id }) => id));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
      pages++;
    } while (cursor !== '');
    expect(found).toEqual(['old']);
    expect(pages).toBeGreaterThan(1);
    expect((await ids('?reviewed=true'))[0]).toBe('new');
  });

  it.each([
    ['everything', {}],
    ['cameras', { cameraIds: [cameraA, cameraB] }],
    ['kinds', { kinds: ['person', 'sound'] }],
    ['cameras and kinds', { cameraIds: [cameraA], kinds: ['person'] }],
    ['kept', { kept: true }],
    ['unreviewed', { reviewed: { userId: crypto.randomUUID(), value: false }, from: new Date('2026-10-01') }],
  ] as const)('walk an index, never the table: %s', async (_label, filter) => {
    const { pool } = harness.database;
    await pool.query(
      `insert into activity_events (event_id, camera_id, kind, start_timestamp)
       select 'n' || n, case when n % 2 = 0 then $1 else $2 end, (array['motion','person','sound'])[1 + n % 3],
         timestamptz '2026-11-01' - make_interval(mins => n) from generate_series(1, 20000) n`,
      [cameraA, cameraB],
    );
    await pool.query('analyze activity_events');
    const { text, values } = statementOf({ ...filter, limit: 50 }, 51);
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toMatch(/Seq Scan on activity_events/);
  });
});

describe('reviewed', () => {
  it('is each user’s own, and told to that user’s screens alone', async () => {
    await harness.insertEvent('e1');
    const { pool } = harness.database;
    const stream = await openStream(harness.url('/api/stream'), { cookie: harness.cookie });
    const { rows } = await pool.query<{ id: string }>(
      "insert into users (username, password_hash, role) values ('other', 'x', 'viewer') returning user_id as id",
    );
    await pool.query("insert into event_reviews (user_id, event_id) values ($1, 'e1')", [rows[0]?.id]);
    expect((await list()).events).toMatchObject([{ id: 'e1', reviewed: false }]);
    expect(await mark('reviewed', ['e1'])).toEqual([{ eventId: 'e1', outcome: 'done' }]);
    expect((await list()).events).toMatchObject([{ id: 'e1', reviewed: true }]);
    const changed = () =>
      stream.events.filter(({ name, data }) => name === 'changed' && data.entity === 'review');
    await waitFor(() => changed().length > 0, 'changed');
    expect(changed().map(({ data }) => data.keys)).toEqual([['e1']]);
    stream.close();
    expect(await mark('unreviewed', ['e1', 'e1'])).toEqual([
      { eventId: 'e1', outcome: 'done' },
      { eventId: 'e1', outcome: 'done' },
    ]);
    await pool.query("delete from users where username = 'other'");
  });
});

describe('counts', () => {
  it('a day of hours has 25 where clocks go back', async () => {
    // London 2026-10-25: 01:30 comes twice, 00:30 UTC and 01:30 UTC.
    for (const [id, time] of Object.entries({ a: '00:30', b: '01:30', c: '23:59' }))
      await harness.insertEvent(id, at(`2026-10-25T${time}:00Z`));
    await harness.insertEvent('other', { ...at('2026-10-25T01:10:00Z'), camera_id: cameraB, kind: 'person' });
    const query = 'from=2026-10-24T23:00:00Z&to=2026-10-26T00:00:00Z';
    const hours: EventCounts = (await harness.call('GET', `/api/review/counts?${query}`)).json;
    expect(hours.counts.map(({ start, motion, person }) => [start, motion, person])).toEqual([
      ['2026-10-25T00:00:00.000Z', 1, 0],
      ['2026-10-25T01:00:00.000Z', 1, 0],
      ['2026-10-25T01:00:00.000Z', 0, 1],
      ['2026-10-25T23:00:00.000Z', 1, 0],
    ]);
    const days: EventCounts = (
      await harness.call('GET', `/api/review/counts?${query}&by=day&camera=${cameraA}`)
    ).json;
    expect(days.counts).toMatchObject([{ start: '2026-10-24T23:00:00.000Z', motion: 3 }]);
    const year = 'from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z';
    expect((await harness.call('GET', `/api/review/counts?${year}`)).status).toBe(400);
  });
});

describe('ZIP download', () => {
  it('refuses what has no recording, and too many', async () => {
    await harness.insertEvent('e1');
    expect((await harness.call('GET', '/api/review/download?event=e1')).status).toBe(404);
    const many = Array.from({ length: 101 }, (_, n) => `event=${n}`).join('&');
    expect((await harness.call('GET', `/api/review/download?${many}`)).status).toBe(400);
    expect((await harness.call('GET', '/api/review/download')).status).toBe(400);
  });

  it('holds what could be had and tells what could not', async (context) => {
    const { downloads } = (
      (await harness.call('GET', '/api/bootstrap')).json as { server: { downloads: boolean } }
    ).server;
    if (!downloads) {
      console.log('skipped: ffmpeg is not installed');
      context.skip();
    }
    await harness.insertEvent('broken', at('2026-03-01T10:00:00Z'));
    await harness.insertRecording('broken', { sequence: 1, segments: { 0: Buffer.from('no video at all') } });
    const answer = await harness.call('GET', '/api/review/download?event=broken');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
    expect(await namesIn(answer.bytes)).toEqual(['not-included.txt']);
  });
});

function namesIn(bytes: Buffer): Promise<string[]> {
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, (error, zip) => {
      if (error) {
        reject(error);
        return;
      }
      const names: string[] = [];
      zip.on('entry', (entry: { fileName: string }) => names.push(entry.fileName));
      zip.on('end', () => resolve(names));
      zip.on('error', reject);
    });
  });
}

describe('one event', () => {
  it('knows its neighbours, of equal instants too, and who has looked at it', async () => {
    const same = '2026-03-01T10:00:00Z';
    await harness.insertEvent('b', at(same));
    await harness.insertEvent('a', at(same));
    await harness.insertEvent('new', at('2026-03-01T11:00:00Z'));
    await harness.insertEvent('gone', at('2026-03-01T10:30:00Z'));
    await mark('delete', ['gone']);
    await mark('reviewed', ['b']);
    const place = async (id: string): Promise<unknown> =>
      (await harness.call('GET', `/api/review/events/${id}`)).json;
    expect(await place('b')).toEqual({ reviewed: true, newer: 'new', older: 'a' });
    expect(await place('a')).toEqual({ reviewed: false, newer: 'b', older: null });
    expect(await place('new')).toEqual({ reviewed: false, newer: null, older: 'b' });
  });
});
