/**
 * All durable sessions: which of them a message is for, and its way to the disk before anyone is told that it was
 * taken. Nothing here knows who may do what.
 */
import type { Clock } from '@apiary/base/clock';
import type { Counters } from '@apiary/base/counters';
import type { Logger } from '@apiary/base/logger';
import type { ConnectionInfo } from './connections.ts';
import { DurableSession, type Qos, type SessionRecord } from './durable-session.ts';
import { GroupWriter } from './group-writer.ts';
import { zoneLimits, type Zone, type ZoneLimits } from './limits.ts';
import {
  allQueues,
  allSessions,
  encodeMessage,
  messageKey,
  sessionKey,
  sessionNumberOf,
  type QueuedMessage,
} from './message-codec.ts';
import { MessageQueue } from './message-queue.ts';
import { TopicTree } from './topic-tree.ts';

export interface SessionsOptions {
  readonly dir: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly limits?: Readonly<Record<Zone, ZoneLimits>>;
}

export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: Qos;
}

const expiryCheckMs = 30_000;

export class Sessions {
  readonly #store: GroupWriter;
  readonly #options: SessionsOptions;
  readonly #byClient = new Map<string, DurableSession>();
  readonly #tree = new TopicTree<DurableSession>();
  readonly #expiry: NodeJS.Timeout;
  #lastNumber = 0;
  #dropping = false;

  private constructor(store: GroupWriter, options: SessionsOptions) {
    this.#store = store;
    this.#options = options;
    this.#expiry = setInterval(() => this.dropExpired(), expiryCheckMs);
    this.#expiry.unref();
  }

  /** Opens the store and finds every session and message a former process left, in order. */
  static async open(options: SessionsOptions): Promise<Sessions> {
    const store = await GroupWriter.open(options.dir, options.logger);
    const sessions = new Sessions(store, options);
    await sessions.#restore();
    return sessions;
  }

  async #restore(): Promise<void> {
    const { logger, clock } = this.#options;
    const byNumber = new Map<number, DurableSession>();
    for await (const [key, value] of this.#store.entries(...allSessions)) {
      const record = JSON.parse(value.toString()) as SessionRecord;
      const session = this.#adopt(sessionNumberOf(key), record);
      byNumber.set(session.number, session);
      // It was connected when the former process ended.
      session.detach(clock.now());
    }
    const orphans = new Set<number>();
    let messages = 0;
    for await (const [key] of this.#store.entries(...allQueues)) {
      const number = sessionNumberOf(key);
      this.#lastNumber = Math.max(this.#lastNumber, number);
      const session = byNumber.get(number);
      if (session === undefined) {
        orphans.add(number);
        continue;
      }
      session.sequence = Number(key.slice(key.lastIndexOf(':') + 1));
      session.queue.pushStored(session.sequence);
      messages += 1;
    }
    for (const number of orphans) await this.#store.clear(...MessageQueue.range(number));
    for (const session of byNumber.values()) session.queue.refill();
    if (byNumber.size > 0)
      logger.info({ fact: 'broker sessions restored', sessions: byNumber.size, messages });
  }

  #adopt(number: number, record: SessionRecord): DurableSession {
    this.#lastNumber = Math.max(this.#lastNumber, number);
    const limits = (this.#options.limits ?? zoneLimits)[record.connection.zone];
    const session = new DurableSession(this.#store, number, record, limits);
    this.#byClient.set(session.clientId, session);
    for (const [filter, qos] of session.subscriptions) this.#tree.set(filter, session, qos);
    return session;
  }

  get(clientId: string): DurableSession | undefined {
    return this.#byClient.get(clientId);
  }

  list(): DurableSession[] {
    return [...this.#byClient.values()];
  }

  /** Adds filters to the client's session, which begins with its first one. `done` runs when that is on disk. */
  subscribe(
    connection: ConnectionInfo,
    filters: readonly (readonly [string, Qos])[],
    done: (error?: Error) => void,
  ): void {
    let session = this.#byClient.get(connection.clientId);
    session ??= this.#adopt(this.#lastNumber + 1, {
      clientId: connection.clientId,
      subscriptions: [],
      connection,
    });
    for (const [filter, qos] of filters) {
      session.subscriptions.set(filter, qos);
      this.#tree.set(filter, session, qos);
    }
    session.save();
    this.#store.flushed(done);
  }

  unsubscribe(clientId: string, filters: readonly string[]): void {
    const session = this.#byClient.get(clientId);
    if (session === undefined) return;
    for (const filter of filters) {
      session.subscriptions.delete(filter);
      this.#tree.delete(filter, session);
    }
    session.save();
  }

  /** Forgets a session and what waits for it. */
  drop(clientId: string): void {
    const session = this.#byClient.get(clientId);
    if (session === undefined) return;
    this.#byClient.delete(clientId);
    for (const filter of session.subscriptions.keys()) this.#tree.delete(filter, session);
    this.#store.write({ type: 'del', key: sessionKey(session.number) });
    // A message on its way to disk for it becomes an orphan, cleared at the next start.
    this.#store.flushed(() => {
      this.#store.clear(...MessageQueue.range(session.number)).catch((error: unknown) => {
        this.#options.logger.warn({ fact: 'queue of a dropped session not cleared', err: error });
      });
    });
  }

  /**
   * Files the message for every durable session it is for. `done` runs once it is written, so the caller may then
   * acknowledge it; with an error when it is not, and then it must not. QoS 0 is filed, without waiting, for sessions
   * that are away: a camera may well publish its events that way.
   */
  accept(message: Message, done: (error?: Error) => void): void {
    let wait = false;
    for (const [session, asked] of this.#tree.match(message.topic)) {
      const qos = Math.min(message.qos, asked) as Qos;
      if (qos === 0 && session.attached) continue;
      wait ||= qos > 0;
      this.#file(session, message, qos);
    }
    if (wait) this.#store.flushed(done);
    else done();
  }

  #file(session: DurableSession, { topic, payload }: Message, qos: Qos): void {
    session.sequence += 1;
    const queued: QueuedMessage = { sequence: session.sequence, topic, payload, qos, resent: false };
    const key = messageKey(session.number, session.sequence);
    this.#store.write({ type: 'put', key, value: encodeMessage(topic, payload, qos) }, (error) => {
      if (error !== undefined) return;
      session.queue.push(queued);
      if (session.length > session.limits.maxQueueLength) this.#dropOldest(session);
      else this.#dropping = false;
      session.planPump();
    });
  }

  #dropOldest(session: DurableSession): void {
    if (!session.dropOldest()) {
      session.queue.refill();
      return;
    }
    this.#options.counters.add('delivery.dropped.queue_full');
    if (!this.#dropping)
      this.#options.logger.error({ fact: 'queue full, oldest messages dropped', clientId: session.clientId });
    this.#dropping = true;
  }

  /** Drops sessions whose client has been away for longer than its zone allows. */
  dropExpired(): void {
    const now = this.#options.clock.now();
    for (const session of this.#byClient.values()) {
      const { disconnectedAtMs } = session;
      if (disconnectedAtMs === undefined || now - disconnectedAtMs < session.limits.sessionExpiryMs) continue;
      this.#options.logger.info({
        fact: 'session expired',
        clientId: session.clientId,
        dropped: session.length,
      });
      this.#options.counters.add('session.terminated');
      this.drop(session.clientId);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#expiry);
    for (const session of this.#byClient.values()) session.detach(this.#options.clock.now());
    await this.#store.close();
  }
}
