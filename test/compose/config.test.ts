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
interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
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

  it('runs nothing as root but set-up, renewal and doctor, with the rights these need', () => {
    const file = parse(address);
    const roots = Object.entries(file.services).filter(
      ([, { user }]) => user === undefined || /^0(:|$)/.test(user),
    );
    expect(Object.fromEntries(roots.map(([name, { cap_add }]) => [name, cap_add]))).toEqual({
      setup: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
      renewal: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
      doctor: ['DAC_READ_SEARCH'],
    });
    const users = longRunning(file).map(([, { user }]) => user);
    expect(new Set(users).size).toBe(users.length);
    for (const [name, { cap_add }] of longRunning(file).filter(([name]) => name !== 'renewal'))
      expect({ name, cap_add }).toEqual({ name, cap_add: undefined });
  });

  it('publishes the four public ports, and PostgreSQL to this machine alone', () => {
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
      'migrate',
      'mqtt-processor',
      'postgres',
    ]);
    expect(members('broker')).toEqual(['broker', 'dashboard', 'mqtt-processor']);
    expect(members('edge')).toEqual(['dashboard', 'edge']);
    expect(members('identity')).toEqual(['dashboard']);
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

  it('checks the health of everything that keeps running, quickly while it starts', () => {
    for (const [name, { healthcheck }] of longRunning(parse(address))) {
      // The demo cameras and renewal have no port to ask.
      if (name === 'camera-simulator' || name === 'renewal') continue;
      expect([name, healthcheck?.start_interval]).toEqual([name, '1s']);
    }
  });

  it('names third-party images in one place, each pinned and each to be overridden', () => {
    const text = readFileSync(resolve(root, 'docker-compose.yml'), 'utf8');
    const variables = { postgres: 'POSTGRES_IMAGE', broker: 'EMQX_IMAGE', edge: 'NGINX_IMAGE' };
    for (const [service, variable] of Object.entries(variables)) {
      const pinned = parse(address).services[service]?.image ?? '';
      expect(pinned).toMatch(/^[a-z/-]+:\d[\w.-]*$/);
      expect(text.split(pinned).length - 1).toBe(1);
      expect(parse({ ...address, [variable]: 'mirror.example/x:1' }).services[service]?.image).toBe(
        'mirror.example/x:1',
      );
    }
  });

  it('stays valid with the test override, which swaps the broker and nothing else', () => {
    const plain = parse(address).services;
    const swapped = parse(address, ['docker-compose.yml', 'test/compose/compose.test.yml']).services;
    const changed = Object.keys(plain).filter(
      (name) => JSON.stringify(plain[name]) !== JSON.stringify(swapped[name]),
    );
    expect(changed).toEqual(['broker']);
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
