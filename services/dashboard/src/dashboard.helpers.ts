/**
 * For tests: the whole service on real sockets, beside a real PostgreSQL and a foreign MQTT broker (aedes). Rows are
 * written as the other services write them.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { silentLogger } from '@apiary/base/logger';
import { freePort, startTestDatabase, tempDir, type TestDatabase } from '@apiary/test-support';
import { TestBroker } from '@apiary/test-support/test-broker';
import { startDashboard, type RunningDashboard } from './app.ts';
import type { DashboardConfig } from './config.ts';

export { TestBroker };

export const sessionSecret = 'test-only-session-secret-0123456789';
export const adminPassword = 'aB3-generated-words-9';
export const cameraA = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
export const cameraB = 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF0';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
  /** Parsed JSON; undefined where the body is none. */
  readonly json: never;
}

export interface Harness {
  readonly database: TestDatabase;
  readonly broker: TestBroker;
  readonly dataDir: string;
  readonly config: DashboardConfig;
  readonly dashboard: RunningDashboard;
  /** Login cookie of the first account, `name=value`. */
  cookie: string;
  url(path: string): string;
  /** A request with the login cookie (none when `cookie: null`), as a browser of our page would send it. */
  call(method: string, path: string, options?: CallOptions): Promise<Answered>;
  logIn(password?: string, username?: string): Promise<string>;
  restart(changes?: Partial<DashboardConfig>): Promise<void>;
  insertCamera(id: string, columns?: Record<string, unknown>): Promise<void>;
  insertEvent(id: string, columns?: Record<string, unknown>): Promise<void>;
  /** Writes the files and the rows of one recording. */
  insertRecording(event: string, recording: TestRecording): Promise<number>;
  stop(): Promise<void>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly cookie?: string | null;
}

export interface TestRecording {
  readonly sequence: number;
  readonly part?: number;
  /** Number → bytes as stored. */
  readonly segments: Readonly<Record<number, Buffer>>;
  readonly key?: Buffer;
}

export async function startHarness(changes: Partial<DashboardConfig> = {}): Promise<Harness> {
  const dir = await tempDir();
  const database = await startTestDatabase();
  const broker = new TestBroker(await freePort());
  await broker.start();
  const dataDir = join(dir.path, 'data');
  const secretsDir = join(dir.path, 'secrets');
  await mkdir(join(dataDir, 'uploads'), { recursive: true });
  const secrets = {
    'database-password': database.addressOf('dashboard').password,
    'broker-password': 'test-only-broker-password',
    'session-secret': sessionSecret,
    'admin-password': adminPassword,
    'vapid-public-key': 'test-only-vapid-public-key',
  };
  for (const [name, value] of Object.entries(secrets))
    await writeIn(secretsDir, join('dashboard', name), Buffer.from(`${value}\n`));
  let config: DashboardConfig = {
    listenHost: '127.0.0.1',
    listenPort: 0,
    database: { host: '127.0.0.1', port: database.owner.port, database: database.owner.database },
    broker: { host: '127.0.0.1', port: broker.port },
    dataDir,
    secretsDir,
    adminUsername: 'admin',
    commandTimeoutSeconds: 30,
    trustedProxies: [],
    webRoot: undefined,
    liveView: false,
    webPushHosts: ['push.example.net'],
    timeZone: 'Europe/London',
    healthUrls: [],
    certsDir: join(dir.path, 'certificates'),
    configHost: '192.168.50.10:80',
    oidc: undefined,
    logLevel: 'info',
    ...changes,
  };
  let dashboard = await startDashboard(config, silentLogger);

  const harness: Harness = {
    database,
    broker,
    dataDir,
    get config() {
      return config;
    },
    get dashboard() {
      return dashboard;
    },
    cookie: '',
    url: (path) => `http://127.0.0.1:${dashboard.port}${path}`,
    call: async (method, path, options = {}) => {
      const cookie = options.cookie === undefined ? harness.cookie : options.cookie;
      const response = await fetch(harness.url(path), {
        method,
        redirect: 'manual',
        headers: {
          ...(cookie === null || cookie === '' ? {} : { cookie }),
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      const text = bytes.toString('utf8');
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
      const json = (isJson ? JSON.parse(text) : undefined) as never;
      return { status: response.status, headers: response.headers, bytes, text, json };
    },
    logIn: async (password = adminPassword, username = 'admin') => {
      const answer = await harness.call('POST', '/api/auth/login', {
        body: { username, password },
        cookie: null,
      });
      if (answer.status !== 200) throw new Error(`log-in answered ${answer.status} ${answer.text}`);
      return cookieOf(answer);
    },
    restart: async (next = {}) => {
      await dashboard.stop();
      config = { ...config, ...next };
      dashboard = await startDashboard(config, silentLogger);
    },
    insertCamera: (id, columns = {}) =>
      insert(database, 'camera_registry', {
        camera_id: id,
        camera_name: `Camera ${id.slice(-8)}`,
        ...columns,
      }),
    insertEvent: (id, columns = {}) =>
      insert(database, 'activity_events', {
        event_id: id,
        camera_id: cameraA,
        start_timestamp: new Date(),
        ...columns,
      }),
    insertRecording: async (event, { sequence, part = 0, segments, key }) => {
      const folder = `uploads/${cameraA}/${createHash('sha256').update(event).digest('hex')}/${sequence}-${part}`;
      for (const [number, bytes] of Object.entries(segments))
        await writeIn(dataDir, join(folder, '1080p', `${number}.ts`), bytes);
      if (key !== undefined) await writeIn(dataDir, join(folder, 'aes.key'), key);
      const numbers = Object.keys(segments).map(Number);
      const { rows } = await database.pool.query<{ id: number }>(
        `insert into event_recordings (event_id, camera_id, sequence, part, filename, path, size_bytes, sha256, variant, segments, encrypted)
         values ($1, $2, $3, $4, 'f.zip', $5, 1000, $6, '1080p', $7, $8) returning recording_id as id`,
        [
          event,
          cameraA,
          sequence,
          part,
          folder,
          Buffer.from(`${sequence}-${part}`),
          numbers,
          key !== undefined,
        ],
      );
      await database.pool.query(
        `update activity_events set recording_count = recording_count + 1, upload_status = 'completed',
           recording_seconds = coalesce(recording_seconds, 0) + $2 where event_id = $1`,
        [event, numbers.length * 3],
      );
      return rows[0]?.id ?? 0;
    },
    stop: async () => {
      await dashboard.stop();
      await broker.stop();
      await database.stop();
      await dir[Symbol.asyncDispose]();
    },
  };
  harness.cookie = await harness.logIn();
  return harness;
}

/** `name=value` of the login cookie an answer sets. */
export function cookieOf(answer: Answered): string {
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
  if (cookie === undefined) throw new Error('no cookie was set');
  return cookie;
}

async function insert(
  database: TestDatabase,
  table: string,
  columns: Record<string, unknown>,
): Promise<void> {
  const names = Object.keys(columns);
  await database.pool.query(
    `insert into ${table} (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(columns),
  );
}

export async function writeIn(root: string, path: string, bytes: Buffer): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
