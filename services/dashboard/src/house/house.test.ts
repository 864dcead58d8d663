/**
 * The house with a clock that the test holds, real commands and a real broker: overrides, changes of clocks, restarts,
 * missed switches, a broker that is away. The API is house-api.test.ts.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '@apiary/base/logger';
import { createPool } from '@apiary/database';
import { readHouseState } from '@apiary/database/house-repository';
import { connectBroker, type BrokerClient } from '@apiary/mqtt';
import { freePort, startTestDatabase, waitFor, type TestDatabase } from '@apiary/test-support';
import { CameraCommands } from '../control/camera-commands.ts';
import { cameraA, cameraB, TestBroker } from '../dashboard.helpers.ts';
import { House } from './house.ts';

let database: TestDatabase;
let messages: TestBroker;
let pool: ReturnType<typeof createPool>;
let broker: BrokerClient;
let commands: CameraCommands;
beforeAll(async () => {
  database = await startTestDatabase();
  messages = new TestBroker(await freePort());
  await messages.start();
  pool = createPool(database.addressOf('dashboard'), silentLogger, { applicationName: 'test' });
  broker = connectBroker({
    host: '127.0.0.1',
    port: messages.port,
    username: 'svc-dashboard',
    password: 'test-only-broker-password',
    clientId: 'house-test',
    logger: silentLogger,
  });
  await broker.ready(5000);
  commands = new CameraCommands({ pool, broker, logger: silentLogger, timeoutSeconds: 30 });
});
afterAll(async () => {
  commands.stop();
  await broker.close();
  await messages.stop();
  await pool.end();
  await database.stop();
});
beforeEach(async () => {
  await database.clear();
  await database.pool.query('truncate house_schedules');
  await pool.query(
    `update house_state set preset_id = null, reason = 'none', until_at = null, after_preset_id = null, applied_at = now()`,
  );
  await database.pool.query(
    `insert into camera_registry (camera_id, camera_name, connection_status) values ($1, 'A', 'connected'), ($2, 'B', 'disconnected')`,
    [cameraA, cameraB],
  );
  messages.messages.length = 0;
});

const admin = { username: 'admin', address: '127.0.0.1' };
const requested = async (): Promise<Record<string, unknown>> => {
  const { rows } = await pool.query<{ id: string; mode: string | null }>(
    'select camera_id as id, requested_mode as mode from camera_registry order by 1',
  );
  return Object.fromEntries(rows.map(({ id, mode }) => [id, mode]));
};

/** A house whose clock stands at `time` until it is moved. */
async function houseAt(time: string, zone = 'Europe/London') {
  let now = new Date(time);
  const clock = { now: () => now.getTime(), date: () => now };
  const make = () => new House({ pool, commands, clock, timeZone: zone, logger: silentLogger });
  await pool.query('update house_state set handled_until = $1, set_at = $1', [now]);
  let house = make();
  return {
    get house() {
      return house;
    },
    /** Moves the clock and looks. */
    until: async (next: string): Promise<string | null> => {
      now = new Date(next);
      await house.tick();
      return (await readHouseState(pool)).presetId;
    },
    restart: () => (house = make()),
  };
}
const schedule = (preset: string, time: string, days = [1, 2, 3, 4, 5, 6, 7]) =>
  pool.query('insert into house_schedules (preset_id, weekdays, local_time) values ($1, $2, $3)', [
    preset,
    days,
    time,
  ]);

describe('setting', () => {
  it('gives each camera its mode, and keeps it for one that is away', async () => {
    const { house } = await houseAt('2026-06-01T12:00:00Z');
    await pool.query("insert into house_preset_modes values ('away', $1, 'privacy')", [cameraB]);
    const told = await house.set('away', undefined, admin);
    expect(told).toMatchObject([
      { cameraId: cameraA, outcome: 'sent' },
      { cameraId: cameraB, outcome: 'stored' },
    ]);
    expect(await requested()).toEqual({ [cameraA]: 'armed', [cameraB]: 'privacy' });
    expect(messages.messages.map(({ topic }) => topic)).toEqual([`prod/honeycomb/${cameraA}/system/setmode`]);
    const { appliedAt, reason, setBy } = await readHouseState(pool);
    expect([appliedAt !== null, reason, setBy]).toEqual([true, 'person', 'admin']);
    await pool.query("delete from house_preset_modes where preset_id = 'away'");
  });

  it('tries again what failed while the broker was away', async () => {
    const world = await houseAt('2026-06-01T12:00:00Z');
    await messages.stop();
    await waitFor(() => !broker.connected, 'the broker gone');
    const told = await world.house.set('away', undefined, admin);
    expect(told.map(({ outcome }) => outcome)).toEqual(['failed', 'stored']);
    expect((await readHouseState(pool)).appliedAt).toBeNull();
    await messages.start();
    await waitFor(() => broker.connected, 'the broker back', 20_000);
    world.restart();
    await world.until('2026-06-01T12:01:00Z');
    expect(await requested()).toEqual({ [cameraA]: 'armed', [cameraB]: 'armed' });
    expect((await readHouseState(pool)).appliedAt).not.toBeNull();
  });

  it('twice at once: the last one holds for every camera', async () => {
    const { house } = await houseAt('2026-06-01T12:00:00Z');
    await Promise.all([house.set('away', undefined, admin), house.set('home', undefined, admin)]);
    await house.tick();
    const wanted = (await readHouseState(pool)).presetId === 'away' ? 'armed' : 'livestreamonly';
    expect(await requested()).toEqual({ [cameraA]: wanted, [cameraB]: wanted });
  });

  it('refuses an end in the past and a preset that is none', async () => {
    const { house } = await houseAt('2026-06-01T12:00:00Z');
    await expect(house.set('away', new Date('2026-06-01T11:00:00Z'), admin)).rejects.toThrow(
      'must lie ahead',
    );
    await expect(house.set('nothing', undefined, admin)).rejects.toThrow('does not exist');
  });
});

