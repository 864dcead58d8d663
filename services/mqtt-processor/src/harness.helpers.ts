/**
 * Test support of this service: the real service against a real PostgreSQL and a real broker, cameras as plain MQTT
 * clients. The broker is Debian's mosquitto where installed; it has no presence events, so the client list is played by
 * an HTTP server the test controls.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect as connectTcp, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { silentLogger } from '@apiary/base/logger';
import { cameraTopics } from '@apiary/contract';
import { freePort } from '@apiary/test-support/free-port';
import { tempDir } from '@apiary/test-support/temp-dir';
import { startTestDatabase, type TestDatabase } from '@apiary/test-support/database';
import { waitFor } from '@apiary/test-support/wait-for';
import { startProcessor, type Processor } from './app.ts';
import { readConfig } from './config.ts';
import type { Timings } from './work.ts';

export const mosquittoPath = '/usr/sbin/mosquitto';
export const hasMosquitto = existsSync(mosquittoPath);

export interface Mosquitto {
  readonly port: number;
  readonly pid: number;
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** A broker anew on the same port: no session, no retained message of an earlier test. */
  forgetAll(): Promise<void>;
}

/** A broker on 127.0.0.1 that keeps sessions in `dir` over a clean restart. */
export async function startMosquitto(dir: string): Promise<Mosquitto> {
  const port = await freePort();
  await mkdir(dir, { recursive: true });
  const configFile = join(dir, 'mosquitto.conf');
  await writeFile(
    configFile,
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'user root',
      'persistence true',
      `persistence_location ${dir}/`,
      'max_inflight_messages 500',
      'max_queued_messages 0',
      'max_packet_size 8000000',
      'log_type error',
      '',
    ].join('\n'),
  );
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(mosquittoPath, ['-c', configFile], { stdio: 'ignore' });
    await waitFor(() => answers(port), 'mosquitto');
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const running = child;
    if (running?.exitCode !== null || running.signalCode !== null) return;
    const exited = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await exited;
  };
  await start();
  return {
    port,
    get pid() {
      return child?.pid ?? 0;
    },
    start,
    stop,
    forgetAll: async () => {
      await stop('SIGKILL');
      await rm(join(dir, 'mosquitto.db'), { force: true });
      await start();
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export interface FakeApi {
  readonly url: string;
  /** What `GET /api/v5/clients` lists: id → start of its session, ms, or undefined when away. */
  readonly clients: Map<string, number | undefined>;
  /** false: it answers 503. */
  up: boolean;
  /** How often it was asked. */
  asked: number;
  close(): Promise<void>;
}

export async function startFakeApi(): Promise<FakeApi> {
  const clients = new Map<string, number | undefined>();
  const server = createServer((_request, response) => {
    api.asked += 1;
    if (!api.up) {
      response.writeHead(503).end();
      return;
    }
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        data: [...clients].map(([clientid, since]) => ({
          clientid,
          connected: since !== undefined,
          ...(since === undefined ? {} : { connected_at: new Date(since).toISOString() }),
        })),
        meta: { hasnext: false },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api: FakeApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clients,
    up: true,
    asked: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return api;
}

export interface Camera {
  readonly id: string;
  /** Topic and body of every command heard. */
  readonly commands: { topic: string; body: Record<string, unknown>; qos: number; retain: boolean }[];
  send(topic: string, body: unknown, options?: { retain?: boolean; qos?: 0 | 1 }): Promise<void>;
  connected(extra?: object): Promise<void>;
  start(eventId: string | undefined, extra?: object): Promise<void>;
  stop(eventId: string | undefined, extra?: object): Promise<void>;
  heartbeat(extra?: object): Promise<void>;
  state(extra?: object): Promise<void>;
  leave(): Promise<void>;
}

/** A camera as the contract describes it; string and Buffer bodies go out as they are. */
export async function startCamera(port: number, id: string): Promise<Camera> {
  const client: MqttClient = await connectAsync({
    host: '127.0.0.1',
    port,
    clientId: id,
    clean: true,
    reconnectPeriod: 100,
  });
  client.on('error', () => undefined);
  const commands: Camera['commands'] = [];
  client.on('message', (topic, payload, packet) => {
    commands.push({
      topic,
      body: JSON.parse(payload.toString()) as Record<string, unknown>,
      qos: packet.qos,
      retain: packet.retain,
    });
  });
  await client.subscribeAsync(`prod/honeycomb/${id}/#`, { qos: 1 });
  const send: Camera['send'] = async (topic, body, options = {}) => {
    const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    await client.publishAsync(topic, payload, { qos: options.qos ?? 1, retain: options.retain ?? false });
  };
  return {
    id,
    commands,
    send,
    connected: (extra = {}) => send(cameraTopics.connection(id), { status: 'connected', ...extra }),
    start: (eventId, extra = {}) =>
      send(cameraTopics.activityStart(id), { eventId, activityType: 'MOTION_SMART', ...extra }),
    stop: (eventId, extra = {}) => send(cameraTopics.activityStop(id), { eventId, ...extra }),
    heartbeat: (extra = {}) => send(cameraTopics.status(id), { status: 'online', ...extra }),
    state: (extra = {}) => send(cameraTopics.state(id), { ...extra }),
    leave: async () => {
      await client.endAsync(true);
    },
  };
}

/** Invented ids: the number in hexadecimal, 32 long. */
export const cameraId = (number: number): string =>
  `C0${number.toString(16).toUpperCase().padStart(30, '0')}`;

export interface Harness {
  readonly database: TestDatabase;
  readonly mosquitto: Mosquitto;
  readonly api: FakeApi;
  readonly dir: string;
  readonly environment: Readonly<Record<string, string>>;
  startProcessor(timings?: Partial<Timings>, environment?: Record<string, string>): Promise<Processor>;
  camera(number: number): Promise<Camera>;
  rows<T>(sql: string, values?: unknown[]): Promise<T[]>;
  health(processor: Processor): Promise<{ status: string; counters: Record<string, number> }>;
  /** Stops processors and cameras, empties the tables. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function startHarness(): Promise<Harness> {
  const folder = await tempDir();
  const [database, mosquitto, api] = await Promise.all([
    startTestDatabase(),
    startMosquitto(join(folder.path, 'mosquitto')),
    startFakeApi(),
  ]);
  const secrets = join(folder.path, 'secrets', 'mqtt-processor');
  await mkdir(secrets, { recursive: true });
  const own = database.addressOf('mqtt-processor');
  await writeFile(join(secrets, 'database-password'), own.password);
  await writeFile(join(secrets, 'broker-password'), 'any-password');
  await writeFile(join(secrets, 'broker-api-key'), 'key:secret');
  const environment = {
    LISTEN_PORT: '0',
    DATABASE_HOST: own.host,
    DATABASE_PORT: String(own.port),
    DATABASE_NAME: own.database,
    BROKER_HOST: '127.0.0.1',
    BROKER_PORT: String(mosquitto.port),
    BROKER_API_URL: api.url,
    DATA_DIR: join(folder.path, 'data'),
    SECRETS_DIR: join(folder.path, 'secrets'),
  };
  const processors: Processor[] = [];
  const cameras: Camera[] = [];
  const reset = async (): Promise<void> => {
    for (const processor of processors.splice(0)) await processor.stop();
    for (const camera of cameras.splice(0)) await camera.leave();
    await mosquitto.forgetAll();
    api.clients.clear();
    api.up = true;
    await database.clear();
    await database.pool.query('truncate outbox, status_events');
  };
  return {
    database,
    mosquitto,
    api,
    dir: folder.path,
    environment,
    startProcessor: async (timings = {}, extra = {}) => {
      const processor = await startProcessor(readConfig({ ...environment, ...extra }), silentLogger, {
        restoreAnnouncedMs: 50,
        restoreUnannouncedMs: 300,
        presenceGraceMs: 500,
        ...timings,
      });
      processors.push(processor);
      return processor;
    },
    camera: async (number) => {
      const camera = await startCamera(mosquitto.port, cameraId(number));
      cameras.push(camera);
      return camera;
    },
    rows: async <T>(sql: string, values: unknown[] = []) =>
      (await database.pool.query(sql, values)).rows as T[],
    health: async (processor) => {
      const response = await fetch(`http://127.0.0.1:${processor.port}/health`);
      return (await response.json()) as { status: string; counters: Record<string, number> };
    },
    reset,
    close: async () => {
      await reset();
      await mosquitto.stop();
      await api.close();
      await database.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Resolves when the processor works: it leads and its filters are granted. */
export async function untilWorking(harness: Harness, processor: Processor): Promise<void> {
  await waitFor(
    async () => (await harness.health(processor)).counters['subscribed'] === 1,
    'working processor',
  );
}
