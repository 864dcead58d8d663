/** Messages no camera should send: each is answered for, none blocks its neighbours, all are acknowledged. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cameraTopics } from '@apiary/contract';
import { waitFor } from '@apiary/test-support/wait-for';
import type { Processor } from './app.ts';
import {
  cameraId,
  hasMosquitto,
  startHarness,
  untilWorking,
  type Camera,
  type Harness,
} from './harness.helpers.ts';
import { Partition } from './partition.ts';
import { blameFor } from './poison.ts';
import { silentLogger } from '@apiary/base/logger';

let harness: Harness;
let processor: Processor;
let camera: Camera;
const suite = describe.skipIf(!hasMosquitto);
if (!hasMosquitto) console.warn('skipped: mosquitto is not installed (apt-get install mosquitto)');

beforeAll(async () => {
  if (hasMosquitto) harness = await startHarness();
});
afterAll(async () => {
  if (hasMosquitto) await harness.close();
});
beforeEach(async () => {
  if (!hasMosquitto) return;
  processor = await harness.startProcessor();
  await untilWorking(harness, processor);
  camera = await harness.camera(1);
});
afterEach(async () => {
  if (hasMosquitto) await harness.reset();
});

const id = cameraId(1);
const counters = async () => (await harness.health(processor)).counters;
const allAcknowledged = () =>
  waitFor(async () => (await counters())['unacknowledged'] === 0, 'all acknowledged');
/** A good event after the bad message: nothing was blocked. */
async function neighbourPasses(): Promise<void> {
  await camera.start('good');
  await waitFor(
    async () => (await harness.rows("select 1 from activity_events where event_id = 'good'")).length > 0,
    'good event',
  );
  await allAcknowledged();
}
const everyTopic = [
  cameraTopics.connection(id),
  cameraTopics.status(id),
  cameraTopics.state(id),
  cameraTopics.activityStart(id),
  cameraTopics.activityStop(id),
  `${cameraTopics.messagePrefix(id)}/activity/other`,
  `${cameraTopics.messagePrefix(id)}/unknown/thing`,
];

const bodies: [string, string | Buffer][] = [
  ['nothing', ''],
  ['no JSON', 'hello'],
  ['half JSON', '{"eventId":"x"'],
  ['null', 'null'],
  ['an array', '[1,2,3]'],
  ['a number', '42'],
  ['a text', '"DISCONNECT"'],
  [
    'nulls for all',
    '{"eventId":null,"activityType":null,"timestamp":null,"status":null,"battery":null,"radio":null,"region":null}',
  ],
  ['arrays for objects', '{"battery":[],"radio":[1],"ethernet":[{}],"device":[],"region":[1]}'],
  ['objects for texts', '{"eventId":{"a":1},"activityType":[],"status":{},"mode":{},"requestId":[]}'],
  [
    'huge numbers',
    '{"eventId":1e400,"confidence":1e308,"uptime":-1e308,"timestamp":1e300,"temperature":123456789012345678901234567890}',
  ],
  [
    'NUL characters',
    '{"eventId":"a\\u0000b","activityType":"M\\u0000","status":"o\\u0000n","\\u0000key":"\\u0000"}',
  ],
  ['lone surrogates', '{"eventId":"\\ud800","activityType":"\\udfff","status":"\\ud83d","mode":"\\ud83d"}'],
  ['year 9999', '{"eventId":"y1","timestamp":"9999-12-31T23:59:59Z"}'],
  ['year 0 and before', '{"eventId":"y2","timestamp":"-000001-01-01T00:00:00Z"}'],
  ['milliseconds', `{"eventId":"y3","timestamp":${Date.now()}}`],
  ['microseconds', `{"eventId":"y4","timestamp":${Date.now() * 1000}}`],
  ['deep nesting', `{"eventId":"deep","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ['very deep nesting', `{"eventId":"deeper","region":{"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`],
  [
    'moderately deep region',
    `{"eventId":"deep-region","region":{"x":${'['.repeat(6000)}${']'.repeat(6000)}}}`,
  ],
  ['prototype keys', '{"__proto__":{"status":"connected"},"constructor":1,"eventId":"proto"}'],
  ['1 MB of garbage', Buffer.alloc(1_000_000, 0xff)],
  ['1 MB of JSON', JSON.stringify({ eventId: 'big', status: 'online', x: 'y'.repeat(1_000_000) })],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d])],
];

