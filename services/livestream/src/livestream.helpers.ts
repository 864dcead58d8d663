/**
 * For tests: the whole service on real sockets, beside a real PostgreSQL, the embedded broker and a fake media server
 * (or a real one, by URL). A camera is an MQTT listener; viewers are WebSockets.
 */
import { createHmac, createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@apiary/base/logger';
import type { ServerMessage } from '@apiary/contract';
import { freePort, startTestDatabase, tempDir, waitFor, type TestDatabase } from '@apiary/test-support';
import { TestBroker, type BrokerMessage } from '@apiary/test-support/test-broker';
import { WebSocket } from 'ws';
import { startLivestream, type RunningLivestream, type Tuning } from './app.ts';
import type { LivestreamConfig } from './config.ts';
import { FakeKurento } from './fake-kurento.helpers.ts';

export const cameraA = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
export const cameraB = 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF0';
export const sessionSecret = 'test-only-session-secret-0123456789';
export const turnSecret = 'test-only-turn-secret-0123456789';

/** Keeps what cameras were told. */
export class CameraBroker extends TestBroker {
  /** Last parts of the topics below `stream/`, in order. */
  commands(cameraId = cameraA): string[] {
    return this.of(cameraId).map(({ topic }) => topic.split('/').at(-1) ?? '');
  }

  of(cameraId: string, command?: string): BrokerMessage[] {
    const prefix = `prod/honeycomb/${cameraId}/stream/${command ?? ''}`;
    return this.messages.filter(({ topic }) => topic.startsWith(prefix));
  }
}

/** A page: what it was told, by type. */
export class TestViewer {
  readonly messages: ServerMessage[] = [];
  readonly socket: WebSocket;
  closed: { code: number; reason: string } | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as ServerMessage));
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
  }

  all<T extends ServerMessage['type']>(type: T): Extract<ServerMessage, { type: T }>[] {
    return this.messages.filter(
      (message): message is Extract<ServerMessage, { type: T }> => message.type === type,
    );
  }

  hear<T extends ServerMessage['type']>(
    type: T,
    matches: (message: Extract<ServerMessage, { type: T }>) => boolean = () => true,
  ): Promise<Extract<ServerMessage, { type: T }>> {
    return waitFor(() => this.all(type).find(matches), `a ${type} message`);
  }

  status(state: string): Promise<Extract<ServerMessage, { type: 'status' }>> {
    return this.hear('status', (message) => message.state === state);
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  watch(cameraId = cameraA, more: object = {}): void {
    this.send({ type: 'viewer', cameraId, sdpOffer: 'v=0\r\n', ...more });
  }

  async close(): Promise<void> {
    this.socket.close();
    await waitFor(() => this.closed, 'the socket closing');
  }
}

