/**
 * The notifier in its surroundings, for tests: a real PostgreSQL, a Bot API over real HTTP, and the statements of the
 * processor and the config server as the source of facts.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { createLogger, type Logger } from '@apiary/base/logger';
import { activityKind } from '@apiary/contract';
import { writeActivities } from '@apiary/database/activity-repository';
import { writeCameras, type CameraWrite } from '@apiary/database/ingest-repository';
import { addRecording, addThumbnail } from '@apiary/database/upload-repository';
import {
  FakeBotApi,
  type ChatMessage,
  startTestDatabase,
  tempDir,
  waitFor,
  type FakeBotApiOptions,
  type TestDatabase,
} from '@apiary/test-support';
import { startNotifier, type Notifier } from './app.ts';
import { readConfig } from './config.ts';
import type { OpenChannelsDeps } from './open-channels.ts';

export const chat = 4242;
export const group = -100_555;
export const cameraId = (number: number): string => number.toString(16).toUpperCase().padStart(32, '0');
export const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');

export interface Delivery {
  readonly delivery_id: number;
  readonly target: string;
  readonly alert_key: string;
  readonly state: string;
  readonly reason: string | null;
  readonly shown: string;
  readonly clip: string;
  readonly attempts: number;
  readonly resent: number;
  readonly last_error: string | null;
  readonly message_id: string | null;
  readonly latency_ms: number | null;
}

export class Harness {
  readonly database: TestDatabase;
  readonly api: FakeBotApi;
  readonly logLines: string[] = [];
  readonly #dir: Awaited<ReturnType<typeof tempDir>>;
  readonly #pools: { processor: pg.Pool; config: pg.Pool };
  readonly #running = new Set<Notifier>();
  #before = 0;

  private constructor(database: TestDatabase, api: FakeBotApi, dir: Awaited<ReturnType<typeof tempDir>>) {
    this.database = database;
    this.api = api;
    this.#dir = dir;
    const pool = (service: 'mqtt-processor' | 'config-server') => {
      const made = new pg.Pool({ ...database.addressOf(service), max: 2 });
      made.on('error', () => undefined);
      return made;
    };
    this.#pools = { processor: pool('mqtt-processor'), config: pool('config-server') };
  }

  static async start(api: FakeBotApiOptions = {}): Promise<Harness> {
    const dir = await tempDir();
    const database = await startTestDatabase();
    await mkdir(join(dir.path, 'secrets', 'notifier'), { recursive: true });
    await mkdir(join(dir.path, 'data', 'uploads'), { recursive: true });
    await writeFile(join(dir.path, 'secrets', 'notifier', 'database-password'), database.owner.password);
    const chats = [
      { id: chat, type: 'private' as const },
      { id: group, type: 'supergroup' as const },
    ];
    return new Harness(database, await FakeBotApi.start({ chats, ...api }), dir);
  }

  /** Settings of a notifier of this database and Bot API. */
  environment(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
    const { host, port, database } = this.database.owner;
    return {
      DATABASE_HOST: host,
      DATABASE_PORT: String(port),
      DATABASE_NAME: database,
      DATA_DIR: join(this.#dir.path, 'data'),
      SECRETS_DIR: join(this.#dir.path, 'secrets'),
      SERVER_ADDRESS: '192.168.1.10',
      TIME_ZONE: 'Europe/Berlin',
      TELEGRAM_ENABLED: 'true',
      TELEGRAM_BOT_TOKEN: this.api.token,
      TELEGRAM_CHAT_ID: String(chat),
      TELEGRAM_API_ROOT: this.api.apiRoot,
      TELEGRAM_THUMBNAIL_WAIT_MS: '0',
      ...changes,
    };
  }

  async notifier(
    changes: Readonly<Record<string, string>> = {},
    telegram: NonNullable<OpenChannelsDeps['telegram']> = { paced: false },
  ): Promise<Notifier> {
    const config = await readConfig(this.environment(changes));
    const started = await startNotifier(config, this.#logger(), { telegram });
    this.#running.add(started);
    await waitFor(() => started.leading, 'leading');
    return started;
  }

  #logger(): Logger {
    return createLogger('notifier', 'debug', { write: (line) => this.logLines.push(line) });
  }

  async camera(number = 1, name = `Camera ${number}`): Promise<string> {
    await this.database.pool.query(
      'insert into camera_registry (camera_id, camera_name) values ($1, $2) on conflict do nothing',
      [cameraId(number), name],
    );
    return cameraId(number);
  }

  /** The processor writes that a camera came or went. */
  async connection(camera: string, connected: boolean): Promise<void> {
    const nothing = Object.fromEntries(
      [
        ...['lastSeenMs', 'firmwareVersion', 'hardwareVersion', 'ipAddress', 'status', 'statusReportedAtMs'],
        ...[
          'brokerSession',
          'restoredSession',
          'batteryLevel',
          'signalStrength',
          'temperature',
          'uptimeSeconds',
        ],
      ].map((name) => [name, undefined]),
    );
    await writeCameras(this.#pools.processor, [
      {
        ...nothing,
        cameraId: camera,
        defaultName: 'x',
        connected,
        connectionChangedAtMs: Date.now(),
        brokerSessionEnded: !connected,
      } as unknown as CameraWrite,
    ]);
  }

  /** The processor writes a start. @returns the event's id */
  async start(
    camera: string,
    { eventId, type = 'MOTION', atMs = Date.now() }: { eventId?: string; type?: string; atMs?: number } = {},
  ): Promise<string> {
    const id = eventId ?? randomUUID();
    await writeActivities(this.#pools.processor, [this.#startOf(camera, id, type, atMs)]);
    return id;
  }

  /** Many starts in one transaction, as a burst is written. */
  async starts(cameras: readonly string[], atMs = Date.now()): Promise<string[]> {
    const all = cameras.map((camera) => this.#startOf(camera, randomUUID(), 'MOTION', atMs));
    await writeActivities(this.#pools.processor, all);
    return all.map(({ eventId }) => eventId);
  }

  #startOf(camera: string, eventId: string, type: string, atMs: number) {
    return {
      eventId,
      cameraId: camera,
      activityType: type,
      activityTypeGiven: true,
      kind: activityKind(type),
      start: { atMs, source: 'camera' as const, reportedMs: atMs, receivedMs: Date.now(), counts: true },
      stop: undefined,
      confidence: undefined,
      region: undefined,
    };
  }

  /** The config server stores a picture. */
  async thumbnail(camera: string, eventId: string, bytes: Buffer = jpeg): Promise<void> {
    const path = `uploads/${eventId.replaceAll('/', '_')}.jpg`;
    await writeFile(join(this.#dir.path, 'data', path), bytes);
    await addThumbnail(this.#pools.config, this.#file(camera, eventId, 'thumbnail', bytes), path, false);
  }

  /** The config server stores a recording; `folder` holds it below `uploads`. */
  async recording(camera: string, eventId: string, segment: Buffer = Buffer.alloc(188, 0x47)): Promise<void> {
    const path = `uploads/${eventId.replaceAll('/', '_')}`;
    await mkdir(join(this.#dir.path, 'data', path, 'hd'), { recursive: true });
    await writeFile(join(this.#dir.path, 'data', path, 'hd', '0.ts'), segment);
    await addRecording(
      this.#pools.config,
      this.#file(camera, eventId, 'recording', segment),
      { sequence: 0, part: 0, path, variant: 'hd', segments: [0], encrypted: false },
      false,
    );
  }

  #file(camera: string, eventId: string, category: string, bytes: Buffer) {
    return {
      cameraId: camera,
      eventId,
      activityType: 'MOTION',
      category,
      fileName: `${eventId}-${category}`,
      sizeBytes: bytes.length,
      fileType: category === 'thumbnail' ? 'image/jpeg' : 'application/zip',
      sha256: createHash('sha256').update(eventId).update(bytes).digest(),
      receivedAt: new Date(),
    };
  }

  /** What stands in a chat since the last reset. */
  messages(chatId?: number): ChatMessage[] {
    return this.api.messages(chatId).filter(({ messageId }) => messageId > this.#before);
  }

  async deliveries(eventId?: string): Promise<Delivery[]> {
    const { rows } = await this.database.pool.query<Delivery>(
      `select * from notification_deliveries where $1::text is null or event_id = $1 order by delivery_id`,
      [eventId ?? null],
    );
    return rows;
  }

  /** Everything that was to be told is at rest, and the outbox is empty. */
  async settled(timeoutMs = 15_000): Promise<void> {
    await waitFor(
      async () => {
        const { rows } = await this.database.pool.query<{ open: number }>(
          `select (select count(*) from outbox)::int
             + (select count(*) from notification_deliveries where due_at is not null or state = 'sending')::int as open`,
        );
        return rows[0]?.open === 0;
      },
      'everything told',
      timeoutMs,
    );
  }

  /** Ends a notifier, as SIGTERM does. */
  async stop(notifier: Notifier): Promise<void> {
    this.#running.delete(notifier);
    await notifier.stop();
  }

  /** Between tests: no notifier, no rows, no scripts, nothing in the chats. */
  async reset(): Promise<void> {
    this.api.clearScript();
    await Promise.all([...this.#running].map((each) => this.stop(each)));
    await this.database.clear();
    this.api.calls.length = 0;
    this.#before = this.api.messages().at(-1)?.messageId ?? 0;
    this.logLines.length = 0;
  }

  async close(): Promise<void> {
    await this.reset();
    await Promise.all([this.#pools.processor.end(), this.#pools.config.end()]);
    await this.api.stop();
    await this.database.stop();
    await this.#dir[Symbol.asyncDispose]();
  }
}
