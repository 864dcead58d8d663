/**
 * docker-compose.yml as Compose itself reads it: no engine needed, only the command. Holds what would otherwise be
 * noticed on somebody's machine: hardening on every service, what is published, who sees whom, one place for images.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingsTable } from '@apiary/base/settings-table';
import { publicSettingNames } from '@apiary/base/settings';

const root = resolve(import.meta.dirname, '..', '..');

/** What the command itself needs; nobody's settings. */
const base = Object.fromEntries(
  ['PATH', 'HOME', 'DOCKER_CONFIG'].flatMap((key) => {
    const value = process.env[key];
    return value === undefined ? [] : [[key, value]];
  }),
);

interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly restart?: string;
  readonly init?: boolean;
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly privileged?: boolean;
  readonly network_mode?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
  readonly healthcheck?: { readonly start_interval?: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly {
    readonly host_ip?: string;
    readonly published?: string;
    readonly target: number;
  }[];
  readonly volumes?: readonly {
    readonly source: string;
    readonly target: string;
    readonly read_only?: boolean;
  }[];
}
interface Network {
  readonly internal?: boolean;
  readonly driver_opts?: Readonly<Record<string, string>>;
}
interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, Network>>;
}

function read(environment: Record<string, string>, files = ['docker-compose.yml']) {
  return spawnSync(
    'docker',
    [
      'compose',
      '--env-file',
      '/dev/null',
      ...files.flatMap((file) => ['-f', file]),
      '--profile',
      '*',
      'config',
      '--format',
      'json',
    ],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...base, ...environment },
    },
  );
}

const installed = spawnSync('docker', ['compose', 'version']).status === 0;
if (!installed) console.log('Compose file not checked: `docker compose` is not installed here.');

