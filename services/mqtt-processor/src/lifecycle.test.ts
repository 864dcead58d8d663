/** The activity lifecycle (contract §7) through broker and database: every order, every repeat. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cameraTopics } from '@apiary/contract';
import { waitFor } from '@apiary/test-support/wait-for';
import type { Processor } from './app.ts';
import { hasMosquitto, startHarness, untilWorking, type Camera, type Harness } from './harness.helpers.ts';

let harness: Harness;
let processor: Processor;
let camera: Camera;
if (!hasMosquitto) console.warn('skipped: mosquitto is not installed (apt-get install mosquitto)');
const suite = describe.skipIf(!hasMosquitto);

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

interface EventRow {
  event_id: string;
  camera_id: string;
  camera_name: string | null;
  activity_type: string;
  kind: string;
  start_timestamp: Date;
  start_source: string;
  start_received_at: Date | null;
  end_timestamp: Date | null;
  duration_seconds: number | null;
  confidence: number | null;
  recording_path: string | null;
  thumbnail_path: string | null;
  upload_status: string;
}
const event = async (eventId: string) =>
  (await harness.rows<EventRow>('select * from activity_events where event_id = $1', [eventId]))[0];
const events = () => harness.rows<EventRow>('select * from activity_events order by event_id');
const outbox = (topic: string) =>
  harness.rows<{ event_id: string | null; camera_id: string; payload: Record<string, unknown> }>(
    'select * from outbox where topic = $1 order by outbox_id',
    [topic],
  );
/** All that was sent is committed once a later heartbeat of the same camera is. */
async function settled(of: Camera = camera): Promise<void> {
  const mark = Math.random();
  await of.heartbeat({ uptime: mark });
  await waitFor(
    async () =>
      (
        await harness.rows('select 1 from camera_registry where camera_id = $1 and uptime_seconds = $2', [
          of.id,
          mark,
        ])
      ).length > 0,
    'commit',
  );
}
const seconds = () => Math.floor(Date.now() / 1000);
const id = '3f1c2a9e-1111-4222-8333-444455556666';

suite('start and stop', () => {
  const t = seconds() - 60;
  const start = () => camera.start(id, { timestamp: t, confidence: 0.8, region: { x: 1 } });
  const stop = () => camera.stop(id, { timestamp: t + 12 });
  const orders: [string, (() => Promise<void>)[]][] = [
    ['start, stop', [start, stop]],
    ['stop, start', [stop, start]],
    ['start, start, stop', [start, start, stop]],
    ['start, stop, stop', [start, stop, stop]],
    ['stop, stop, start', [stop, stop, start]],
    ['stop, start, start, stop', [stop, start, start, stop]],
    ['start, stop, start', [start, stop, start]],
  ];
  for (const apart of [false, true]) {
    it.each(orders)(
      `%s, ${apart ? 'in separate' : 'in one'} batches: one event, one notification`,
      async (_name, steps) => {
        for (const step of steps) {
          await step();
          if (apart) await settled();
        }
        await settled();
        expect(await events()).toMatchObject([
          {
            event_id: id,
            camera_id: camera.id,
            activity_type: 'MOTION_SMART',
            kind: 'person',
            start_source: 'camera',
            start_timestamp: new Date(t * 1000),
            end_timestamp: new Date((t + 12) * 1000),
            duration_seconds: 12,
            confidence: 0.8,
            upload_status: 'pending',
          },
        ]);
        expect((await outbox('event-started')).map((row) => row.event_id)).toEqual([id]);
      },
    );
  }

  it('a start without a stop is an event, and notifies with its times', async () => {
    await start();
    await settled();
    expect(await event(id)).toMatchObject({ end_timestamp: null, duration_seconds: null });
    const [row] = await outbox('event-started');
    expect(new Date(String(row?.payload['reportedAt'])).getTime()).toBe(t * 1000);
    expect(row?.payload['receivedAt']).toBeTruthy();
  });

  it('a stop without a start is kept, and does not notify', async () => {
    await stop();
    await settled();
    expect(await event(id)).toMatchObject({
      start_source: 'stop',
      start_received_at: null,
      end_timestamp: new Date((t + 12) * 1000),
      duration_seconds: null,
    });
    expect(await outbox('event-started')).toEqual([]);
  });

  it('a later second stop does not move the end', async () => {
    await start();
    await stop();
    await settled();
    await camera.stop(id, { timestamp: t + 40 });
    await settled();
    expect(await event(id)).toMatchObject({ duration_seconds: 12 });
  });

  it('the notification stays one after its outbox row was collected', async () => {
    await start();
    await settled();
    await harness.database.pool.query('delete from outbox');
    await start();
    await settled();
    expect(await outbox('event-started')).toEqual([]);
  });

  it('a duration is never negative', async () => {
    await camera.start(id, { timestamp: t });
    await camera.stop(id, { timestamp: t - 30 });
    await settled();
    expect(await event(id)).toMatchObject({
      duration_seconds: 0,
      start_timestamp: new Date(t * 1000),
      end_timestamp: new Date(t * 1000),
    });
  });

  it('also ends by the topic activity/end and by eventType', async () => {
    await camera.start('a', { timestamp: t });
    await camera.send(`${cameraTopics.messagePrefix(camera.id)}/activity/end`, {
      eventId: 'a',
      timestamp: t + 5,
    });
    await camera.send(`${cameraTopics.messagePrefix(camera.id)}/activity/update`, {
      eventId: 'b',
      eventType: 'start',
      timestamp: t,
    });
    await camera.send(`${cameraTopics.messagePrefix(camera.id)}/activity/update`, {
      eventId: 'b',
      eventType: 'stop',
      timestamp: t + 7,
    });
    await settled();
    expect((await events()).map((row) => row.duration_seconds)).toEqual([5, 7]);
  });
});

