/** Every odd thing a camera does, through the whole platform: what the API then says of the event is what happened. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findScenario, runScenario, type Camera } from '@apiary/camera-simulator';
import { waitFor, type Platform } from '@apiary/test-support';
import { Api, type ApiEvent } from './api.helpers.ts';
import { missing, newCamera } from './cameras.helpers.ts';

const dayMs = 86_400_000;

export function scenariosSuite(platform: () => Platform): void {
  let api: Api;
  let pool: pg.Pool;
  let camera: Camera;

  beforeAll(async () => {
    api = await Api.loggedIn(platform());
    pool = new pg.Pool({ connectionString: platform().info.databaseUrl, max: 1 });
    pool.on('error', () => undefined);
    camera = await newCamera(platform());
    await camera.untilConnected();
  });
  afterAll(async () => {
    await camera.stop();
    await pool.end();
  });

  /** Performs it; resolves with the id of an event by the scenario's name for it. */
  async function perform(name: string): Promise<(event: string) => string> {
    const scenario = findScenario(name);
    if (scenario === undefined) throw new Error(`no scenario ${name}`);
    const { eventIds } = await runScenario(camera, scenario, { stepTimeoutMs: 60_000 });
    return (event) => eventIds[event] ?? '';
  }

  /** The event once `enough` holds of it: what the broker acknowledged, the processor may not have read yet. */
  function event(id: string, enough: (event: ApiEvent) => boolean): Promise<ApiEvent> {
    return waitFor(async () => {
      const found = await api.event(id);
      return enough(found) && found;
    }, `event ${id}`);
  }
  const ended = ({ endedAt }: ApiEvent): boolean => endedAt !== null;
  const ageMs = ({ startedAt }: ApiEvent): number => Date.now() - Date.parse(startedAt);

  it('upload-before-start: the start fills in what the upload could not know', async () => {
    const id = await perform('upload-before-start');
    expect(await event(id('a'), ended)).toMatchObject({
      startSource: 'camera',
      activityType: 'AUDIO_ALL',
      kind: 'sound',
      uploadStatus: 'completed',
      recordingCount: 1,
    });
  });

  it('no-stop: the event is listed, as long as what was recorded', async () => {
    const id = await perform('no-stop');
    expect(await event(id('a'), ({ recordingCount }) => recordingCount === 1)).toMatchObject({
      endedAt: null,
      durationSeconds: 9,
    });
    const { events } = (await api.json('GET', `/api/events?cameraId=${camera.cameraId}`)) as {
      events: { id: string }[];
    };
    expect(events.map((each) => each.id)).toContain(id('a'));
  });

  it('stop-before-start: the stop is kept until the start comes', async () => {
    const id = await perform('stop-before-start');
    const found = await event(id('a'), ({ startSource }) => startSource === 'camera');
    expect(found.endedAt).not.toBeNull();
  });

  it('duplicate-start: one event, which the notifier has taken from the queue', async () => {
    const id = await perform('duplicate-start');
    await event(id('a'), ended);
    const count = async (table: string): Promise<number> =>
      (await pool.query(`select from ${table} where event_id = $1`, [id('a')])).rows.length;
    expect(await count('activity_events')).toBe(1);
    // That one start is one message: test/e2e/notifications.test.ts.
    await waitFor(async () => (await count('outbox')) === 0, 'the queue being drained', 15_000);
  });

  it('late-queue: files that come late belong to the day they were taken', async () => {
    const id = await perform('late-queue');
    const old = await event(id('old'), (found) => ended(found) && found.recordingCount === 1);
    expect(ageMs(old)).toBeGreaterThan(2.9 * dayMs);
    expect(old.thumbnailUrl).not.toBeNull();
    expect(ageMs(await event(id('new'), ended))).toBeLessThan(dayMs);
  });

  it('wrong-clock: no camera time orders a list when it cannot be true, and every form of a time is read', async () => {
    const id = await perform('wrong-clock');
    for (const name of ['past', 'future', 'milliseconds', 'digits', 'iso', 'iso-micro', 'iso-no-zone']) {
      const found = await event(id(name), ended);
      expect(Math.abs(ageMs(found)), name).toBeLessThan(300_000);
      expect(found.startSource, name).toBe(name === 'past' || name === 'future' ? 'receipt' : 'camera');
    }
    for (const name of ['creationTimestamp', 'missing', 'null', 'nonsense']) {
      const found = await event(id(name), ended);
      expect(Math.abs(ageMs(found)), name).toBeLessThan(300_000);
    }
  });

  it('two-recordings and long-event: every file is kept, in order, in one playlist', async () => {
    const two = await perform('two-recordings');
    expect(await event(two('a'), ({ recordingCount }) => recordingCount === 2)).toMatchObject({
      recordingSeconds: 15,
    });
    const long = await perform('long-event');
    const found = await event(long('a'), ({ recordingCount }) => recordingCount === 5);
    expect(found.recordingSeconds).toBe(90);
    const playlist = (await api.call('GET', found.playlistUrl ?? '')).body.toString();
    expect(playlist.match(/#EXTINF/g)).toHaveLength(30);
    expect(playlist.match(/#EXT-X-DISCONTINUITY\b/g)).toHaveLength(4);
    const keys = [...playlist.matchAll(/#EXT-X-KEY:METHOD=AES-128,URI="([^"]+)",IV=0x0{32}/g)];
    expect(new Set(keys.map(([, uri]) => uri)).size).toBe(5);
  });

  it('reconnect-storm: ten lost connections lose nothing', async () => {
    const id = await perform('reconnect-storm');
    await event(id('storm'), ended);
    await event(id('after'), (found) => ended(found) && found.recordingCount === 1);
    expect(await missing(platform(), [camera])).toEqual([]);
  });

  it('malformed-payloads and hostile-names: the normal event after them arrives whole', async () => {
    for (const [name, after] of [
      ['malformed-payloads', 'a'],
      ['hostile-names', 'after'],
    ] as const) {
      const id = await perform(name);
      const found = await event(id(after), (one) => ended(one) && one.recordingCount === 1);
      expect(found.cameraId, name).toBe(camera.cameraId);
      expect(found.thumbnailUrl, name).not.toBeNull();
    }
  });

  it('the search for what is missing finds what was taken away', async () => {
    const witness = await newCamera(platform());
    try {
      const { eventId, acknowledged } = witness.triggerEvent({ segmentsPerRecording: 1 });
      await acknowledged;
      await waitFor(async () => (await missing(platform(), [witness])).length === 0, 'all being there');
      await pool.query('delete from activity_events where event_id = $1', [eventId]);
      expect((await missing(platform(), [witness])).map((line) => line.split(' ')[0])).toEqual([
        'start',
        'stop',
        'thumbnail',
        'activity',
      ]);
    } finally {
      await witness.stop();
    }
  });
}