export interface Harness {
  readonly database: TestDatabase;
  readonly broker: CameraBroker;
  readonly kurento: FakeKurento;
  readonly live: RunningLivestream;
  readonly cookie: string;
  readonly userId: string;
  readonly tokenHash: Buffer;
  open(options?: { path?: string; headers?: Record<string, string> }): Promise<TestViewer>;
  /** The HTTP answer an upgrade is refused with. */
  refusal(options: { path?: string; headers?: Record<string, string> }): Promise<number>;
  call(
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<{ status: number; json: never }>;
  setCamera(id: string, columns: Record<string, unknown>): Promise<void>;
  restart(changes?: Partial<LivestreamConfig>, tuning?: Tuning): Promise<void>;
  stop(): Promise<void>;
}

const quick: Tuning = {
  graceMs: 300,
  firstViewerMs: 600,
  noMediaMs: 700,
  stallMs: 500,
  rtcpMs: 400,
  pollMs: 50,
  cameraReturnMs: 5000,
  settledMs: 60_000,
  stopDelayMs: 100,
  callTimeoutMs: 2000,
};

export async function startHarness(
  changes: Partial<LivestreamConfig> = {},
  tuning: Tuning = {},
): Promise<Harness> {
  const dir = await tempDir();
  const database = await startTestDatabase();
  const broker = new CameraBroker(await freePort());
  await broker.start();
  const kurento = new FakeKurento();
  await kurento.start();
  const secretsDir = join(dir.path, 'secrets');
  await mkdir(join(secretsDir, 'livestream'), { recursive: true });
  const secrets = {
    'database-password': database.addressOf('livestream').password,
    'broker-password': 'test-only-broker-password',
    'session-secret': sessionSecret,
    'turn-secret': turnSecret,
  };
  for (const [name, value] of Object.entries(secrets))
    await writeFile(join(secretsDir, 'livestream', name), `${value}\n`);
  let config: LivestreamConfig = {
    listenHost: '127.0.0.1',
    listenPort: 0,
    database: { host: '127.0.0.1', port: database.owner.port, database: database.owner.database },
    broker: { host: '127.0.0.1', port: broker.port },
    secretsDir,
    mediaServerUrl: kurento.url,
    serverAddress: '127.0.0.1',
    serverName: 'cams.example.net',
    externalAddress: undefined,
    pagePorts: [443, 5000, 8765],
    turn: undefined,
    mediaPorts: { minPort: 5000, maxPort: 5051 },
    graceMs: 300,
    keepaliveMs: 15_000,
    maxViewersPerStream: 10,
    maxMinutes: 0,
    trustedProxies: ['127.0.0.1/32'],
    logLevel: 'info',
    ...changes,
  };

  const { rows } = await database.pool.query<{ id: string }>(
    `insert into users (username, password_hash, role) values ('admin', 'x', 'admin') returning user_id as id`,
  );
  const userId = rows[0]?.id ?? '';
  const token = randomBytes(32).toString('base64url');
  const tokenHash = createHmac('sha256', sessionSecret).update(token).digest();
  await database.pool.query(
    `insert into login_sessions (token_hash, user_id, expires_at) values ($1, $2, now() + interval '1 day')`,
    [tokenHash, userId],
  );
  const name = createHash('sha256').update(`cookie name ${sessionSecret}`).digest('hex').slice(0, 8);
  const cookie = `__Host-apiary-${name}=${token}`;
  for (const id of [cameraA, cameraB])
    await database.pool.query(
      `insert into camera_registry (camera_id, camera_name, connection_status, broker_session, status)
       values ($1, 'c', 'connected', 'first', 'armed')`,
      [id],
    );

  let live = await startLivestream(config, silentLogger, { ...quick, ...tuning });
  const sockets = new Set<WebSocket>();
  const url = (path: string): string => `http://127.0.0.1:${live.port}${path}`;
  const dial = ({ path = '/', headers = {} }: { path?: string; headers?: Record<string, string> }) => {
    const socket = new WebSocket(url(path).replace('http', 'ws'), {
      headers: { host: '127.0.0.1:8765', cookie, ...headers },
    });
    sockets.add(socket);
    return socket;
  };
  const ready = (): Promise<unknown> =>
    waitFor(async () => (await fetch(url('/health'))).status === 200, 'health');
  await ready();

  return {
    database,
    broker,
    kurento,
    get live() {
      return live;
    },
    cookie,
    userId,
    tokenHash,
    open: async (options = {}) => {
      const viewer = new TestViewer(dial(options));
      await viewer.hear('hello');
      return viewer;
    },
    refusal: (options) =>
      new Promise((resolve, reject) => {
        const socket = dial(options);
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
        socket.on('open', () => reject(new Error('it was let in')));
        socket.on('error', () => undefined);
      }),
    call: async (method, path, options = {}) => {
      const response = await fetch(url(path), {
        method,
        headers: {
          cookie,
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
      return { status: response.status, json: (await response.json()) as never };
    },
    setCamera: async (id, columns) => {
      const names = Object.keys(columns);
      await database.pool.query(
        `update camera_registry set ${names.map((column, index) => `${column} = $${index + 2}`).join(', ')} where camera_id = $1`,
        [id, ...Object.values(columns)],
      );
    },
    restart: async (next = {}, nextTuning = {}) => {
      await live.stop();
      config = { ...config, ...next };
      live = await startLivestream(config, silentLogger, { ...quick, ...tuning, ...nextTuning });
      await ready();
    },
    stop: async () => {
      for (const socket of sockets) socket.terminate();
      await live.stop();
      await kurento.stop();
      await broker.stop();
      await database.stop();
      await dir[Symbol.asyncDispose]();
    },
  };
}

export const someId = (): string => randomUUID();
