/** The house at the API: set, told to screens, presets and schedules and their rules. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import { cameraA, cameraB, startHarness, type Harness } from '../dashboard.helpers.ts';
import { openStream } from '../event-stream.helpers.ts';
import type { House as HouseRecord, HouseSetResult } from '../schemas/house.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  const { pool } = harness.database;
  await pool.query('truncate camera_registry, house_schedules cascade');
  await pool.query('update house_state set preset_id = null, until_at = null, applied_at = now()');
  await harness.insertCamera(cameraA, { connection_status: 'connected' });
  await harness.insertCamera(cameraB);
});

describe('the API', () => {
  const get = async (): Promise<HouseRecord> => (await harness.call('GET', '/api/house')).json;

  it('seeds home, away and night, sets one and says so on every screen', async () => {
    expect((await get()).presets.map(({ id }) => id)).toEqual(['home', 'away', 'night']);
    const stream = await openStream(harness.url('/api/stream'), { cookie: harness.cookie });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const answer = await harness.call('PUT', '/api/house/state', { body: { presetId: 'away', until } });
    const { house, cameras }: HouseSetResult = answer.json;
    expect(house.state).toMatchObject({
      presetId: 'away',
      reason: 'person',
      setBy: 'admin',
      until,
      applied: true,
    });
    expect(cameras.map(({ outcome }) => outcome)).toEqual(['sent', 'stored']);
    expect(house.deviating).toEqual([]);
    await waitFor(
      () => stream.events.find(({ name, data }) => name === 'changed' && data.entity === 'house'),
      'changed',
    );
    stream.close();
    await harness.call('POST', `/api/control/mode/${cameraA}/privacy`);
    expect((await get()).deviating).toEqual([cameraA]);
    expect((await harness.call('DELETE', '/api/house/override')).status).toBe(200);
    expect((await get()).state.until).toBeNull();
  });

  it('keeps presets and schedules, refuses what breaks their rules', async () => {
    const preset = { name: 'Holiday', defaultMode: 'armed', modes: { [cameraA]: 'privacy' } };
    const added: HouseRecord = (await harness.call('POST', '/api/house/presets', { body: preset })).json;
    const id = added.presets.at(-1)?.id ?? '';
    expect(added.presets.at(-1)).toEqual({ ...preset, id });
    expect(
      (await harness.call('POST', '/api/house/presets', { body: { ...preset, name: 'holiday' } })).status,
    ).toBe(409);
    const body = { presetId: id, weekdays: [1, 5], localTime: '08:15' };
    for (const wrong of [{ weekdays: [0] }, { weekdays: [] }, { weekdays: [1, 1] }, { localTime: '24:00' }])
      expect(
        (await harness.call('POST', '/api/house/schedules', { body: { ...body, ...wrong } })).status,
      ).toBe(400);
    const withSchedule: HouseRecord = (await harness.call('POST', '/api/house/schedules', { body })).json;
    expect(withSchedule.schedules).toMatchObject([{ ...body, enabled: true }]);
    expect(withSchedule.next?.presetId).toBe(id);
    const path = `/api/house/schedules/${withSchedule.schedules[0]?.id}`;
    const off = await harness.call('PUT', path, { body: { ...body, enabled: false } });
    expect((off.json as HouseRecord).next).toBeNull();
    const gone: HouseRecord = (await harness.call('DELETE', `/api/house/presets/${id}`)).json;
    expect([gone.presets.length, gone.schedules]).toEqual([3, []]);
    expect((await harness.call('DELETE', path)).status).toBe(404);
  });
});
