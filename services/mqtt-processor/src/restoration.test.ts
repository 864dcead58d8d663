/** Stored state re-sent to a camera that came back, and what becomes of commands, through broker and database. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cameraSettingNames } from '@apiary/contract';
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

const id = cameraId(1);
const sql = (text: string, values: unknown[] = []) => harness.database.pool.query(text, values);
const begin = async (timings = {}): Promise<{ processor: Processor; camera: Camera }> => {
  const processor = await harness.startProcessor(timings);
  await untilWorking(harness, processor);
  return { processor, camera: await harness.camera(1) };
};
const knowCamera = () =>
  sql("insert into camera_registry (camera_id, camera_name) values ($1, 'Hall')", [id]);
const store = async (mode: string | undefined, settings: Record<string, [string, string]> = {}) => {
  await knowCamera();
  if (mode !== undefined) await sql('update camera_registry set requested_mode = $1', [mode]);
  for (const [name, [value, type]] of Object.entries(settings))
    await sql(
      'insert into camera_state (camera_id, setting_name, setting_value, setting_type) values ($1, $2, $3, $4)',
      [id, name, value, type],
    );
};
const names = (camera: Camera) =>
  camera.commands.map(({ topic }) => topic.replace(`prod/honeycomb/${id}/`, ''));
const restored = () =>
  waitFor(
    async () =>
      (await harness.rows('select 1 from camera_registry where restored_session is not null')).length > 0,
    'restoration',
  );
async function settled(camera: Camera): Promise<void> {
  const mark = Math.random();
  await camera.heartbeat({ uptime: mark, status: 'settling' });
  await waitFor(
    async () =>
      (await harness.rows('select 1 from camera_registry where uptime_seconds = $1', [mark])).length > 0,
    'commit',
  );
}

suite('restoration', () => {
  it('sends one full settings/update, then setmode, QoS 1 and not retained', async () => {
    await store('privacy', {
      volume: ['HIGH', 'string'],
      ledDot: ['false', 'boolean'],
      schedule: ['[]', 'json'],
    });
    const { camera } = await begin();
    await camera.connected();
    await waitFor(() => camera.commands.length === 2, 'two commands');
    expect(names(camera)).toEqual(['settings/update', 'system/setmode']);
    const [settings, mode] = camera.commands;
    expect(settings?.body).toMatchObject({
      volume: 'HIGH',
      ledDot: false,
      nightVision: 'AUTO',
      sourceId: id,
    });
    for (const name of cameraSettingNames) expect(settings?.body).toHaveProperty(name);
    expect(mode?.body).toMatchObject({
      mode: 'PRIVACY',
      type: 'NA',
      durationMinutes: 'NA',
      intervalSeconds: 'NA',
    });
    expect(camera.commands.every(({ qos, retain }) => qos === 1 && !retain)).toBe(true);
  });

  it('sends no settings where none were ever set', async () => {
    await store('armed');
    const { camera } = await begin();
    await camera.connected();
    await restored();
    expect(names(camera)).toEqual(['system/setmode']);
  });

  it('takes the mode from camera_state where the registry holds none', async () => {
    await store(undefined, { mode: ['livestreamonly', 'string'] });
    const { camera } = await begin();
    await camera.connected();
    await waitFor(() => camera.commands.length === 1, 'command');
    expect(camera.commands[0]?.body).toMatchObject({ mode: 'LIVESTREAMONLY' });
  });

  it('sends nothing to a camera nobody ever set', async () => {
    const { camera } = await begin();
    await camera.connected();
    await restored();
    await settled(camera);
    expect(camera.commands).toEqual([]);
  });

  it('happens once a connection: by change of status, and by broker session', async () => {
    await store('armed');
    const { camera } = await begin({ reconcileMs: 100 });
    await camera.connected();
    await waitFor(() => camera.commands.length === 1, 'restoration');
    await restored();
    await camera.connected();
    await camera.heartbeat();
    // The broker now names the connection that was served already.
    const session = Date.UTC(2026, 10, 24);
    harness.api.clients.set(id, session);
    await waitFor(
      async () =>
        (await harness.rows('select 1 from camera_registry where broker_session = $1', [String(session)]))
          .length > 0,
      'session',
    );
    await camera.connected();
    await settled(camera);
    expect(camera.commands).toHaveLength(1);
    harness.api.clients.set(id, session + 60_000);
    await waitFor(() => camera.commands.length === 2, 'restoration of the new session');
    await camera.connected();
    await settled(camera);
    expect(camera.commands).toHaveLength(2);
  });

  it('a processor that died before it was done does it at its next start', async () => {
    await store('armed');
    await sql(
      "update camera_registry set connection_status = 'connected', connection_timestamp = now(), broker_session = '5', restored_session = '4'",
    );
    harness.api.clients.set(id, 5);
    const camera = await harness.camera(1);
    const processor = await harness.startProcessor();
    await untilWorking(harness, processor);
    await waitFor(() => camera.commands.length === 1, 'restoration');
    await waitFor(
      async () =>
        (await harness.rows("select 1 from camera_registry where restored_session = '5'")).length > 0,
      'mark',
    );
  });

  it('sends a stored command with its own request id and starts its deadline', async () => {
    await store('armed');
    await sql(
      `insert into camera_commands (request_id, camera_id, command, expected, requested_by, requested_at) values
        ('old', $1, 'system/setmode', '{"mode":"armed"}', 'admin', now() - interval '2 h'),
        ('new', $1, 'system/setmode', '{"mode":"privacy"}', 'admin', now() - interval '1 h')`,
      [id],
    );
    const { camera } = await begin();
    await camera.connected();
    await waitFor(() => camera.commands.length === 1, 'command');
    expect(camera.commands[0]?.body).toMatchObject({ requestId: 'new', mode: 'PRIVACY' });
    await waitFor(
      async () =>
        (
          await harness.rows(
            'select 1 from camera_commands where published_at is not null and deadline > now()',
          )
        ).length === 2,
      'published',
    );
    await camera.state({ mode: 'PRIVACY' });
    await waitFor(
      async () =>
        (
          await harness.rows(
            "select 1 from camera_commands where request_id = 'new' and outcome = 'confirmed'",
          )
        ).length > 0,
      'confirmation',
    );
  });

  it('a retained connection message restores nothing', async () => {
    await store('armed');
    const camera = await harness.camera(1);
    await camera.send(`prod/device/connection/hive-cam/${id}`, { status: 'connected' }, { retain: true });
    const processor = await harness.startProcessor();
    await untilWorking(harness, processor);
    await settled(camera);
    expect(camera.commands).toEqual([]);
    await camera.send(`prod/device/connection/hive-cam/${id}`, '', { retain: true });
  });
});

suite('outcome of commands', () => {
  interface Outcome {
    outcome: string | null;
    outcome_detail: string | null;
  }
  const command = async (name: string, expected: object, extra = '') => {
    await sql(
      `insert into camera_commands (request_id, camera_id, command, expected, requested_by, published_at, deadline)
       values ('r1', $1, $2, $3, 'admin', now(), now() + interval '30 s')`,
      [id, name, JSON.stringify(expected)],
    );
    if (extra !== '') await sql(`update camera_commands set ${extra}`);
  };
  const outcome = async () =>
    (await harness.rows<Outcome>('select outcome, outcome_detail from camera_commands'))[0]?.outcome ?? null;
  const online = async () => {
    const begun = await begin();
    await begun.camera.connected();
    await restored();
    return begun;
  };

  it.each<[string, string, object, (camera: Camera) => Promise<void>, string | null]>([
    ['mode reported', 'system/setmode', { mode: 'armed' }, (c) => c.state({ mode: 'ARMED' }), 'confirmed'],
    [
      'mode in a heartbeat',
      'system/setmode',
      { mode: 'armed' },
      (c) => c.heartbeat({ mode: 'ARMED' }),
      'confirmed',
    ],
    [
      'another mode without echo',
      'system/setmode',
      { mode: 'armed' },
      (c) => c.state({ mode: 'PRIVACY' }),
      null,
    ],
    [
      'another mode with echo',
      'system/setmode',
      { mode: 'armed' },
      (c) => c.state({ mode: 'PRIVACY', requestId: 'r1' }),
      'refused',
    ],
    [
      'an error with echo',
      'system/setmode',
      { mode: 'armed' },
      (c) => c.state({ status: 'error', requestId: 'r1' }),
      'refused',
    ],
    [
      'settings shown',
      'settings/update',
      { settings: { volume: 'HIGH', ledDot: true } },
      (c) => c.state({ settings: { volume: 'high', ledDot: 'true' } }),
      'confirmed',
    ],
    [
      'a state that contradicts nothing',
      'settings/update',
      { settings: { volume: 'HIGH' } },
      (c) => c.state({ status: 'online' }),
      'confirmed',
    ],
    [
      'a heartbeat that shows nothing',
      'settings/update',
      { settings: { volume: 'HIGH' } },
      (c) => c.heartbeat(),
      null,
    ],
    [
      'settings contradicted',
      'settings/update',
      { settings: { volume: 'HIGH' } },
      (c) => c.state({ volume: 'LOW' }),
      null,
    ],
    [
      'settings contradicted with echo',
      'settings/update',
      { settings: { volume: 'HIGH' } },
      (c) => c.state({ volume: 'LOW', requestId: 'r1' }),
      'refused',
    ],
    ['sound echoed', 'sound/play', {}, (c) => c.state({ requestId: 'r1' }), 'confirmed'],
    ['sound not echoed', 'sound/play', {}, (c) => c.state({}), null],
    ['reboot and back', 'system/reboot', {}, (c) => c.connected(), 'confirmed'],
    ['reboot echoed only', 'system/reboot', {}, (c) => c.state({ requestId: 'r1' }), null],
  ])('%s', async (_name, name, expected, report, wanted) => {
    const { camera } = await online();
    await command(name, expected);
    await report(camera);
    await settled(camera);
    expect(await outcome()).toBe(wanted);
  });

  it('what was said before the command does not count', async () => {
    const { camera } = await online();
    await command('settings/update', { settings: {} }, "requested_at = now() + interval '1 h'");
    await camera.state({ status: 'online' });
    await settled(camera);
    expect(await outcome()).toBeNull();
  });

  it('nobody answers: timeout at the deadline, without another message', async () => {
    await online();
    await command('system/setmode', { mode: 'armed' }, "deadline = now() + interval '300 ms'");
    await waitFor(async () => (await outcome()) === 'timeout', 'timeout');
  });

  it('a stored command does not time out while the camera is away', async () => {
    await knowCamera();
    await command(
      'system/setmode',
      { mode: 'armed' },
      "published_at = null, deadline = now() - interval '1 h'",
    );
    await begin();
    await sql(
      `insert into camera_commands (request_id, camera_id, command, requested_by, published_at, deadline)
       values ('r2', $1, 'sound/stop', 'admin', now(), now())`,
      [id],
    );
    await waitFor(
      async () =>
        (await harness.rows("select 1 from camera_commands where request_id = 'r2' and outcome = 'timeout'"))
          .length > 0,
      'sweep',
    );
    expect(
      await harness.rows("select 1 from camera_commands where request_id = 'r1' and outcome is null"),
    ).toHaveLength(1);
  });
});
