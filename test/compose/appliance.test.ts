/**
 * The whole appliance on a Docker engine, by the same `make` people use. The images of EMQX and Kurento may not be within
 * reach, so the test override puts the project's own broker and media server in their place; everything else of
 * docker-compose.yml runs as shipped, coturn and the guard of the control port included.
 * Skipped, with the reason, where no engine answers.
 */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Platform, waitFor } from '@apiary/test-support';
import { Api } from '../e2e/api.helpers.ts';
import { liveSuite } from '../e2e/live.suite.ts';
import { screenSuite } from '../e2e/screen.suite.ts';
import { mediaGuardSuite } from './media-guard.suite.ts';

const root = resolve(import.meta.dirname, '..', '..');
const run = promisify(execFile);

function reasonToSkip(): string | undefined {
  for (const args of [['version'], ['compose', 'version']]) {
    const { status, error, stderr } = spawnSync('docker', args, { encoding: 'utf8', timeout: 15_000 });
    if (status !== 0)
      return `\`docker ${args.join(' ')}\` fails: ${error?.message ?? stderr.trim().split('\n').at(-1) ?? ''}`;
  }
  return undefined;
}
const skipped =
  process.env['TEST_PLATFORM'] === 'running'
    ? 'TEST_PLATFORM=running is about another platform'
    : reasonToSkip();
if (skipped !== undefined) console.log(`The appliance on Docker is not tested: ${skipped}`);

const project = `apiary-test-${process.pid}`;
const overrides = {
  STACK: 'compose',
  COMPOSE_PROJECT_NAME: project,
  COMPOSE_FILE: 'docker-compose.yml:test/compose/compose.test.yml',
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(DOCKER|BUILDKIT)_/.test(name))),
};

let open: Platform | undefined;
const platform = (): Platform => {
  if (open === undefined) throw new Error('the platform did not come up');
  return open;
};
const containerOf = (name: string): string => {
  const container = platform().info.services.find((service) => service.name === name)?.container;
  if (container === undefined) throw new Error(`${name} has no container`);
  return container;
};
const docker = async (...args: string[]): Promise<string> =>
  (await run('docker', args, { cwd: root })).stdout.trim();
const inspect = (container: string, format: string): Promise<string> =>
  docker('inspect', '--format', format, container);
const names = [
  'broker',
  'config-server',
  'coturn',
  'dashboard',
  'edge',
  'livestream',
  'media-server',
  'mqtt-processor',
  'notifier',
  'postgres',
];

async function query(sql: string): Promise<pg.QueryResult<Record<string, unknown>>> {
  // Asked for each time: the engine picks another port whenever the container starts.
  const info = await platform().refresh();
  const client = new pg.Client({ connectionString: info?.databaseUrl });
  await client.connect();
  try {
    return await client.query<Record<string, unknown>>(sql);
  } finally {
    await client.end();
  }
}

/** A simulated camera, from its own image, plays a scenario against the published ports. */
async function scenario(name: string): Promise<void> {
  const { configHost, info } = platform();
  await docker(
    'run',
    '--rm',
    '--network=host',
    '--volume',
    `${join(info.certsDir, 'ca.crt')}:/ca.crt:ro`,
    'apiary/camera-simulator:0.1.0',
    'scenario',
    name,
    `--config-host=${configHost}`,
    '--ca=/ca.crt',
  );
}

