/** The document of `make info`: exact keys, credentials only where they may be, facts read from `docker inspect`. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readContainers } from './compose-services.ts';
import { loadInstallation, type InstallationSettings } from './config.ts';
import { buildInfo, renderInfo, type InfoInput } from './info.ts';

let settings: InstallationSettings;
beforeAll(async () => {
  const environment = {
    SERVER_ADDRESS: '192.168.50.10',
    SERVER_NAME: 'cams.example.net',
    HTTPS_PORT: '8443',
  };
  settings = (await loadInstallation(environment, '/srv/apiary')).settings;
});

const input = (): InfoInput => ({
  stack: 'embedded',
  settings,
  services: [
    { name: 'config-server', pid: 4711, healthUrl: 'http://192.168.50.10:80/health' },
    { name: 'postgres', pid: 4712, healthUrl: null },
  ],
  database: { port: 40123, name: 'apiary', ownerPassword: 'OwnerSecret' },
  brokerApi: { url: 'http://127.0.0.1:40124', apiKey: 'apiary-processor:ApiSecret' },
});

describe('info', () => {
  it('is exactly this document', () => {
    expect(buildInfo(input())).toEqual({
      stack: 'embedded',
      dashboardUrl: 'https://cams.example.net:8443/',
      configUrl: 'https://192.168.50.10:80',
      broker: { host: 'cams.example.net', port: 8883 },
      signalingUrl: 'wss://cams.example.net:8765',
      certsDir: '/srv/apiary/certificates',
      dataDir: '/srv/apiary/data',
      databaseUrl: 'postgresql://apiary:OwnerSecret@127.0.0.1:40123/apiary',
      brokerApi: { url: 'http://127.0.0.1:40124', key: 'apiary-processor', secret: 'ApiSecret' },
      adminUsername: 'admin',
      adminPasswordFile: '/srv/apiary/secrets/dashboard/admin-password',
      services: [
        { name: 'config-server', pid: 4711, healthUrl: 'http://192.168.50.10:80/health' },
        { name: 'postgres', pid: 4712, healthUrl: null },
      ],
    });
  });

  it('uses the address where there is no name, and leaves a default port off', async () => {
    const plain = (await loadInstallation({ SERVER_ADDRESS: '10.0.0.2' }, '/srv/apiary')).settings;
    expect(buildInfo({ ...input(), settings: plain })).toMatchObject({
      dashboardUrl: 'https://10.0.0.2/',
      broker: { host: '10.0.0.2', port: 8883 },
      signalingUrl: 'wss://10.0.0.2:8765',
    });
  });

  it('shows no credential to people', () => {
    const text = renderInfo(buildInfo(input()));
    expect(text).not.toContain('OwnerSecret');
    expect(text).not.toContain('ApiSecret');
    expect(text).toContain('postgresql://apiary:********@127.0.0.1:40123/apiary');
    expect(text).toMatch(/config-server +pid 4711 {2}http:/);
  });
});

/** The parts of `docker inspect` that matter; the real thing has many more. */
function container(service: string, facts: { ports?: object; ip?: string; running?: boolean } = {}): object {
  return {
    Id: `${service}-0123456789abcdef`,
    State: { Running: facts.running ?? true, Status: 'running' },
    Config: { Labels: { 'com.docker.compose.service': service, other: 'x' } },
    NetworkSettings: {
      Ports: facts.ports ?? {},
      Networks: facts.ip === undefined ? {} : { apiary_x: { IPAddress: facts.ip } },
    },
  };
}

describe('containers', () => {
  const origin = 'http://192.168.50.10:80';

  it('are parts with a way to their health; one-shots and stopped ones are left out', () => {
    const inspected = JSON.stringify([
      container('setup', { running: false }),
      container('migrate'),
      container('postgres', { ports: { '5432/tcp': [{ HostIp: '127.0.0.1', HostPort: '32768' }] } }),
      container('broker', {
        ip: '172.20.0.3',
        ports: { '18083/tcp': null, '8883/tcp': [{ HostIp: '0.0.0.0', HostPort: '8883' }] },
      }),
      container('mqtt-processor', { ip: '172.20.0.4' }),
      container('dashboard', {
        ip: '172.20.0.5',
        ports: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '32770' }] },
      }),
      container('config-server'),
      container('edge', { running: false }),
      { ...container('stranger'), Config: { Labels: null } },
    ]);
    expect(readContainers(inspected, origin)).toEqual({
      services: [
        { name: 'broker', container: 'broker-0123456789abcdef', healthUrl: null },
        { name: 'config-server', container: 'config-server-0123456789abcdef', healthUrl: `${origin}/health` },
        {
          name: 'dashboard',
          container: 'dashboard-0123456789abcdef',
          healthUrl: 'http://127.0.0.1:32770/health',
        },
        {
          name: 'mqtt-processor',
          container: 'mqtt-processor-0123456789abcdef',
          healthUrl: 'http://172.20.0.4:8080/health',
        },
        { name: 'postgres', container: 'postgres-0123456789abcdef', healthUrl: null },
      ],
      databasePort: 32768,
      brokerApiUrl: 'http://172.20.0.3:18083',
    });
  });

  it.each(['', '[]'])('none at all: %j', (nothing) => {
    expect(readContainers(nothing, origin)).toEqual({
      services: [],
      databasePort: undefined,
      brokerApiUrl: undefined,
    });
  });

  it.each(['Error: no such object', '{}', '[{"Id":1}]'])(
    'refuses what is not the output of docker inspect: %s',
    (text) => {
      expect(() => readContainers(text, origin)).toThrow(/output of `docker inspect` was expected/);
    },
  );
});