suite('payloads', () => {
  it.each(bodies)('%s, on every topic', async (_name, body) => {
    for (const topic of everyTopic) await camera.send(topic, body);
    await neighbourPasses();
    const bad = await harness.rows<{ start_timestamp: Date }>(
      "select start_timestamp from activity_events where start_timestamp > now() + interval '6 min' or start_timestamp < '2020-01-01'",
    );
    expect(bad).toEqual([]);
  });

  it('all of them at once, with good events in between: none of the good is missing', async () => {
    let sent = 0;
    for (const [, body] of bodies)
      for (const topic of everyTopic) {
        await Promise.all([camera.send(topic, body), camera.start(`good-${sent}`)]);
        sent += 1;
      }
    await neighbourPasses();
    const rows = await harness.rows("select 1 from activity_events where event_id like 'good-%'");
    expect(rows).toHaveLength(sent);
  });

  it('what cannot be read is kept as a status event with its reason', async () => {
    await camera.send(cameraTopics.status(id), 'not json \0');
    await neighbourPasses();
    expect(
      await harness.rows("select status, raw_payload from status_events where event_type = 'message'"),
    ).toMatchObject([{ status: 'payload is not JSON', raw_payload: { unreadable: true, bytes: 10 } }]);
    expect((await counters())['unreadable']).toBe(1);
  });

  it('unknown topics are counted and acknowledged; of valid ids they are kept', async () => {
    for (const topic of [
      `prod/device/connection/hive-cam/${id.toLowerCase()}`,
      'prod/device/connection/hive-cam/short',
      'prod/device/x/hive-cam',
    ])
      await camera.send(topic, { status: 'connected' });
    await camera.send(`prod/device/message/hive-cam/${id}/stream/answer`, { sdp: 'x' });
    await neighbourPasses();
    expect(await counters()).toMatchObject({ 'ignored.unknown-topic': 3, 'messages.unknown': 1 });
    expect(await harness.rows('select camera_id from camera_registry')).toEqual([{ camera_id: id }]);
    expect(await harness.rows("select raw_payload from status_events where event_type = 'message'")).toEqual([
      { raw_payload: { sdp: 'x' } },
    ]);
  });

  it('the first twenty of each kind are kept for study, not more', async () => {
    for (let sent = 0; sent < 25; sent += 1) await camera.heartbeat({ n: sent });
    await neighbourPasses();
    const folder = join(harness.environment['DATA_DIR'] ?? '', 'first-contact', id);
    const names = await waitFor(async () => {
      const found = (await readdir(folder)).filter((name) => name.startsWith('mqtt-status-'));
      return found.length >= 20 ? found : undefined;
    }, 'files');
    expect(names).toHaveLength(20);
  });
});