describe.skipIf(skipped !== undefined)('the appliance on Docker', () => {
  let password = '';

  beforeAll(async () => {
    open = await Platform.open(overrides);
    console.log(`Compose stack up in ${open.firstUp?.seconds.toFixed(1) ?? '?'} s, images built on the way`);
    password = await open.adminPassword();
    await run('docker', ['compose', '--profile', 'demo', 'build', '--quiet', 'camera-simulator'], {
      cwd: root,
      env: { ...process.env, ...overrides, SERVER_ADDRESS: '127.0.0.1' },
    });
  }, 1_200_000);
  afterAll(async () => {
    await open?.close();
  }, 300_000);

  it('shows address and generated password once everything is healthy', async () => {
    expect(platform().firstUp?.stdout).toContain(platform().info.dashboardUrl);
    expect(platform().firstUp?.stdout).toContain(password);
    expect(
      platform()
        .info.services.map(({ name }) => name)
        .sort(),
    ).toEqual(names);
    for (const name of names)
      expect([name, await inspect(containerOf(name), '{{.State.Health.Status}}')]).toEqual([name, 'healthy']);
  });

  it('does nothing at a second make up, and shows no password', async () => {
    const started = (): Promise<string[]> =>
      Promise.all(names.map((name) => inspect(containerOf(name), '{{.Id}} {{.State.StartedAt}}')));
    const before = await started();
    const { code, stdout } = await platform().make('up');
    expect({ code, told: /nothing to do/.test(stdout), password: stdout.includes(password) }).toEqual({
      code: 0,
      told: true,
      password: false,
    });
    expect(await started()).toEqual(before);
  }, 300_000);

  it('runs each part as its own user, without capability, on a root it cannot write', async () => {
    const users = new Set<string>();
    for (const name of names) {
      const status = await docker('exec', containerOf(name), 'cat', '/proc/1/status');
      const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1] ?? '';
      expect([name, uid === '0', /^CapEff:\s+(\S+)/m.exec(status)?.[1]]).toEqual([
        name,
        false,
        '0000000000000000',
      ]);
      users.add(uid);
      await expect(docker('exec', containerOf(name), 'touch', '/anywhere')).rejects.toThrow(
        /Read-only file system/,
      );
    }
    expect(users.size).toBe(names.length);
  });

  it('lets no part read the secrets or keys of another', async () => {
    const seen = await docker('exec', containerOf('config-server'), 'ls', '/run/apiary/secrets');
    expect(seen).toBe('config-server');
    for (const key of ['ca.key', 'broker.key', 'dashboard.key'])
      await expect(
        docker('exec', containerOf('config-server'), 'cat', `/run/apiary/certificates/${key}`),
      ).rejects.toThrow(/Permission denied/);
  });

  it('keeps database, inner broker, its API and the dashboard from other networks', async () => {
    const targets: string[] = [];
    for (const [name, port] of [
      ['postgres', 5432],
      ['broker', 1883],
      ['broker', 18083],
      ['dashboard', 8080],
    ] as const) {
      const addresses = await inspect(
        containerOf(name),
        '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}',
      );
      targets.push(
        ...addresses
          .trim()
          .split(' ')
          .map((address) => `${address}:${port}`),
      );
    }
    expect(targets.length).toBeGreaterThan(5);
    const probe = `
      const { connect } = require('node:net');
      Promise.all(process.argv.slice(1).map((target) => new Promise((done) => {
        const [host, port] = target.split(':');
        const socket = connect({ host, port });
        const end = (what) => { socket.destroy(); done(target + ' ' + what); };
        socket.setTimeout(2000, () => end('closed'));
        socket.once('error', () => end('closed')).once('connect', () => end('open'));
      }))).then((all) => console.log(all.join('\\n')));`;
    const image = await inspect(containerOf('mqtt-processor'), '{{.Config.Image}}');
    const out = await docker('run', '--rm', '--entrypoint=node', image, '-e', probe, ...targets);
    expect(out.split('\n').filter((line) => !line.endsWith('closed'))).toEqual([]);
    // The same probe from beside the database finds it: it can tell open from closed.
    const inside = await docker(
      'exec',
      containerOf('mqtt-processor'),
      'node',
      '-e',
      probe,
      'postgres:5432',
      'broker:1883',
    );
    expect(inside.split('\n')).toEqual(['postgres:5432 open', 'broker:1883 open']);
  });

  it('takes an event from a camera to the database and the API', async () => {
    await scenario('two-recordings');
    const row = await waitFor(async () => {
      const { rows } = await query(
        `select upload_status, end_timestamp from activity_events where upload_status = 'completed' and end_timestamp is not null`,
      );
      return rows[0];
    }, 'the event with its recordings');
    expect(row).toMatchObject({ upload_status: 'completed' });
    const api = await Api.loggedIn(platform());
    const list = await api.call('GET', '/api/events');
    const { events } = JSON.parse(list.body.toString()) as {
      events: { thumbnailUrl: string; downloadUrl: string }[];
    };
    const thumbnail = await api.call('GET', events[0]?.thumbnailUrl ?? '');
    expect([thumbnail.status, thumbnail.body.subarray(0, 2).toString('hex')]).toEqual([200, 'ffd8']);
    const download = await api.call('GET', events[0]?.downloadUrl ?? '');
    expect([download.status, download.body.subarray(4, 8).toString()]).toEqual([200, 'ftyp']);
  }, 120_000);

  it('starts a part again that died, and everything recovers from a restart of PostgreSQL and broker', async () => {
    await platform().killAndAwaitReturn('mqtt-processor');
    await docker('restart', containerOf('postgres'), containerOf('broker'));
    await waitFor(
      async () => {
        const states = await Promise.all(
          names.map((name) => inspect(containerOf(name), '{{.State.Health.Status}}')),
        );
        return states.every((state) => state === 'healthy');
      },
      'everything being healthy again',
      120_000,
    );
    const before = Number((await query('select count(*) as n from activity_events')).rows[0]?.['n']);
    await scenario('normal');
    await waitFor(
      async () => Number((await query('select count(*) as n from activity_events')).rows[0]?.['n']) > before,
      'an event after the restarts',
    );
  }, 240_000);

  describe('screen', () => screenSuite(platform));
  describe('live view', () => liveSuite(platform));
  describe('the control port of the media server', () => mediaGuardSuite(platform, project));

  it('keeps everything over make down and make up', async () => {
    const facts = async (): Promise<unknown> => ({
      rows: (await query('select camera_id, event_id, upload_status from activity_events order by 1, 2'))
        .rows,
      files: digestOf(join(platform().info.dataDir, 'uploads')),
      ca: await platform().caPem(),
      password: await platform().adminPassword(),
    });
    const before = await facts();
    const down = await platform().make('down');
    const left = await docker('ps', '--all', '--quiet', '--filter', `name=${project}`);
    expect({ code: down.code, left }).toEqual({ code: 0, left: '' });
    const up = await platform().make('up');
    expect({ code: up.code, password: up.stdout.includes(password) }).toEqual({ code: 0, password: false });
    await platform().refresh();
    expect(await facts()).toEqual(before);
    await Api.loggedIn(platform());
  }, 300_000);
});

/** Names and contents of all files of a tree. */
function digestOf(folder: string): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }).sort((a, b) =>
    join(a.parentPath, a.name).localeCompare(join(b.parentPath, b.name)),
  )) {
    if (!entry.isFile()) continue;
    hash.update(entry.name).update(readFileSync(join(entry.parentPath, entry.name)));
  }
  return hash.digest('hex');
}
