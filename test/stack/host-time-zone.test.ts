/** The time zone that `make up` gives to containers, as scripts/lib.sh reads it from a machine. */
import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '@apiary/test-support';

const library = resolve(import.meta.dirname, '../../scripts/lib.sh');

async function zoneOf({ timezone, localtime }: { timezone?: string; localtime?: string }): Promise<string> {
  await using folder = await tempDir();
  if (timezone !== undefined) writeFileSync(join(folder.path, 'timezone'), timezone);
  if (localtime !== undefined) symlinkSync(localtime, join(folder.path, 'localtime'));
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['-c', '. "$1"; host_time_zone "$2"', 'zone', library, folder.path],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

it('is the one /etc/timezone names', async () => {
  expect(await zoneOf({ timezone: 'Europe/Berlin\n' })).toBe('Europe/Berlin');
  expect(await zoneOf({ timezone: 'Etc/UTC\n', localtime: '/usr/share/zoneinfo/Asia/Tokyo' })).toBe(
    'Etc/UTC',
  );
});

it('else the one /etc/localtime leads to', async () => {
  expect(await zoneOf({ localtime: '/usr/share/zoneinfo/America/Port-au-Prince' })).toBe(
    'America/Port-au-Prince',
  );
  expect(await zoneOf({ timezone: '\n', localtime: '/usr/share/zoneinfo/posix/Europe/London' })).toBe(
    'Europe/London',
  );
});

it('is nothing where the machine does not say', async () => {
  expect(await zoneOf({})).toBe('');
  expect(await zoneOf({ localtime: '/somewhere/else' })).toBe('');
  expect(await zoneOf({ timezone: '$(reboot)\n' })).toBe('');
});
