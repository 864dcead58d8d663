/**
 * What the leading processor does: hears the broker, keeps one partition a share of the cameras, and lets the parts that
 * follow a commit know. This is the only place they are joined.
 */
import type pg from 'pg';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { allCameraMessages, allPresenceEvents } from '@apiary/contract';
import { camerasWithSession, maintain, silentCameras } from '@apiary/database/ingest-repository';
import type { DatabaseAddress } from '@apiary/database/pool';
import { consume, type BrokerApi, type ConsumeOptions, type Consumer, type Delivery } from '@apiary/mqtt';
import { CommandDeadlines } from './command-deadlines.ts';
import type { FirstContact } from './first-contact.ts';
import { takeIn } from './intake.ts';
import type { Item, MessageItem } from './item.ts';
import type { LedWork } from '@apiary/database/leadership';
import { BatchSizes, Sparingly, type Metrics } from './metrics.ts';
import { Partition } from './partition.ts';
import { blameFor } from './poison.ts';
import { PresenceWatch } from './presence-watch.ts';
import { processBatch, type BatchResult, type UnheardSessions } from './process-batch.ts';
import { Restorer } from './restorer.ts';

export interface Timings {
  readonly reconcileMs: number;
  readonly presenceGraceMs: number;
  readonly restoreAnnouncedMs: number;
  readonly restoreUnannouncedMs: number;
}

export const defaultTimings: Timings = {
  reconcileMs: 60_000,
  presenceGraceMs: 5000,
  restoreAnnouncedMs: 250,
  restoreUnannouncedMs: 3000,
};

export interface WorkOptions {
  readonly pool: pg.Pool;
  readonly address: DatabaseAddress;
  readonly broker: Pick<ConsumeOptions, 'host' | 'port' | 'username' | 'password' | 'clientId'>;
  readonly api: BrokerApi;
  readonly firstContact: FirstContact;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly offlineAfterSeconds: number;
  readonly commandTimeoutSeconds: number;
  readonly timings: Timings;
}

const partitionCount = 4;
const maxBatch = 1000;
const maxBatchBytes = 8 * 1024 * 1024;
const seenFlushMs = 1000;
const maintenanceMs = 24 * 3600_000;
const maintenanceRetryMs = 60_000;
/** `last_seen` in the database may be this much behind. */
const seenLagMs = 2 * seenFlushMs;

export class Work implements LedWork {
  readonly consumer: Consumer;
  readonly #options: WorkOptions;
  readonly #partitions: Partition<Item>[];
  readonly #unheard: UnheardSessions = new Map();
  readonly #watch: PresenceWatch;
  readonly #restorer: Restorer;
  readonly #deadlines: CommandDeadlines;
  readonly #seen = new Map<string, number>();
  /** Receipt of what is not acknowledged yet, oldest first. */
  readonly #pending = new Set<MessageItem>();
  readonly #sparingly = new Sparingly(1000);
  readonly #batchSizes = new BatchSizes();
  readonly #timers: NodeJS.Timeout[] = [];
  #maintenance: NodeJS.Timeout | undefined;
  #stopped = false;
  /** Silence counts only while we listen. */
  #listeningSinceMs = Infinity;