suite('other activity messages', () => {
  const other = (body: object) =>
    camera.send(`${cameraTopics.messagePrefix(camera.id)}/activity/update`, body);

  it('make the event known without a notification; the start that follows notifies', async () => {
    await other({ eventId: id, activityType: 'AUDIO_ALL' });
    await settled();
    expect(await event(id)).toMatchObject({ kind: 'sound', start_received_at: null });
    expect(await outbox('event-started')).toEqual([]);
    await camera.start(id);
    await settled();
    expect(await event(id)).toMatchObject({ kind: 'person' });
    expect(await outbox('event-started')).toHaveLength(1);
  });

  it('change nothing of a started event', async () => {
    await camera.start(id, { timestamp: seconds() - 10 });
    await settled();
    const before = await event(id);
    await other({ eventId: id, activityType: 'AUDIO_ALL', timestamp: seconds() });
    await settled();
    expect(await event(id)).toEqual(before);
  });
});

suite('an event known from an upload', () => {
  const uploadedAt = new Date(Date.now() - 5000);
  const upload = async (activityType = 'MOTION') => {
    await harness.database.pool.query(
      "insert into camera_registry (camera_id, camera_name) values ($1, 'Garden') on conflict do nothing",
      [camera.id],
    );
    await harness.database.pool.query(
      `insert into activity_events (event_id, camera_id, activity_type, start_timestamp, start_source, recording_path, recording_filename,
         recording_size, recording_count, thumbnail_path, upload_status)
       values ($1, $2, $3, $4, 'upload', 'uploads/r', 'r.zip', 5, 1, 'uploads/t.jpg', 'completed')`,
      [id, camera.id, activityType, uploadedAt],
    );
  };
  const kept = {
    recording_path: 'uploads/r',
    thumbnail_path: 'uploads/t.jpg',
    upload_status: 'completed',
  };

  it('takes type, start, name and confidence from the start, keeps the files, notifies', async () => {
    await upload();
    const t = seconds() - 20;
    await camera.start(id, { timestamp: t, confidence: 0.5 });
    await settled();
    expect(await event(id)).toMatchObject({
      ...kept,
      activity_type: 'MOTION_SMART',
      kind: 'person',
      camera_name: 'Garden',
      start_source: 'camera',
      start_timestamp: new Date(t * 1000),
      confidence: 0.5,
    });
    expect(await outbox('event-started')).toHaveLength(1);
  });

  it('keeps the known type when the start gives none', async () => {
    await upload('AUDIO_ALL');
    await harness.database.pool.query("update activity_events set kind = 'sound'");
    await camera.send(cameraTopics.activityStart(camera.id), { eventId: id });
    await settled();
    expect(await event(id)).toMatchObject({ activity_type: 'AUDIO_ALL', kind: 'sound' });
  });

  it('is ended by a stop without a start: no duration, and it began no later than it ended', async () => {
    await upload();
    const end = Math.floor(uploadedAt.getTime() / 1000) - 3;
    await camera.stop(id, { timestamp: end });
    await settled();
    expect(await event(id)).toMatchObject({
      ...kept,
      start_source: 'upload',
      start_timestamp: new Date(end * 1000),
      end_timestamp: new Date(end * 1000),
      duration_seconds: null,
    });
    await camera.start(id, { timestamp: end - 9 });
    await settled();
    expect(await event(id)).toMatchObject({ ...kept, duration_seconds: 9, start_source: 'camera' });
  });
});