describe('schedules', () => {
  it('switch once a day where clocks go back, and on the day they go forward', async () => {
    await schedule('night', '01:30');
    await schedule('home', '07:00');
    const autumn = await houseAt('2026-10-25T00:00:00Z');
    expect(await autumn.until('2026-10-25T00:29:00Z')).toBeNull();
    expect(await autumn.until('2026-10-25T00:30:00Z')).toBe('night');
    await autumn.house.set('away', undefined, admin);
    // 01:30 for the second time: already done.
    expect(await autumn.until('2026-10-25T01:31:00Z')).toBe('away');
    expect(await autumn.until('2026-10-25T06:30:00Z')).toBe('away');
    expect(await autumn.until('2026-10-25T07:00:00Z')).toBe('home');
    const spring = await houseAt('2026-03-29T00:00:00Z');
    expect(await spring.until('2026-03-29T01:29:00Z')).toBe('home');
    // 02:30 on the clock: 01:30 does not exist.
    expect(await spring.until('2026-03-29T01:30:00Z')).toBe('night');
  });

  it('rest during an override, and say what holds after it', async () => {
    await schedule('night', '22:00');
    const world = await houseAt('2026-06-01T12:00:00Z');
    await world.house.set('home', undefined, admin);
    await world.house.set('away', new Date('2026-06-01T18:00:00Z'), admin);
    expect(await world.until('2026-06-01T17:59:00Z')).toBe('away');
    expect(await world.until('2026-06-01T18:00:00Z')).toBe('home');
    await world.house.set('away', new Date('2026-06-01T23:00:00Z'), admin);
    // A second override: what was set before both comes back.
    await world.house.set('away', new Date('2026-06-02T06:00:00Z'), admin);
    expect(await world.until('2026-06-01T22:00:00Z')).toBe('away');
    expect(await world.until('2026-06-02T06:00:00Z')).toBe('night');
    expect((await readHouseState(pool)).reason).toBe('schedule');
  });

  it('missed while the appliance was off are made up for, within a grace', async () => {
    await schedule('night', '22:00');
    const world = await houseAt('2026-06-01T20:00:00Z');
    world.restart();
    expect(await world.until('2026-06-02T03:00:00Z')).toBe('night');
    await world.house.set('home', undefined, admin);
    world.restart();
    // 21:00 UTC of the 2nd was more than twelve hours ago.
    expect(await world.until('2026-06-03T10:00:00Z')).toBe('home');
    const { rows } = await pool.query("select details from audit_log where action = 'house_switch_missed'");
    expect(rows).toMatchObject([{ details: { preset: 'night', due: '2026-06-02T21:00:00.000Z' } }]);
    expect(await world.until('2026-06-03T21:00:00Z')).toBe('night');
  });

  it('an override that ended while the appliance was off ends at its start', async () => {
    const world = await houseAt('2026-06-01T12:00:00Z');
    await world.house.set('home', undefined, admin);
    await world.house.set('away', new Date('2026-06-01T18:00:00Z'), admin);
    world.restart();
    expect(await world.until('2026-06-05T12:00:00Z')).toBe('home');
    expect(await requested()).toEqual({ [cameraA]: 'livestreamonly', [cameraB]: 'livestreamonly' });
  });

  it('added after their time of today do nothing before tomorrow', async () => {
    const world = await houseAt('2026-06-01T20:00:00Z');
    expect(await world.until('2026-06-01T21:30:00Z')).toBeNull();
    await schedule('night', '22:00');
    await world.house.scheduleChanged(pool);
    expect(await world.until('2026-06-01T21:31:00Z')).toBeNull();
    expect(await world.until('2026-06-02T21:00:00Z')).toBe('night');
  });

  it('switch once though two processes look', async () => {
    await schedule('night', '22:00');
    const world = await houseAt('2026-06-01T20:59:00Z');
    const other = world.house;
    world.restart();
    const late = new Date('2026-06-01T21:00:30Z').toISOString();
    await Promise.all([world.until(late), other.tick()]);
    const { rows } = await pool.query("select 1 from audit_log where action = 'house_set'");
    expect(rows).toHaveLength(1);
    expect(await requested()).toEqual({ [cameraA]: 'armed', [cameraB]: 'armed' });
  });
});
