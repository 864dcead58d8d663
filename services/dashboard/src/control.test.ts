/** Commands: what reaches the broker, what is stored, what is refused, and what a broker that is away leaves behind. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cameraSettingNames, defaultCameraSettings } from '@apiary/contract';
import { waitFor } from '@apiary/test-support';
import { acceptedSchema, settingsSchema } from './api-schemas.ts';
import { cameraA, cameraB, startHarness, type Answered, type Harness } from './dashboard.helpers.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  await harness.database.pool.query('truncate camera_registry cascade');
  await harness.insertCamera(cameraA, { connection_status: 'connected' });
  await harness.insertCamera(cameraB);
  harness.broker.messages.length = 0;
  await waitFor(async () => (await harness.call('GET', '/health')).status === 200, 'the broker to be there');
});

const post = (path: string, body?: unknown): Promise<Answered> =>
  harness.call('POST', path, body === undefined ? {} : { body });
const rows = async (statement: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await harness.database.pool.query<Record<string, unknown>>(statement, values)).rows;
const command = async (requestId: string) =>
  (
    await rows(
      'select *, extract(epoch from deadline - requested_at)::int as seconds from camera_commands where request_id = $1',
      [requestId],
    )
  )[0];
const accepted = (answer: Answered) => {
  expect([answer.status, answer.text]).toEqual([202, expect.any(String)]);
  return acceptedSchema.parse(answer.json);
};

describe('mode', () => {
  it('of a connected camera is sent once, stored, and answered with the request id', async () => {
    const { requestId, pending } = accepted(await post(`/api/control/mode/${cameraA}/PRIVACY`));
    expect(pending).toBeUndefined();
    expect(harness.broker.messages).toMatchObject([
      {
        topic: `prod/honeycomb/${cameraA}/system/setmode`,
        qos: 1,
        retain: false,
        body: { requestId, mode: 'PRIVACY', type: 'NA', durationMinutes: 'NA', intervalSeconds: 'NA' },
      },
    ]);
    expect(await command(requestId)).toMatchObject({
      camera_id: cameraA,
      command: 'system/setmode',
      expected: { mode: 'privacy' },
      requested_by: 'admin',
      published_at: expect.any(Date) as Date,
      seconds: 30,
      outcome: null,
    });
    expect((await harness.call('GET', `/api/cameras/${cameraA}`)).json).toMatchObject({
      mode: 'unknown',
      requestedMode: 'privacy',
    });
    expect(await rows('select setting_name, setting_value, setting_type from camera_state')).toEqual([
      { setting_name: 'mode', setting_value: 'privacy', setting_type: 'string' },
    ]);
  });

  it('of a disconnected camera waits for its next connection', async () => {
    const { requestId, pending } = accepted(await post(`/api/control/mode/${cameraB}/armed`));
    expect(pending).toBe(true);
    expect(harness.broker.messages).toEqual([]);
    expect(await command(requestId)).toMatchObject({ published_at: null, deadline: null, outcome: null });
    expect((await harness.call('GET', `/api/cameras/${cameraB}`)).json).toMatchObject({
      requestedMode: 'armed',
    });
  });

  it('asked for many times at once ends as the camera got it last', async () => {
    const modes = ['armed', 'privacy', 'livestreamonly', 'armed', 'privacy'];
    await Promise.all(modes.map((mode) => post(`/api/control/mode/${cameraA}/${mode}`)));
    expect(harness.broker.messages).toHaveLength(5);
    const last = String(harness.broker.messages.at(-1)?.body.mode).toLowerCase();
    expect((await harness.call('GET', `/api/cameras/${cameraA}`)).json).toMatchObject({
      requestedMode: last,
    });
  });

  it('that is none is 400, of an unknown camera 404', async () => {
    expect((await post(`/api/control/mode/${cameraA}/off`)).status).toBe(400);
    expect((await post(`/api/control/mode/${'0'.repeat(32)}/armed`)).status).toBe(404);
    expect(await rows('select 1 from camera_commands')).toEqual([]);
  });
});

describe('settings', () => {
  const path = `/api/control/settings/${cameraA}`;
  it('are all twenty, with those nobody chose named', async () => {
    const answer = settingsSchema.parse((await harness.call('GET', path)).json);
    expect(answer.settings).toEqual(defaultCameraSettings);
    expect(answer.standard).toEqual(defaultCameraSettings);
    expect(answer.defaults).toEqual(cameraSettingNames);
  });

  it('are merged with what is stored; the camera gets all twenty, each time', async () => {
    accepted(await harness.call('PUT', path, { body: { nightVision: 'OFF', ledDot: false } }));
    const { requestId } = accepted(
      await harness.call('PUT', path, { body: { volume: 'HIGH', schedule: [] } }),
    );
    const sent = harness.broker.messages.at(-1);
    expect(sent?.topic).toBe(`prod/honeycomb/${cameraA}/settings/update`);
    expect(sent?.body).toMatchObject({
      ...defaultCameraSettings,
      requestId,
      nightVision: 'OFF',
      ledDot: false,
      volume: 'HIGH',
    });
    expect(await command(requestId)).toMatchObject({
      expected: { settings: { volume: 'HIGH', schedule: [] } },
    });
    expect(
      await rows('select setting_name, setting_value, setting_type from camera_state order by 1'),
    ).toEqual([
      { setting_name: 'ledDot', setting_value: 'false', setting_type: 'boolean' },
      { setting_name: 'nightVision', setting_value: 'OFF', setting_type: 'string' },
      { setting_name: 'schedule', setting_value: '[]', setting_type: 'json' },
      { setting_name: 'volume', setting_value: 'HIGH', setting_type: 'string' },
    ]);
    const stored = settingsSchema.parse((await harness.call('GET', path)).json);
    expect(stored.defaults).toHaveLength(16);
  });

  it.each([
    {},
    { nightVision: 'DIM' },
    { ledDot: 'true' },
    { mode: 'armed' },
    { storage: 'a\0b' },
    [],
    'text',
  ])('%j is refused', async (body) => {
    expect((await harness.call('PUT', path, { body })).status).toBe(400);
    expect(harness.broker.messages).toEqual([]);
  });

  it('of a disconnected camera are stored', async () => {
    const answer = await harness.call('PUT', `/api/control/settings/${cameraB}`, {
      body: { ledRing: false },
    });
    expect(accepted(answer).pending).toBe(true);
  });
});

describe('reboot and sound', () => {
  it('are sent to a connected camera', async () => {
    const reboot = accepted(await post(`/api/control/reboot/${cameraA}`));
    expect(await command(reboot.requestId)).toMatchObject({
      command: 'system/reboot',
      expected: {},
      seconds: 180,
    });
    accepted(await post(`/api/control/sound/${cameraA}`, { soundType: 'DOG_BARK', durationSeconds: 60 }));
    accepted(await post(`/api/control/sound/${cameraA}/stop`));
    expect(harness.broker.messages.map(({ topic }) => topic.split('/').slice(3).join('/'))).toEqual([
      'system/reboot',
      'sound/play',
      'sound/stop',
    ]);
    expect(harness.broker.messages[1]?.body).toMatchObject({ soundType: 'DOG_BARK' });
    expect(harness.broker.messages[1]?.body).not.toHaveProperty('sound');
  });

  it('are 409 for a disconnected camera, and leave no row', async () => {
    for (const [path, body] of [
      [`/api/control/reboot/${cameraB}`, undefined],
      [`/api/control/sound/${cameraB}`, { soundType: 'LULLABY' }],
      [`/api/control/sound/${cameraB}/stop`, undefined],
    ] as const) {
      const answer = await post(path, body);
      expect([answer.status, answer.json]).toMatchObject([409, { error: { code: 'camera_disconnected' } }]);
    }
    expect(await rows('select 1 from camera_commands')).toEqual([]);
  });

  it.each([{ soundType: 'CAT' }, { sound: 'DOG_BARK' }, { soundType: 'DOG_BARK', durationSeconds: 301 }, {}])(
    'sound %j is refused',
    async (body) => {
      expect((await post(`/api/control/sound/${cameraA}`, body)).status).toBe(400);
    },
  );
});

describe('with the broker away', () => {
  it('nothing is kept of what was answered 503; afterwards it works again, and nothing comes late', async () => {
    accepted(await post(`/api/control/mode/${cameraA}/armed`));
    await harness.broker.stop();
    const answers = await Promise.all([
      post(`/api/control/mode/${cameraA}/privacy`),
      harness.call('PUT', `/api/control/settings/${cameraA}`, { body: { ledDot: false } }),
      post(`/api/control/mode/${cameraB}/privacy`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 202]);
    expect(answers[0].json).toMatchObject({ error: { code: 'broker_unavailable' } });
    expect(
      await rows('select setting_name, setting_value from camera_state where camera_id = $1', [cameraA]),
    ).toEqual([{ setting_name: 'mode', setting_value: 'armed' }]);
    expect((await harness.call('GET', `/api/cameras/${cameraA}`)).json).toMatchObject({
      requestedMode: 'armed',
    });
    expect(await rows('select outcome from camera_commands where outcome is not null')).toHaveLength(2);
    harness.broker.messages.length = 0;
    await harness.broker.start();
    await waitFor(async () => (await harness.call('GET', '/health')).status === 200, 'the broker to be back');
    accepted(await post(`/api/control/mode/${cameraA}/livestreamonly`));
    expect(harness.broker.messages.map(({ body }) => body.mode)).toEqual(['LIVESTREAMONLY']);
  });
});