suite('identity', () => {
  it('an event id of another camera is refused and leaves the neighbour untouched', async () => {
    const neighbour = await harness.camera(2);
    await neighbour.start(id, { timestamp: seconds() - 5 });
    await settled(neighbour);
    const before = await event(id);
    await camera.start(id, { activityType: 'AUDIO_ALL' });
    await camera.stop(id);
    await settled();
    expect(await event(id)).toEqual(before);
    expect((await harness.health(processor)).counters['refused.foreign-event']).toBeGreaterThan(0);
    expect(await outbox('event-started')).toHaveLength(1);
    await neighbour.stop(id, { timestamp: seconds() });
    await settled(neighbour);
    expect((await event(id))?.end_timestamp).not.toBeNull();
  });

  it('makes an id where the camera gives none, and the stop finds it', async () => {
    const t = seconds() - 30;
    await camera.start(undefined, { timestamp: t });
    await camera.stop(undefined, { timestamp: t + 8 });
    await camera.stop(undefined, { timestamp: t + 8 });
    await settled();
    await camera.start(undefined, { timestamp: t + 20 });
    await settled();
    await camera.stop(undefined, { timestamp: t + 25 });
    await camera.stop(undefined, { timestamp: t + 25 });
    await settled();
    expect((await events()).map((row) => [row.event_id, row.duration_seconds])).toEqual([
      [`activity_${camera.id}_${t}`, 8],
      [`activity_${camera.id}_${t + 20}`, 5],
    ]);
  });

  it('takes any text up to 128 characters as an event id', async () => {
    const odd = [
      'evt_1',
      '../../etc/passwd',
      "'; drop table activity_events; --",
      '💡'.repeat(32),
      'x'.repeat(128),
    ];
    for (const eventId of odd) await camera.start(eventId);
    await camera.start('y'.repeat(129));
    await settled();
    expect((await events()).map((row) => row.event_id).sort()).toEqual([...odd].sort());
    expect((await harness.health(processor)).counters['unreadable']).toBe(1);
  });
});

suite('times', () => {
  it.each<[string, unknown, number]>([
    ['seconds', 1_760_000_000, 1_760_000_000_000],
    ['milliseconds', 1_760_000_000_123, 1_760_000_000_123],
    ['digits', '1760000000', 1_760_000_000_000],
    ['ISO with Z', '2026-10-01T10:00:00Z', Date.UTC(2026, 9, 1, 10)],
    ['ISO without zone', '2026-10-01T10:00:00.250', Date.UTC(2026, 9, 1, 10, 0, 0, 250)],
  ])('%s', async (_name, timestamp, expected) => {
    await camera.start(id, { timestamp });
    await settled();
    expect(await event(id)).toMatchObject({ start_timestamp: new Date(expected), start_source: 'camera' });
  });

  it.each<[string, unknown]>([
    ['before 2020', 86_400],
    ['a day ahead', seconds() + 86_400],
    ['year 9999', '9999-12-30T00:00:00Z'],
    ['nothing', undefined],
    ['an object', {}],
    ['a word', 'now'],
  ])('%s: receipt orders the list', async (_name, timestamp) => {
    const before = Date.now();
    await camera.start(id, { timestamp });
    await settled();
    const row = await event(id);
    expect(row?.start_source).toBe('receipt');
    expect(row?.start_timestamp.getTime()).toBeGreaterThanOrEqual(before - 1);
    expect(row?.start_timestamp.getTime()).toBeLessThanOrEqual(Date.now());
  });
});

suite('retained deliveries', () => {
  it('are snapshots: stored, never announced; the live start that follows is', async () => {
    await camera.send(cameraTopics.activityStart(camera.id), { eventId: id }, { retain: true });
    await settled();
    await harness.database.clear();
    await processor.stop();
    await harness.database.pool.query('truncate outbox');
    // A new MQTT session is given retained messages as such.
    processor = await harness.startProcessor();
    await untilWorking(harness, processor);
    await waitFor(() => event(id), 'snapshot');
    expect(await outbox('event-started')).toEqual([]);
    await camera.start(id);
    await settled();
    expect(await outbox('event-started')).toHaveLength(1);
    await camera.send(cameraTopics.activityStart(camera.id), '', { retain: true });
    await settled();
  });
});
