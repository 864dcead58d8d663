/** The commands a person types: a second `up`, `down`, `up` again. Whatever was there stays there. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { Api } from './api.helpers.ts';
import { missing, newCamera } from './cameras.helpers.ts';
import { isAlive, type Platform } from '@apiary/test-support';

export function lifecycleSuite(platform: () => Platform): void {
  it('printed the address and the generated password at the very first start', async ({ skip }) => {
    const first = platform().firstUp;
    if (first === undefined) skip('the platform was running before this suite');
    expect(first?.stdout).toContain(platform().info.dashboardUrl);
    expect(first?.stdout).toContain(await platform().adminPassword());
  });

  it('has a second `make up` change nothing and print no password', { timeout: 300_000 }, async () => {
    const before = await pids();
    const second = await platform().make('up');
    expect(second).toMatchObject({ code: 0 });
    expect(second.stdout).not.toContain(await platform().adminPassword());
    expect(await pids(), second.stderr).toEqual(before);
  });

  it('keeps everything over `make down` and `make up`', { timeout: 600_000 }, async () => {
    const camera = await newCamera(platform());
    try {
      const event = camera.triggerEvent();
      await event.acknowledged;
      const password = await platform().adminPassword();
      const { services } = platform().info;

      expect(await platform().make('down')).toMatchObject({ code: 0 });
      expect(await platform().refresh()).toBeUndefined();
      for (const { pid } of services) if (pid !== undefined) expect(isAlive(pid)).toBe(false);

      const up = await platform().make('up');
      expect(up).toMatchObject({ code: 0 });
      await platform().refresh();
      expect(await platform().adminPassword()).toBe(password);
      await camera.untilConnected(60_000);
      const api = await Api.loggedIn(platform());
      expect(await api.event(event.eventId)).toMatchObject({ recordingCount: 1 });
      expect(await missing(platform(), [camera])).toEqual([]);
    } finally {
      await camera.stop();
    }
  });

  it('ends clean: no process, no open port', { timeout: 300_000 }, async ({ skip }) => {
    if (!platform().owned) skip('the platform was running before this suite and stays so');
    const { info } = platform();
    expect(await platform().make('down')).toMatchObject({ code: 0 });
    for (const { pid } of info.services) if (pid !== undefined) expect(isAlive(pid)).toBe(false);
    for (const url of [info.dashboardUrl, info.configUrl]) {
      const port = Number(new URL(url).port);
      expect(await listens(port)).toBe(false);
    }
    expect(await listens(info.broker.port)).toBe(false);
  });

  async function pids(): Promise<Record<string, unknown>> {
    const info = await platform().refresh();
    return Object.fromEntries(
      (info?.services ?? []).map(({ name, pid, container }) => [name, pid ?? container]),
    );
  }
}

/** Any process listening on this TCP port, by the kernel's own table. */
async function listens(port: number): Promise<boolean> {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const lines = (await readFile(table, 'utf8').catch(() => '')).split('\n');
    if (lines.some((line) => line.trim().split(/\s+/)[1]?.endsWith(hex) === true && line.includes(' 0A ')))
      return true;
  }
  return false;
}
