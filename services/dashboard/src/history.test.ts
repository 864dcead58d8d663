/** A camera's past and present at the API: thinned out, redacted, and what its removal hides, keeps and blocks. */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import { cameraA, cameraB, startHarness, writeIn, type Harness } from './dashboard.helpers.ts';
import { openStream } from './event-stream.helpers.ts';
import type { CameraHistory, CameraMessages, CamerasNow, FirstContact } from './schemas/history.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  await harness.database.pool.query('truncate camera_registry, unclaimed_cameras cascade');
  await harness.insertCamera(cameraA);
  await harness.insertCamera(cameraB, { camera_name: 'Garden' });
});
const get = async <T>(path: string): Promise<T> => (await harness.call('GET', path)).json;

let digests = 0;
const status = (columns: Record<string, unknown>) => {
  const row = {
    camera_id: cameraA,
    event_type: 'heartbeat',
    digest: Buffer.from(String(digests++)),
    ...columns,
  };
  const names = Object.keys(row);
  return harness.database.pool.query(
    `insert into status_events (${names.join(', ')}) values (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
    Object.values(row),
  );
};
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

describe('history', () => {
  it('is thinned out to the points asked for', async () => {
    await harness.database.pool.query(
      `insert into status_events (camera_id, event_type, timestamp, battery_level, signal_strength, digest)
       select $1, 'heartbeat', now() - make_interval(mins => n), n % 100, -50, n::text::bytea from generate_series(1, 1400) n`,
      [cameraA],
    );
    const history = await get<CameraHistory>(`/api/cameras/${cameraA}/history?points=48`);
    expect(history.measurements.length).toBeGreaterThan(40);
    expect(history.measurements.length).toBeLessThanOrEqual(49);
    expect(history.measurements[0]).toMatchObject({ signal: -50, temperature: null });
    expect((await get<CameraHistory>(`/api/cameras/${cameraB}/history`)).measurements).toEqual([]);
    const wrong = '?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z';
    expect((await harness.call('GET', `/api/cameras/${cameraA}/history${wrong}`)).status).toBe(400);
  });

  it('tells changes of connection, and what held before the range', async () => {
    const connection = (minutes: number, connected: boolean) =>
      status({
        event_type: connected ? 'connection' : 'disconnect',
        // The camera's own word, or what the broker said of it.
        status: minutes > 250 ? (connected ? 'connected' : 'disconnected') : 'broker: connected',
        timestamp: minutesAgo(minutes),
      });
    await connection(3000, true);
    await connection(300, false);
    await connection(290, false);
    await connection(200, true);
    const { connection: changes } = await get<CameraHistory>(`/api/cameras/${cameraA}/history`);
    expect(changes.map(({ connected }) => connected)).toEqual([true, false, true]);
  });
});

describe('support', () => {
  it('gives raw messages by page, secrets redacted', async () => {
    for (let n = 0; n < 3; n++)
      await status({
        timestamp: minutesAgo(n),
        raw_payload: JSON.stringify({
          n,
          wifi: { password: 'hush', psk: 'hush' },
          note: '-----BEGIN X-----\nhush',
        }),
      });
    const first = await get<CameraMessages>(`/api/cameras/${cameraA}/messages?limit=2`);
    expect(first.messages.map(({ payload }) => (payload as { n: number }).n)).toEqual([0, 1]);
    const second = await get<CameraMessages>(`/api/cameras/${cameraA}/messages?cursor=${first.nextCursor}`);
    expect(second.messages.map(({ payload }) => (payload as { n: number }).n)).toEqual([2]);
    expect(JSON.stringify([first, second])).not.toContain('hush');
  });

  it('gives what was kept of the first contact, and nothing where there is nothing', async () => {
    const folder = join('first-contact', cameraA);
    const message = { topic: 't', text: JSON.stringify({ clientKey: 'hush', status: 'ok' }) };
    await writeIn(harness.dataDir, join(folder, 'mqtt-status-01.json'), Buffer.from(JSON.stringify(message)));
    await writeIn(
      harness.dataDir,
      join(folder, 'broken.json'),
      Buffer.from('{"a": "-----BEGIN KEY-----hush'),
    );
    const { files } = await get<FirstContact>(`/api/cameras/${cameraA}/first-contact`);
    expect(files).toHaveLength(2);
    expect(JSON.stringify(files)).not.toContain('hush');
    expect(JSON.stringify(files)).toContain('"status":"ok"');
    expect((await get<FirstContact>(`/api/cameras/${cameraB}/first-contact`)).files).toEqual([]);
  });
});

describe('now', () => {
  it('has the last picture and the difference of clocks by the quickest of the last messages', async () => {
    await harness.insertEvent('old', { start_timestamp: minutesAgo(20), thumbnail_path: 'uploads/x.jpg' });
    await harness.insertEvent('without', { start_timestamp: minutesAgo(10) });
    const late = (receivedMinutesAgo: number, behindSeconds: number) =>
      status({
        timestamp: minutesAgo(receivedMinutesAgo),
        received_at: minutesAgo(receivedMinutesAgo),
        reported_at: new Date(minutesAgo(receivedMinutesAgo).getTime() - behindSeconds * 1000),
      });
    await late(5, 600);
    await late(4, 42);
    const { cameras } = await get<CamerasNow>('/api/cameras-now');
    expect(cameras.find(({ cameraId }) => cameraId === cameraA)).toMatchObject({
      picture: { eventId: 'old', url: '/api/media/thumbnail/old' },
      clock: { differenceSeconds: expect.closeTo(-42, 0) as number },
    });
    expect(cameras.find(({ cameraId }) => cameraId === cameraB)).toMatchObject({
      picture: null,
      clock: null,
    });
  });
});

describe('removing a camera', () => {
  const remove = (query: string) => harness.call('DELETE', `/api/cameras/${cameraA}${query}`);
  const cameras = async () =>
    (await get<{ cameras: { id: string }[] }>('/api/cameras')).cameras.map(({ id }) => id);
  const seen = () =>
    harness.database.pool.query(
      "update camera_registry set last_seen = now() + interval '1 second' where camera_id = $1",
      [cameraA],
    );

  it('asks what becomes of its events; keeps them, and it comes back when it is heard', async () => {
    expect((await remove('')).status).toBe(400);
    await harness.insertEvent('e1');
    const stream = await openStream(harness.url('/api/stream'), { cookie: harness.cookie });
    expect((await remove('?events=keep')).status).toBe(204);
    await waitFor(
      () => stream.events.find(({ name, data }) => name === 'removed' && data.id === cameraA),
      'removed',
    );
    stream.close();
    expect(await cameras()).toEqual([cameraB]);
    expect((await remove('?events=keep')).status).toBe(404);
    expect((await harness.call('GET', '/api/events/e1')).status).toBe(200);
    await seen();
    expect((await cameras()).sort()).toEqual([cameraA, cameraB]);
  });

  it('hides all its events at once where they go, and stays away when blocked', async () => {
    await harness.insertEvent('e1');
    await harness.insertEvent('e2', { camera_id: cameraB });
    await remove('?events=delete&block=true');
    const { events } = await get<{ events: { id: string }[] }>('/api/events');
    expect(events.map(({ id }) => id)).toEqual(['e2']);
    expect((await harness.call('GET', '/api/events/e1')).status).toBe(404);
    await seen();
    expect(await cameras()).toEqual([cameraB]);
    const { unclaimed } = await get<{ unclaimed: { id: string; blockedAt: string | null }[] }>(
      '/api/unclaimed',
    );
    expect(unclaimed).toMatchObject([{ id: cameraA, blockedAt: expect.any(String) as string }]);
  });
});
