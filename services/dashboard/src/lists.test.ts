/** Cameras, events, unclaimed ids and the audit log as the API lists them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cameraListSchema, cameraSchema, eventListSchema, eventSchema } from './api-schemas.ts';
import type { AuditList, Bootstrap, CameraEvent, EventList, UnclaimedList } from './api-types.ts';
import { cameraA, cameraB, startHarness, type Harness } from './dashboard.helpers.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  await harness.database.pool.query('truncate camera_registry, unclaimed_cameras cascade');
  await harness.insertCamera(cameraA, { camera_name: 'Gate' });
  await harness.insertCamera(cameraB, { camera_name: 'attic' });
});

const listEvents = async (query = ''): Promise<EventList> => {
  const answer = await harness.call('GET', `/api/events${query}`);
  expect(answer.status).toBe(200);
  return eventListSchema.parse(answer.json);
};
const ids = ({ events }: EventList): string[] => events.map(({ id }) => id);

describe('cameras', () => {
  it('are listed by name with what is known of them', async () => {
    await harness.database.pool.query(
      `update camera_registry set status = 'armed', connection_status = 'connected', last_seen = '2026-11-24T10:00:00Z',
         firmware_version = 'V0_0_00_117RC_svn1356', ip_address = '192.168.50.21', battery_level = 80
       where camera_id = $1`,
      [cameraA],
    );
    const { cameras } = cameraListSchema.parse((await harness.call('GET', '/api/cameras')).json);
    expect(cameras.map(({ name }) => name)).toEqual(['attic', 'Gate']);
    expect(cameras[0]).toMatchObject({ mode: 'unknown', connectionStatus: 'disconnected', lastSeenAt: null });
    expect(cameras[1]).toMatchObject({
      id: cameraA,
      mode: 'armed',
      requestedMode: null,
      connectionStatus: 'connected',
      lastSeenAt: '2026-11-24T10:00:00.000Z',
      firmwareVersion: 'V0_0_00_117RC_svn1356',
      ipAddress: '192.168.50.21',
      batteryLevel: 80,
    });
  });

  it('are found one by one, in lower case too', async () => {
    const answer = await harness.call('GET', `/api/cameras/${cameraA.toLowerCase()}`);
    expect(cameraSchema.parse(answer.json).id).toBe(cameraA);
    expect((await harness.call('GET', `/api/cameras/${'0'.repeat(32)}`)).status).toBe(404);
    for (const id of ['%2B', '%23', '..%2F..%2Fetc', '0A1B', `${cameraA}%00`, `${cameraA}%0A`])
      expect([id, (await harness.call('GET', `/api/cameras/${id}`)).status]).not.toEqual([id, 200]);
  });

  it('are renamed, and events show the new name', async () => {
    await harness.insertEvent('e', { camera_name: 'Gate' });
    const answer = await harness.call('PATCH', `/api/cameras/${cameraA}`, {
      body: { name: '  Haustür 🚪 ' },
    });
    expect(answer.json).toMatchObject({ id: cameraA, name: 'Haustür 🚪' });
    expect((await listEvents()).events[0]?.cameraName).toBe('Haustür 🚪');
    for (const name of ['', '   ', 'x'.repeat(101), 'a\0b', null])
      expect((await harness.call('PATCH', `/api/cameras/${cameraA}`, { body: { name } })).status).toBe(400);
  });
});

describe('events', () => {
  it('are shown without end, picture or recording, and never by path', async () => {
    await harness.insertEvent('bare', { activity_type: 'MOTION_SMART', kind: 'person' });
    const [event] = (await listEvents()).events;
    expect(event).toMatchObject({
      id: 'bare',
      cameraId: cameraA,
      cameraName: 'Gate',
      activityType: 'MOTION_SMART',
      kind: 'person',
      endedAt: null,
      ended: false,
      durationSeconds: null,
      confidence: null,
      thumbnailUrl: null,
      playlistUrl: null,
      downloadUrl: null,
      uploadStatus: 'pending',
    });
  });

  it('give URLs of what there is, whatever the id', async () => {
    const id = 'evt "1"/../%2e#?ü&';
    await harness.insertEvent(id, {
      thumbnail_path: 'uploads/secret/t.jpg',
      recording_path: 'uploads/secret',
    });
    await harness.insertRecording(id, { sequence: 1, segments: { 0: Buffer.from('x') } });
    const listed = (await listEvents()).events[0];
    expect(listed).toMatchObject({
      id,
      thumbnailUrl: `/api/media/thumbnail/${encodeURIComponent(id)}`,
      playlistUrl: `/api/media/playlist/${encodeURIComponent(id)}.m3u8`,
      durationSeconds: 3,
      recordingCount: 1,
    });
    expect(JSON.stringify(listed)).not.toContain('secret');
    const one = await harness.call('GET', `/api/events/${encodeURIComponent(id)}`);
    expect(eventSchema.parse(one.json)).toEqual(listed);
    expect((await harness.call('GET', `/api/media/playlist/${encodeURIComponent(id)}.m3u8`)).status).toBe(
      200,
    );
    expect((await harness.call('GET', '/api/events/unknown')).status).toBe(404);
    expect((await harness.call('GET', '/api/events/nul%00')).status).toBe(400);
    expect((await harness.call('GET', `/api/events/${'x'.repeat(129)}`)).status).toBe(400);
  });

  it('are paged without gap or repeat, even in one microsecond and while new ones arrive', async () => {
    await harness.database.pool.query(
      `insert into activity_events (event_id, camera_id, start_timestamp)
       select 'e' || n, $1, timestamptz '2026-11-24T10:00:00Z' + make_interval(secs => (n / 7) * 0.000001)
       from generate_series(1, 100) n`,
      [cameraA],
    );
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: EventList = await listEvents(`?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...ids(page));
      cursor = page.nextCursor;
      await harness.insertEvent(`new${seen.length}`, { start_timestamp: new Date('2026-11-25') });
    }
    expect(seen).toHaveLength(100);
    expect(new Set(seen).size).toBe(100);
  });

  it('are filtered by camera, kind and time: from inclusive, to exclusive', async () => {
    const at = (hour: number) => ({ start_timestamp: new Date(Date.UTC(2026, 10, 24, hour)) });
    await harness.insertEvent('a1', { ...at(1), kind: 'motion' });
    await harness.insertEvent('a2', { ...at(2), kind: 'sound' });
    await harness.insertEvent('b2', { ...at(2), kind: 'sound', camera_id: cameraB });
    await harness.insertEvent('a3', { ...at(3), kind: 'person' });
    expect(ids(await listEvents())).toEqual(['a3', 'b2', 'a2', 'a1']);
    expect(ids(await listEvents(`?cameraId=${cameraA}`))).toEqual(['a3', 'a2', 'a1']);
    expect(ids(await listEvents('?type=sound'))).toEqual(['b2', 'a2']);
    expect(ids(await listEvents(`?type=sound&cameraId=${cameraB.toLowerCase()}`))).toEqual(['b2']);
    expect(ids(await listEvents('?from=2026-11-24T02:00:00Z&to=2026-11-24T03:00:00Z'))).toEqual(['b2', 'a2']);
    expect(ids(await listEvents('?from=2026-11-24T04:00:00%2B02:00&type=person'))).toEqual(['a3']);
    const page = await listEvents('?type=sound&limit=1');
    expect(ids(await listEvents(`?type=sound&limit=1&cursor=${page.nextCursor}`))).toEqual(['a2']);
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=ten',
    'type=bird',
    'cameraId=+',
    'from=yesterday',
    'cursor=x',
    'cursor=W10',
    `cursor=${Buffer.from('["2026-11-24T10:00:00Z","e"]').toString('base64url')}`,
    `cursor=${Buffer.from('["9999-99-99T10:00:00.000000Z","e"]').toString('base64url')}`,
    `cursor=${Buffer.from('["2026-11-24T10:00:00.000000Z","e\\u0000"]').toString('base64url')}`,
    'limit=1&limit=2',
  ])('refuse %s, 400', async (query) => {
    const answer = await harness.call('GET', `/api/events?${query}`);
    expect([answer.status, Object.keys(answer.json)]).toEqual([400, ['error']]);
  });

  it('take 1 to 200 rows a page, 50 when nobody says', async () => {
    await harness.database.pool.query(
      `insert into activity_events (event_id, camera_id, start_timestamp) select 'e' || n, $1, now() from generate_series(1, 201) n`,
      [cameraA],
    );
    expect((await listEvents()).events).toHaveLength(50);
    expect((await listEvents('?limit=200')).events).toHaveLength(200);
  });
});

describe('bootstrap', () => {
  it('holds cameras, newest events and a revision the stream goes on from', async () => {
    await harness.insertEvent('e');
    const bootstrap: Bootstrap = (await harness.call('GET', '/api/bootstrap')).json;
    expect(bootstrap.cameras).toHaveLength(2);
    expect(bootstrap.events.map((event: CameraEvent) => event.id)).toEqual(['e']);
    expect(bootstrap.user).toMatchObject({ username: 'admin', role: 'admin' });
    const highest = Math.max(...[...bootstrap.cameras, ...bootstrap.events].map(({ revision }) => revision));
    expect(bootstrap.revision).toBe(highest);
  });
});

describe('unclaimed ids', () => {
  it('are listed, approved, blocked; each is an audit line', async () => {
    const id = 'ABCDEF0123456789ABCDEF0123456789';
    await harness.database.pool.query(
      `insert into unclaimed_cameras (camera_id, address, config_requests) values ($1, '192.168.1.9', 2)`,
      [id],
    );
    const { unclaimed }: UnclaimedList = (await harness.call('GET', '/api/unclaimed')).json;
    expect(unclaimed).toMatchObject([{ id, address: '192.168.1.9', configRequests: 2, approvedAt: null }]);
    const approved = await harness.call('POST', `/api/unclaimed/${id}/approve`);
    expect(approved.json).toMatchObject({ id, approvedAt: expect.any(String) as string, blockedAt: null });
    const blocked = await harness.call('POST', `/api/unclaimed/${id}/block`);
    expect(blocked.json).toMatchObject({ approvedAt: null, blockedAt: expect.any(String) as string });
    expect((await harness.call('POST', `/api/unclaimed/${cameraA}/approve`)).status).toBe(404);

    const first: AuditList = (await harness.call('GET', '/api/audit?limit=1')).json;
    expect(first.entries).toMatchObject([{ actor: 'admin', action: 'unclaimed_blocked', cameraId: id }]);
    const next: AuditList = (await harness.call('GET', `/api/audit?limit=1&cursor=${first.nextCursor}`)).json;
    expect(next.entries).toMatchObject([{ action: 'unclaimed_approved' }]);
    expect((await harness.call('GET', '/api/audit?cursor=x')).status).toBe(400);
  });
});