describe.skipIf(!installed)('docker-compose.yml', () => {
  const address = { SERVER_ADDRESS: '192.168.1.10' };
  const parse = (environment: Record<string, string>, files?: string[]): ComposeFile => {
    const { stdout, stderr, status } = read(environment, files);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return JSON.parse(stdout) as ComposeFile;
  };
  const longRunning = (file: ComposeFile): [string, Service][] =>
    Object.entries(file.services).filter(([, { restart }]) => restart !== 'no');

  it('says what is missing when it is started by hand without an address', () => {
    const { status, stderr } = read({});
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/SERVER_ADDRESS.*IPv4 address of this machine/s);
  });

  it('takes away from every container what it does not need', () => {
    for (const [name, service] of Object.entries(parse(address).services)) {
      expect({ name, ...pick(service) }).toEqual({
        name,
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        init: true,
        limits: true,
        rotated: true,
        privileged: false,
      });
    }
    function pick({
      read_only,
      cap_drop,
      security_opt,
      init,
      mem_limit,
      pids_limit,
      logging,
      privileged,
    }: Service) {
      return {
        read_only,
        cap_drop,
        security_opt,
        init,
        limits: mem_limit !== undefined && pids_limit !== undefined,
        rotated: logging?.options['max-size'] !== undefined,
        privileged: privileged ?? false,
      };
    }
  });

  it('runs nothing as root but what must, with the rights it needs', () => {
    const file = parse(address);
    const roots = Object.entries(file.services).filter(
      ([, { user }]) => user === undefined || /^0(:|$)/.test(user),
    );
    expect(Object.fromEntries(roots.map(([name, { cap_add }]) => [name, cap_add]))).toEqual({
      setup: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
      renewal: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
      doctor: ['DAC_READ_SEARCH'],
      'media-guard': ['NET_ADMIN'],
    });
    const users = longRunning(file)
      .map(([, { user }]) => user)
      .filter((user) => user !== '0:0');
    expect(new Set(users).size).toBe(users.length);
    // coturn gains nothing by it: its program's file asks for it, and does not start where it may not have it.
    const excused = ['renewal', 'media-guard', 'coturn'];
    for (const [name, { cap_add }] of longRunning(file).filter(([name]) => !excused.includes(name)))
      expect({ name, cap_add }).toEqual({ name, cap_add: undefined });
    expect(file.services['coturn']?.cap_add).toEqual(['NET_BIND_SERVICE']);
  });

  it('publishes the five public TCP ports, and PostgreSQL to this machine alone', () => {
    const published = (environment: Record<string, string>) =>
      Object.entries(parse(environment).services).flatMap(([name, { ports = [] }]) =>
        ports.map(
          ({ host_ip, published: port, target }) => `${name} ${host_ip ?? ''}:${port ?? ''}>${target}`,
        ),
      );
    const inner = 'postgres 127.0.0.1:>5432';
    const defaults = (host: string) => [
      `broker ${host}:8883>8883`,
      `config-server ${host}:80>80`,
      `edge ${host}:443>8443`,
      `edge ${host}:5000>5000`,
      `edge ${host}:8765>8765`,
      inner,
    ];
    expect(published(address).sort()).toEqual(defaults('0.0.0.0').sort());
    expect(published({ ...address, PUBLISH_ADDRESS: '127.0.0.1' }).sort()).toEqual(
      defaults('127.0.0.1').sort(),
    );
  });

  it('has the default ports of the settings table', () => {
    const text = readFileSync(resolve(root, 'docker-compose.yml'), 'utf8');
    const defaults = [...text.matchAll(/\$\{([A-Z_]+_PORT):-(\d+)\}/g)];
    expect(defaults.length).toBeGreaterThan(4);
    for (const [, name = '', value] of defaults)
      expect([name, value]).toEqual([name, settingsTable[name as 'CONFIG_PORT'].fallback]);
  });

  it('hands every setting of this issue to set-up, where all are checked', () => {
    const later = /^(STACK$|.*_DIR$)/;
    const given = parse(address).services['setup']?.environment ?? {};
    expect(publicSettingNames.filter((name) => !later.test(name) && !(name in given))).toEqual([]);
  });

  it('has no other default of a media port than the settings table', () => {
    const text = readFileSync(resolve(root, 'docker-compose.yml'), 'utf8');
    const defaults = [...text.matchAll(/\$\{((?:MEDIA_M|TURN_)[A-Z_]+):-(\d+)\}/g)];
    expect(defaults.length).toBeGreaterThan(1);
    for (const [, name = '', value] of defaults)
      expect([name, value]).toEqual([name, settingsTable[name as 'MEDIA_MIN_PORT'].fallback]);
  });

  it('lets nothing stand in the host’s network but what must', () => {
    const inHost = Object.entries(parse(address).services).filter(
      ([, { network_mode }]) => network_mode === 'host',
    );
    expect(inHost.map(([name]) => name).sort()).toEqual([
      'camera-simulator',
      'coturn',
      'doctor',
      'media-guard',
      'media-server',
    ]);
  });

  it('starts the media server behind its guard, which lets in the bridge of livestream alone', () => {
    const given = { ...address, MEDIA_BRIDGE: 'bridge-x', MEDIA_CONTROL_PORT: '9999' };
    const file = parse(given);
    const { 'media-guard': guard, 'media-server': server, livestream } = file.services;
    expect(server?.depends_on?.['media-guard']?.condition).toBe('service_healthy');
    expect(guard?.environment).toMatchObject({ MEDIA_BRIDGE: 'bridge-x', MEDIA_CONTROL_PORT: '9999' });
    expect(server?.environment).toMatchObject({ MEDIA_CONTROL_PORT: '9999' });
    expect(livestream?.environment?.['KURENTO_URL']).toBe('ws://host.docker.internal:9999/kurento');
    expect(file.networks['media']?.driver_opts).toMatchObject({
      'com.docker.network.bridge.name': 'bridge-x',
      'com.docker.network.bridge.enable_icc': 'false',
      'com.docker.network.bridge.enable_ip_masquerade': 'false',
    });
    const inBridge = Object.entries(file.services).filter(([, { networks }]) => 'media' in (networks ?? {}));
    expect(inBridge.map(([name]) => name)).toEqual(['livestream']);
  });

  it('keeps database, broker and dashboard where only their peers are', () => {
    const file = parse(address);
    const members = (network: string): string[] =>
      Object.entries(file.services)
        .filter(([, { networks }]) => networks !== undefined && network in networks)
        .map(([name]) => name)
        .sort();
    expect(members('database')).toEqual([
      'config-server',
      'dashboard',
      'livestream',
      'migrate',
      'mqtt-processor',
      'notifier',
      'postgres',
    ]);
    expect(members('broker')).toEqual(['broker', 'dashboard', 'livestream', 'mqtt-processor']);
    expect(members('edge')).toEqual(['dashboard', 'edge', 'livestream']);
    expect(members('identity')).toEqual(['dashboard']);
    expect(members('outbound')).toEqual(['notifier']);
    expect(members('lan')).toEqual(['broker', 'config-server', 'edge']);
    expect(members('operator')).toEqual(['postgres']);
    for (const name of ['database', 'broker', 'edge']) expect(file.networks[name]?.internal).toBe(true);
  });

  it('mounts to each service its own secrets alone, read-only', () => {
    for (const [name, { volumes = [] }] of longRunning(
      parse({ ...address, SECRETS_DIR: '/apiary-secrets', CERTS_DIR: '/apiary-certificates' }),
    )) {
      const secrets = volumes.filter(({ source }) => source.startsWith('/apiary-secrets/'));
      for (const { source, read_only } of secrets)
        expect([source, read_only]).toEqual([`/apiary-secrets/${name}`, true]);
      for (const { source, read_only } of volumes)
        // Renewal writes new certificates, that is its task.
        if (source.startsWith('/apiary-certificates') && name !== 'renewal')
          expect([name, read_only]).toEqual([name, true]);
    }
  });

  it('gives the notifier the pictures to read, and no token in its environment', () => {
    const given = { ...address, TELEGRAM_BOT_TOKEN: '1:secret', DATA_DIR: '/apiary-data' };
    const { environment = {}, volumes = [] } = parse(given).services['notifier'] ?? {};
    expect(Object.values(environment)).not.toContain('1:secret');
    const data = volumes.filter(({ source }) => source.startsWith('/apiary-data'));
    expect(data.map(({ source, read_only }) => [source, read_only])).toEqual([
      ['/apiary-data/uploads', true],
    ]);
  });

  it('checks the health of everything that keeps running, quickly while it starts', () => {
    for (const [name, { healthcheck }] of longRunning(parse(address))) {
      // The demo cameras and renewal have no port to ask.
      if (name === 'camera-simulator' || name === 'renewal') continue;
      expect([name, healthcheck?.start_interval]).toEqual([name, '1s']);
    }
  });

  it('names third-party images in one place, each pinned and each to be overridden', () => {
    const text = readFileSync(resolve(root, 'docker-compose.yml'), 'utf8');
    const variables = {
      postgres: 'POSTGRES_IMAGE',
      broker: 'EMQX_IMAGE',
      edge: 'NGINX_IMAGE',
      'media-server': 'KURENTO_IMAGE',
      coturn: 'COTURN_IMAGE',
    };
    for (const [service, variable] of Object.entries(variables)) {
      const pinned = parse(address).services[service]?.image ?? '';
      expect(pinned).toMatch(/^[a-z/-]+:\d[\w.-]*$/);
      expect(text.split(pinned).length - 1).toBe(1);
      expect(parse({ ...address, [variable]: 'mirror.example/x:1' }).services[service]?.image).toBe(
        'mirror.example/x:1',
      );
    }
  });

  it('stays valid with the test override, which swaps broker and media server and nothing else', () => {
    const plain = parse(address).services;
    const swapped = parse(address, ['docker-compose.yml', 'test/compose/compose.test.yml']).services;
    const changed = Object.keys(plain).filter(
      (name) => JSON.stringify(plain[name]) !== JSON.stringify(swapped[name]),
    );
    expect(changed.sort()).toEqual(['broker', 'media-server']);
  });

  it('stays valid with every recipe of the override example', () => {
    const text = readFileSync(resolve(root, 'compose.override.example.yml'), 'utf8');
    const recipes = text.split(/^# ---.*$/m).slice(1);
    expect(recipes.length).toBeGreaterThan(5);
    for (const recipe of recipes) {
      const yaml = `services:\n${recipe.replaceAll(/^# ?/gm, '')}`;
      const { status, stderr } = spawnSync(
        'docker',
        [
          'compose',
          '--env-file',
          '/dev/null',
          '-f',
          'docker-compose.yml',
          '-f',
          '-',
          '--profile',
          '*',
          'config',
          '--quiet',
        ],
        { cwd: root, encoding: 'utf8', input: yaml, env: { ...base, ...address } },
      );
      expect({ recipe, status, stderr }).toEqual({ recipe, status: 0, stderr: '' });
    }
  });
});