  constructor(options: WorkOptions) {
    this.#options = options;
    const { logger, metrics, pool, timings } = options;
    this.#partitions = Array.from({ length: partitionCount }, () => this.#partition());
    this.#watch = new PresenceWatch({
      api: options.api,
      withSession: () => camerasWithSession(pool),
      submit: (item) => this.#push(item),
      logger,
      counters: metrics,
      intervalMs: timings.reconcileMs,
      graceMs: timings.presenceGraceMs,
    });
    this.#deadlines = new CommandDeadlines({
      pool,
      address: options.address,
      logger,
      counters: metrics,
      fallbackSeconds: options.commandTimeoutSeconds,
    });
    this.consumer = consume({
      ...options.broker,
      logger,
      filters: [allCameraMessages, ...allPresenceEvents],
      onDelivery: (delivery) => this.#onDelivery(delivery),
      onStateChange: ({ connected }) => this.#onBroker(connected),
    });
    this.#restorer = new Restorer({
      pool,
      broker: this.consumer,
      logger,
      counters: metrics,
      commandTimeoutSeconds: options.commandTimeoutSeconds,
      announcedDelayMs: timings.restoreAnnouncedMs,
      unannouncedDelayMs: timings.restoreUnannouncedMs,
    });
    this.#timers.push(setInterval(() => this.#flushSeen(), seenFlushMs));
    const sweepMs = Math.min(Math.max((options.offlineAfterSeconds * 1000) / 5, 500), 30_000);
    this.#timers.push(setInterval(() => void this.#sweepSilent(), sweepMs));
    this.#registerGauges();
    void this.#maintain();
  }

  async stop(graceful: boolean): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#maintenance);
    if (!graceful) await this.consumer.close();
    await Promise.all([
      this.#watch.stop(),
      this.#restorer.stop(),
      this.#deadlines.stop(),
      ...this.#partitions.map((partition) => partition.stop()),
    ]);
    // After the batches under way: their acknowledgements still go out.
    await this.consumer.close();
  }

  #partition(): Partition<Item> {
    const { pool, logger, metrics } = this.#options;
    return new Partition<Item>({
      process: async (batch) => {
        this.#afterCommit(await processBatch(pool, batch, this.#unheard));
        this.#batchSizes.add(batch.length);
      },
      done: (item) => {
        if (item.kind !== 'message') return;
        this.#pending.delete(item);
        item.acknowledge();
      },
      blamed: (item, error) => {
        metrics.add('quarantined');
        logger.error({
          fact: 'message set aside',
          cameraId: item.cameraId,
          topic: item.kind === 'message' ? item.topic : item.kind,
          reason: errorMessage(error),
        });
      },
      setAside: async (item, error) => {
        if (item.kind !== 'message') return;
        const fault = `could not be stored: ${errorMessage(error)}`.slice(0, 500);
        await processBatch(pool, [{ ...item, message: undefined, fault }], this.#unheard);
      },
      blameFor,
      logger,
      maxBatch,
      weightOf: (item) => (item.kind === 'message' ? item.payload.length : 0),
      maxBatchWeight: maxBatchBytes,
    });
  }

  #onDelivery(delivery: Delivery): void {
    const { metrics, logger, firstContact } = this.#options;
    const intake = takeIn(delivery, Date.now());
    if (intake.kind === 'message') {
      const { item } = intake;
      metrics.add(`messages.${item.topicKind}`);
      if (item.fault !== undefined) {
        metrics.add('unreadable');
        this.#sparingly.say('unreadable', (leftOut) =>
          logger.warn({ fact: 'unreadable message', topic: item.topic, reason: item.fault, leftOut }),
        );
      } else if (item.topicKind === 'unknown') {
        this.#sparingly.say(item.topic, (leftOut) =>
          logger.info({ fact: 'message on an unknown topic', topic: item.topic, leftOut }),
        );
      }
      if (item.retain) metrics.add('messages.retained');
      else this.#watch.heardFrom(item.cameraId);
      firstContact.note(item);
      this.#pending.add(item);
      this.#push(item);
      return;
    }
    if (intake.kind === 'presence') {
      metrics.add(`presence.${intake.item.evidence.kind}`);
      this.#watch.heardOf(intake.item.cameraId);
      this.#push(intake.item);
    } else {
      metrics.add(`ignored.${intake.reason}`);
      if (intake.reason !== 'other-client')
        this.#sparingly.say(intake.reason, (leftOut) =>
          logger.warn({ fact: 'message ignored', reason: intake.reason, topic: delivery.topic, leftOut }),
        );
    }
    delivery.acknowledge();
  }

  #push(item: Item): void {
    // The last hexadecimal digits of an id are as good as any hash.
    const share = Number.parseInt(item.cameraId.slice(-4), 16) % partitionCount;
    this.#partitions[share]?.push(item);
  }

  #afterCommit(result: BatchResult): void {
    const { metrics, logger } = this.#options;
    for (const { cameraId, about } of result.asks) this.#watch.ask(cameraId, about);
    for (const { cameraId, announced } of result.restores) this.#restorer.due(cameraId, announced);
    for (const { cameraId, atMs } of result.seenLater) this.#seen.set(cameraId, atMs);
    const { activities } = result;
    if (activities !== undefined) {
      metrics.add('activities.started', activities.started);
      metrics.add('activities.stopped', activities.stopped);
      for (const { cameraId, eventId } of activities.refused) {
        metrics.add('refused.foreign-event');
        logger.warn({ fact: "refused: event id of another camera's event", cameraId, eventId });
      }
    }
    for (const { requestId, outcome, detail } of result.commands) {
      metrics.add(`commands.${outcome}`);
      logger.info({ fact: 'command ended', requestId, outcome, detail });
    }
  }

  #onBroker(connected: boolean): void {
    this.#listeningSinceMs = connected ? Date.now() : Infinity;
    if (!connected) return;
    this.#watch.onConnected();
    void this.#restorer.resume();
  }

  #flushSeen(): void {
    for (const [cameraId, receivedAtMs] of this.#seen) this.#push({ kind: 'seen', cameraId, receivedAtMs });
    this.#seen.clear();
  }

  async #sweepSilent(): Promise<void> {
    const { pool, offlineAfterSeconds, logger } = this.#options;
    const now = Date.now();
    const afterMs = offlineAfterSeconds * 1000;
    if (now - this.#listeningSinceMs < afterMs) return;
    const sinceMs = now - afterMs;
    try {
      // The row may lag behind; its own fold looks again at what is heard until then.
      for (const cameraId of await silentCameras(pool, sinceMs - Math.min(seenLagMs, afterMs / 2))) {
        this.#push({
          kind: 'presence',
          cameraId,
          evidence: { kind: 'silent', sinceMs },
          receivedAtMs: now,
          cause: `silent for ${offlineAfterSeconds} s`,
        });
      }
    } catch (error) {
      logger.warn({ fact: 'silence cannot be checked', reason: errorMessage(error) });
    }
  }

  async #maintain(): Promise<void> {
    const { pool, logger } = this.#options;
    let nextMs = maintenanceMs;
    try {
      await maintain(pool);
    } catch (error) {
      logger.warn({ fact: 'maintenance failed', reason: errorMessage(error) });
      nextMs = maintenanceRetryMs;
    }
    if (!this.#stopped) this.#maintenance = setTimeout(() => void this.#maintain(), nextMs);
  }

  #registerGauges(): void {
    const { metrics } = this.#options;
    this.#batchSizes.register(metrics);
    metrics.gauge('unacknowledged', () => this.consumer.deliveries.inFlight);
    metrics.gauge('queued', () => this.#partitions.reduce((sum, { queued }) => sum + queued, 0));
    metrics.gauge('lag.ms', () => {
      const [oldest] = this.#pending;
      return oldest === undefined ? 0 : Date.now() - oldest.receivedAtMs;
    });
  }
}