suite('a message the database refuses', () => {
  it('is set aside alone; the rest of its batch is stored', async () => {
    // No payload is known that PostgreSQL refuses, so the schema is made to refuse one.
    await harness.database.pool.query(
      "alter table activity_events add constraint test_refuses check (event_id <> 'poison')",
    );
    try {
      await Promise.all(['a', 'b', 'poison', 'c', 'd'].map((eventId) => camera.start(eventId)));
      await neighbourPasses();
      expect(await harness.rows('select event_id from activity_events order by event_id')).toEqual(
        ['a', 'b', 'c', 'd', 'good'].map((event_id) => ({ event_id })),
      );
      expect(
        await harness.rows("select status from status_events where event_type = 'message'"),
      ).toMatchObject([{ status: expect.stringContaining('could not be stored') as string }]);
      expect((await counters())['quarantined']).toBe(1);
    } finally {
      await harness.database.pool.query('alter table activity_events drop constraint test_refuses');
    }
  });

  it('a missing table is not the message’s fault: nothing is acknowledged until it is there', async () => {
    await harness.database.pool.query('alter table activity_events rename to hidden');
    await camera.start('kept');
    await waitFor(async () => (await counters())['unacknowledged'] === 1, 'unacknowledged message');
    await harness.database.pool.query('alter table hidden rename to activity_events');
    await neighbourPasses();
    expect(await harness.rows("select 1 from activity_events where event_id = 'kept'")).toHaveLength(1);
    expect((await counters())['quarantined'] ?? 0).toBe(0);
  });
});

describe('blameFor', () => {
  const withCode = (code: string) => Object.assign(new Error('x'), { code });
  it.each([
    ['22P02', 'message'],
    ['22003', 'message'],
    ['23514', 'message'],
    ['54001', 'message'],
    ['XX000', 'unsure'],
    ['40P01', 'world'],
    ['40001', 'world'],
    ['57P01', 'world'],
    ['53100', 'world'],
    ['08006', 'world'],
    ['42P01', 'world'],
    ['42501', 'world'],
    ['28P01', 'world'],
    ['ECONNREFUSED', 'world'],
  ])('%s: %s', (code, expected) => {
    expect(blameFor(withCode(code))).toBe(expected);
  });
  it('an exception of code may be the message’s fault or the driver’s', () => {
    expect(blameFor(new TypeError('x'))).toBe('unsure');
    expect(blameFor(new RangeError('Maximum call stack size exceeded'))).toBe('unsure');
    expect(blameFor(new Error('Connection terminated unexpectedly'))).toBe('world');
  });
});

describe('Partition', () => {
  function harnessOf(process: (batch: readonly number[]) => Promise<void>) {
    const done: number[] = [];
    const aside: number[] = [];
    const partition = new Partition<number>({
      process,
      done: (item) => done.push(item),
      blamed: (item) => aside.push(item),
      setAside: () => Promise.resolve(),
      blameFor: (error) => (error instanceof TypeError ? 'message' : 'world'),
      logger: silentLogger,
      maxBatch: 8,
      weightOf: () => 1,
      maxBatchWeight: 100,
    });
    return { partition, done, aside };
  }

  it('keeps order, sets aside only what is at fault, and ends every item once', async () => {
    const stored: number[] = [];
    const { partition, done, aside } = harnessOf((batch) => {
      if (batch.some((item) => item % 5 === 0)) throw new TypeError('five');
      stored.push(...batch);
      return Promise.resolve();
    });
    const all = Array.from({ length: 33 }, (_, index) => index + 1);
    all.forEach((item) => partition.push(item));
    await waitFor(() => done.length === 33, 'all done');
    expect(done).toEqual(all);
    expect(stored).toEqual(all.filter((item) => item % 5 !== 0));
    expect(aside).toEqual([5, 10, 15, 20, 25, 30]);
  });

  it('tries again while the world is at fault', async () => {
    let failures = 3;
    const { partition, done } = harnessOf(() => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new Error('away')) : Promise.resolve();
    });
    partition.push(1);
    await waitFor(() => done.length === 1, 'done');
    expect(failures).toBe(-1);
  });

  it('stops while it waits, and ends nothing then', async () => {
    const { partition, done } = harnessOf(() => Promise.reject(new Error('away')));
    partition.push(1);
    partition.push(2);
    await new Promise((resolve) => setImmediate(resolve));
    await partition.stop();
    partition.push(3);
    expect(done).toEqual([]);
    expect(partition.queued).toBe(0);
  });
});
