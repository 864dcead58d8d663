/** Connected or not, through broker, client list and database; what is announced, and what survives a lie. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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

let harness: Harness;
const suite = describe.skipIf(!hasMosquitto);
if (!hasMosquitto) console.warn('skipped: mosquitto is not installed (apt-get install mosquitto)');

beforeAll(async () => {
  if (hasMosquitto) harness = await startHarness();
});
afterAll(async () => {
  if (hasMosquitto) await harness.close();
});
afterEach(async () => {
  if (hasMosquitto) await harness.reset();
});

interface CameraRow {
  camera_id: string;
  camera_name: string;
  connection_status: string;
  connection_timestamp: Date | null;
  broker_session: string | null;
  broker_session_ended: boolean;
  last_seen: Date | null;
  status: string;
  status_reported_at: Date | null;
  firmware_version: string | null;
  ip_address: string | null;
  battery_level: number | null;
  signal_strength: number | null;
  temperature: number | null;
  uptime_seconds: number | null;
}
const row = async (number = 1) =>
  (
    await harness.rows<CameraRow>('select * from camera_registry where camera_id = $1', [cameraId(number)])
  )[0];
const until = (status: string, number = 1) =>
  waitFor(async () => (await row(number))?.connection_status === status, status);
const announced = async () =>
  (
    await harness.rows<{ topic: string }>(
      "select topic from outbox where topic like 'camera-%' order by outbox_id",
    )
  ).map(({ topic }) => topic);
const statusEvents = () =>
  harness.rows<{ event_type: string; status: string | null; raw_payload: Record<string, unknown> }>(
    'select event_type, status, raw_payload from status_events order by status_event_id',
  );
async function settled(camera: Camera): Promise<void> {
  const mark = Math.random();
  // Not "online": says nothing about the connection.
  await camera.heartbeat({ uptime: mark, status: 'settling' });
  await waitFor(async () => (await row(1))?.uptime_seconds === mark, 'commit');
}
const will = (camera: Camera, body: unknown = 'DISCONNECT') =>
  camera.send(cameraTopics.connection(camera.id), body);
const begin = async (timings = {}, environment = {}): Promise<{ processor: Processor; camera: Camera }> => {
  const processor = await harness.startProcessor(timings, environment);
  await untilWorking(harness, processor);
  return { processor, camera: await harness.camera(1) };
};

suite('messages alone, no word of the broker', () => {
  it('a first message creates the camera with its default name and announces it once', async () => {
    const { camera } = await begin();
    await camera.connected({
      device: { softwareVersion: 'V0_0_00_117RC_svn1356' },
      ipAddress: '192.168.50.21',
      timestamp: 1_760_000_000,
    });
    await camera.connected({ timestamp: 1_760_000_001 });
    await settled(camera);
    expect(await row()).toMatchObject({
      camera_name: `Camera ${camera.id.slice(-8)}`,
      connection_status: 'connected',
      firmware_version: 'V0_0_00_117RC_svn1356',
      ip_address: '192.168.50.21',
      status: 'unknown',
    });
    expect(await announced()).toEqual(['camera-connected']);
  });

  it.each<[string, unknown]>([
    ['the bare word', 'DISCONNECT'],
    ['another status', { status: 'offline' }],
    ['eventType', { eventType: 'DISCONNECT' }],
    ['no status', {}],
    ['a null status', { status: null }],
  ])('goodbye as %s', async (_name, body) => {
    const { camera } = await begin();
    await camera.connected();
    await until('connected');
    await will(camera, body);
    await until('disconnected');
    await will(camera, body);
    await settled(camera);
    expect(await announced()).toEqual(['camera-connected', 'camera-disconnected']);
    expect((await statusEvents()).map(({ event_type }) => event_type)).toContain('disconnect');
  });

  it('connection_timestamp moves only with the status, last_seen with every message', async () => {
    const { camera } = await begin();
    await camera.heartbeat({ status: 'active' });
    await until('connected');
    const first = await row();
    await camera.start('e1');
    await waitFor(async () => ((await row())?.last_seen ?? 0) > (first?.last_seen ?? 0), 'last_seen');
    await camera.connected();
    await settled(camera);
    expect((await row())?.connection_timestamp).toEqual(first?.connection_timestamp);
  });

  it('never overwrites the name, keeps what a message leaves out, takes the reported mode in lower case', async () => {
    const { camera } = await begin();
    await camera.heartbeat({
      battery: { level: 80, temperature: 30 },
      radio: { signalStrength: -60 },
      ethernet: { ipAddress: '192.168.50.30' },
      uptime: 5,
    });
    await until('connected');
    await harness.database.pool.query("update camera_registry set camera_name = 'Front door'");
    await camera.state({ mode: 'ARMED', battery: null, radio: null, ethernet: null });
    await camera.connected();
    await settled(camera);
    expect(await row()).toMatchObject({
      camera_name: 'Front door',
      status: 'armed',
      battery_level: 80,
      temperature: 30,
      signal_strength: -60,
      ip_address: '192.168.50.30',
    });
    await camera.state({ status: 'online' });
    await settled(camera);
    expect((await row())?.status).toBe('armed');
  });

  it('keeps one status event a message, raw payload included, however often it is delivered', async () => {
    const { camera } = await begin();
    const body = { status: 'online', timestamp: 1_790_000_000, firmwareOdd: { x: [1, null] } };
    await camera.heartbeat(body);
    await camera.heartbeat(body);
    await camera.state(body);
    await waitFor(async () => (await statusEvents()).length >= 2, 'status events');
    await settled(camera);
    const kept = (await statusEvents()).filter(({ status }) => status === 'online');
    expect(kept.map(({ event_type }) => event_type)).toEqual(['heartbeat', 'state']);
    expect(kept[0]?.raw_payload).toEqual(body);
  });

  it('retained messages are snapshots: they make the camera known and prove nothing', async () => {
    const camera = await harness.camera(1);
    const old = { status: 'connected', device: { softwareVersion: 'old' } };
    await camera.send(cameraTopics.connection(camera.id), old, { retain: true });
    await camera.send(cameraTopics.state(camera.id), { mode: 'PRIVACY' }, { retain: true });
    const processor = await harness.startProcessor();
    await untilWorking(harness, processor);
    await waitFor(async () => (await row())?.status === 'privacy', 'snapshot');
    expect(await row()).toMatchObject({
      connection_status: 'disconnected',
      firmware_version: 'old',
      last_seen: null,
    });
    expect(await announced()).toEqual([]);
    await camera.connected({ device: { softwareVersion: 'new' } });
    await until('connected');
    expect((await row())?.firmware_version).toBe('new');
    for (const topic of [cameraTopics.connection(camera.id), cameraTopics.state(camera.id)])
      await camera.send(topic, '', { retain: true });
    await settled(camera);
  });
});

suite('with the broker’s client list', () => {
  const session = Date.UTC(2026, 10, 24, 10);

  it('a will on takeover does not mark the camera offline', async () => {
    const { camera } = await begin({ reconcileMs: 200 });
    harness.api.clients.set(camera.id, session);
    await camera.connected();
    await waitFor(async () => (await row())?.broker_session === String(session), 'session');
    harness.api.clients.set(camera.id, session + 1000);
    await will(camera);
    await waitFor(async () => (await row())?.broker_session === String(session + 1000), 'new session');
    await settled(camera);
    expect((await row())?.connection_status).toBe('connected');
    expect(await announced()).toEqual(['camera-connected']);
  });

  it('a will and a list without the camera do', async () => {
    const { camera } = await begin({ reconcileMs: 60_000 });
    harness.api.clients.set(camera.id, session);
    await camera.connected();
    await until('connected');
    // Asked at connect, before the camera had a row: the session is learnt at the next list.
    await harness.database.pool.query('update camera_registry set broker_session = $1', [String(session)]);
    harness.api.clients.delete(camera.id);
    await will(camera);
    await until('disconnected');
    expect((await row())?.broker_session_ended).toBe(true);
  });

  it('a camera cut without any event goes offline by the list alone, and comes back by it', async () => {
    const { camera } = await begin({ reconcileMs: 150 });
    harness.api.clients.set(camera.id, session);
    await camera.connected();
    await waitFor(async () => (await row())?.broker_session === String(session), 'session');
    harness.api.clients.delete(camera.id);
    await until('disconnected');
    harness.api.clients.set(camera.id, session + 5000);
    await until('connected');
    expect(await announced()).toEqual(['camera-connected', 'camera-disconnected', 'camera-connected']);
    const causes = (await statusEvents()).map(({ status }) => status);
    expect(causes).toContain("the broker's client list");
  });

  it('a backlog of a camera that has gone does not bring it back', async () => {
    const { camera } = await begin({ reconcileMs: 150 });
    harness.api.clients.set(camera.id, session);
    await camera.connected();
    await waitFor(async () => (await row())?.broker_session === String(session), 'session');
    harness.api.clients.set(camera.id, undefined);
    await until('disconnected');
    const asked = harness.api.asked;
    await camera.heartbeat();
    await waitFor(() => harness.api.asked > asked, 'question to the broker');
    await settled(camera);
    expect((await row())?.connection_status).toBe('disconnected');
    expect(await announced()).toEqual(['camera-connected', 'camera-disconnected']);
  });

  it('believes the camera after a grace period while the list is away', async () => {
    const { camera } = await begin({ reconcileMs: 150, presenceGraceMs: 300 });
    harness.api.clients.set(camera.id, session);
    await camera.connected();
    await waitFor(async () => (await row())?.broker_session === String(session), 'session');
    harness.api.up = false;
    await will(camera);
    await until('disconnected');
    await camera.heartbeat();
    await until('connected');
  });

  it('an id the broker lists but which never spoke gets no row; its session counts once it speaks', async () => {
    const { camera } = await begin({ reconcileMs: 100 });
    harness.api.clients.set(camera.id, session);
    const asked = harness.api.asked;
    await waitFor(() => harness.api.asked > asked + 1, 'two lists');
    expect(await row()).toBeUndefined();
    await camera.heartbeat();
    await until('connected');
    expect((await row())?.broker_session).toBe(String(session));
  });
});

suite('silence', () => {
  it('disconnects a camera, also on a live session, and a word brings it back', async () => {
    const { camera } = await begin({ reconcileMs: 100 }, { OFFLINE_AFTER_SECONDS: '1' });
    harness.api.clients.set(camera.id, Date.UTC(2026, 10, 24));
    await camera.connected();
    await until('connected');
    await until('disconnected');
    await camera.heartbeat();
    await until('connected');
    expect(await announced()).toEqual(['camera-connected', 'camera-disconnected', 'camera-connected']);
  });
});
