/**
 * `make` and the embedded stack as an operator meets them: twice, at once, after a killed supervisor, two side by side.
 * What parts do under `kill -9` with cameras connected is the end-to-end suite's.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Platform, isAlive } from '@apiary/test-support';

let open: Platform | undefined;
const platform = (): Platform => {
  if (open === undefined) throw new Error('the platform did not come up');
  return open;
};
const processes = async (): Promise<Record<string, number | undefined>> =>
  Object.fromEntries(((await platform().refresh())?.services ?? []).map(({ name, pid }) => [name, pid]));
const supervisor = (): number => {
  const state = JSON.parse(readFileSync(join(platform().info.dataDir, 'run', 'state.json'), 'utf8')) as {
    supervisor: { pid: number };
  };
  return state.supervisor.pid;
};

const elsewhere = process.env['TEST_PLATFORM'] === 'running';
if (elsewhere)
  console.log('The embedded stack is not tested: TEST_PLATFORM=running is about another platform.');

describe.skipIf(elsewhere)('make and the embedded stack', () => {
  beforeAll(async () => {
    open = await Platform.open();
  }, 660_000);
  afterAll(async () => {
    await open?.close();
  }, 120_000);

  it('leaves everything alone at a second make up', async () => {
    const before = await processes();
    const { code, stdout } = await platform().make('up');
    expect({ code, told: stdout.includes('Already running; nothing to do.') }).toEqual({
      code: 0,
      told: true,
    });
    expect(stdout).not.toContain(await platform().adminPassword());
    expect(await processes()).toEqual(before);
  });

  it('lets one of two that start at once do the work, and ends both well', async () => {
    await platform().make('down');
    const results = await Promise.all([platform().make('up'), platform().make('up')]);
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    const said = results.map(({ stdout }) => /Everything is running|nothing to do/.exec(stdout)?.[0]).sort();
    expect(said).toEqual(['Everything is running', 'nothing to do']);
  }, 120_000);

  it('keeps its parts when the supervisor is killed, says so, and puts that right at the next make up', async () => {
    const before = await processes();
    process.kill(supervisor(), 'SIGKILL');
    const status = await platform().make('status');
    expect(status.stdout).toContain('The supervisor is gone');
    for (const pid of Object.values(before)) expect(isAlive(pid ?? 0)).toBe(true);
    const { code, stderr } = await platform().make('up');
    expect({ code, told: /now ended: postgres, .*edge/.test(stderr) }).toEqual({ code: 0, told: true });
    for (const pid of Object.values(before)) expect(isAlive(pid ?? 0)).toBe(false);
    const after = await processes();
    expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
  }, 120_000);

  it('takes back the orphans of a killed supervisor at make down', async () => {
    const before = await processes();
    process.kill(supervisor(), 'SIGKILL');
    expect((await platform().make('down')).code).toBe(0);
    for (const pid of Object.values(before)) expect(isAlive(pid ?? 0)).toBe(false);
    expect((await platform().make('up')).code).toBe(0);
  }, 120_000);

  it('runs beside another one with its own folders and ports', async () => {
    const other = await Platform.open();
    try {
      const mine = await processes();
      const pids = new Set([...Object.values(mine), ...other.info.services.map(({ pid }) => pid)]);
      expect(pids.size).toBe(2 * other.info.services.length);
      expect(other.info.databaseUrl).not.toBe(platform().info.databaseUrl);
      expect(await other.caPem()).not.toBe(await platform().caPem());
    } finally {
      await other.close();
    }
    expect((await platform().make('status')).code).toBe(0);
  }, 240_000);

  it('leaves nothing but logs, data and its ports behind after make down', async () => {
    const before = await processes();
    expect((await platform().make('down')).code).toBe(0);
    for (const pid of Object.values(before)) expect(isAlive(pid ?? 0)).toBe(false);
    expect(readdirSync(join(platform().info.dataDir, 'run'))).toEqual(['runtime.json']);
    expect(await platform().refresh()).toBeUndefined();
    expect((await platform().make('down')).stdout).toContain('Nothing is running.');
  }, 120_000);
});
