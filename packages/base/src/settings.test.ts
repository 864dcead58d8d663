/** Settings: every fault at once, by key and rule; precedence; rules across keys. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '@apiary/test-support/temp-dir';
import { SettingsError, loadSettings, publicSettingNames, readEnvironment, unknownKeys } from './settings.ts';

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadSettings({ SERVER_ADDRESS: '127.0.0.1', ...environment }, publicSettingNames);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}

describe('loadSettings', () => {
  it('lists all faults at once, each by key and rule', () => {
    const faults = faultsOf({
      CONFIG_PORT: '70000',
      SERVER_ADDRESS: 'fe80::1',
      SERVER_NAME: 'not a name',
      STATUS_INTERVAL_SECONDS: 'ten',
      REQUIRE_APPROVAL: 'yes',
      LOG_LEVEL: 'loud',
    });
    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual([
      'CONFIG_PORT',
      'LOG_LEVEL',
      'REQUIRE_APPROVAL',
      'SERVER_ADDRESS',
      'SERVER_NAME',
      'STATUS_INTERVAL_SECONDS',
    ]);
    expect(faults).toContain('CONFIG_PORT: must be at most 65535 (it is "70000")');
    expect(faults).toContain('REQUIRE_APPROVAL: must be true or false (it is "yes")');
  });

  it.each([
    [{ MEDIA_MIN_PORT: '5001', MEDIA_MAX_PORT: '5051' }, 'MEDIA_MIN_PORT: must be even'],
    [{ MEDIA_MAX_PORT: '5050' }, 'MEDIA_MAX_PORT: must be odd'],
    [{ MEDIA_MIN_PORT: '50000', MEDIA_MAX_PORT: '50101' }, 'must not overlap'],
    [{ HTTPS_PORT: '5000' }, 'DASHBOARD_PORT: must differ from HTTPS_PORT'],
    [{ TURN_MIN_PORT: '60000', TURN_MAX_PORT: '50000' }, 'TURN_MIN_PORT: must be below TURN_MAX_PORT'],
    [{ CERTIFICATE_NETWORKS: '10.0.0.0/8, 300.1.1.1/8' }, '"300.1.1.1/8" is not one'],
    [{ ADMIN_PASSWORD: 'short' }, 'ADMIN_PASSWORD: must have at least 12 characters'],
  ])('%j is refused: %s', (environment, rule) => {
    expect(faultsOf(environment).join('\n')).toContain(rule);
  });

  it('never shows a secret in a fault', () => {
    expect(faultsOf({ ADMIN_PASSWORD: 'hunter2' }).join()).not.toContain('hunter2');
  });

  it('treats an empty value as not given, resolves paths from the root', () => {
    const settings = loadSettings(
      { CONFIG_PORT: ' ', DATA_DIR: './elsewhere' },
      ['CONFIG_PORT', 'DATA_DIR', 'SERVER_NAME'],
      '/srv/apiary',
    );
    expect(settings).toEqual({ CONFIG_PORT: 80, DATA_DIR: '/srv/apiary/elsewhere', SERVER_NAME: undefined });
  });

  it('asks for SERVER_ADDRESS, which has no default of its own', () => {
    expect(() => loadSettings({}, ['SERVER_ADDRESS'])).toThrow(/SERVER_ADDRESS: must be given/);
  });
});

describe('readEnvironment', () => {
  it('puts the environment above .env and finds misspelt keys', async () => {
    await using dir = await tempDir();
    mkdirSync(dir.path, { recursive: true });
    writeFileSync(
      join(dir.path, '.env'),
      'TIME_SERVER=ntp.example.net\nLOG_LEVEL=debug\nCONFIG_PROT=81\nEMQX_IMAGE=emqx/emqx:5.8.9\n',
    );
    process.env['LOG_LEVEL'] = 'warn';
    try {
      const environment = readEnvironment(dir.path);
      expect(loadSettings(environment, ['TIME_SERVER', 'LOG_LEVEL'])).toEqual({
        TIME_SERVER: 'ntp.example.net',
        LOG_LEVEL: 'warn',
      });
      expect(unknownKeys(dir.path)).toEqual(['CONFIG_PROT']);
    } finally {
      delete process.env['LOG_LEVEL'];
    }
  });
});
