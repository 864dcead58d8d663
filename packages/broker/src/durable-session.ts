/**
 * One MQTT session that outlives its connection: its filters, its queue, and what was sent and not yet acknowledged.
 * aedes would send without bound, out of order after a reconnect, and keep a message's place by an id that wraps at
 * 65,535; so it delivers to clean sessions only, and this pump to the others.
 */
import type { Duplex } from 'node:stream';
import mqttPacket from 'mqtt-packet';
import { covers } from '@apiary/contract';
import type { GroupWriter } from './group-writer.ts';
import type { ConnectionInfo } from './connections.ts';
import type { ZoneLimits } from './limits.ts';
import { messageKey, sessionKey, type QueuedMessage } from './message-codec.ts';
import { MessageQueue } from './message-queue.ts';

export type Qos = 0 | 1 | 2;

/** As stored under `sessionKey`. */
export interface SessionRecord {
  readonly clientId: string;
  readonly subscriptions: readonly (readonly [filter: string, qos: Qos])[];
  readonly connection: ConnectionInfo;
  /** Milliseconds since 1970; undefined while connected. */
  readonly disconnectedAtMs?: number | undefined;
}

/** Bytes in the socket beyond which sending waits for the client. */
const socketHighMarkBytes = 1024 * 1024;

export class DurableSession {
  /** Names the session on disk; a new session of the same client gets a new one. */
  readonly number: number;
  readonly clientId: string;
  readonly subscriptions: Map<string, Qos>;
  readonly queue: MessageQueue;
  readonly limits: ZoneLimits;
  connection: ConnectionInfo;
  disconnectedAtMs: number | undefined;
  sequence = 0;
  readonly #store: GroupWriter;
  readonly #inFlight = new Map<number, QueuedMessage>();
  #socket: Duplex | undefined;
  #nextMessageId = 1;
  #pumpPlanned = false;
  #waitingForDrain = false;

  constructor(store: GroupWriter, number: number, record: SessionRecord, limits: ZoneLimits) {
    this.#store = store;
    this.number = number;
    this.clientId = record.clientId;
    this.subscriptions = new Map(record.subscriptions);
    this.connection = record.connection;
    this.disconnectedAtMs = record.disconnectedAtMs;
    this.limits = limits;
    this.queue = new MessageQueue(store, number, () => this.planPump());
  }

  get attached(): boolean {
    return this.#socket !== undefined;
  }

  /** Messages kept, sent ones that wait for their acknowledgement included. */
  get length(): number {
    return this.queue.length + this.#inFlight.size;
  }

  save(): void {
    const record: SessionRecord = {
      clientId: this.clientId,
      subscriptions: [...this.subscriptions],
      connection: this.connection,
      disconnectedAtMs: this.disconnectedAtMs,
    };
    this.#store.write({
      type: 'put',
      key: sessionKey(this.number),
      value: Buffer.from(JSON.stringify(record)),
    });
  }

  /** Highest QoS this session asked for on the topic; undefined: none of its filters matches. */
  qosFor(topic: string): Qos | undefined {
    let best: Qos | undefined;
    for (const [filter, qos] of this.subscriptions) {
      if ((best === undefined || qos > best) && covers(filter, topic)) best = qos;
    }
    return best;
  }

  /** The client is connected and has its CONNACK: deliver, first of all what it did not acknowledge last time. */
  attach(socket: Duplex, connection: ConnectionInfo): void {
    this.#takeBack();
    this.#socket = socket;
    this.connection = connection;
    this.disconnectedAtMs = undefined;
    this.#waitingForDrain = false;
    this.save();
    this.planPump();
  }

  detach(nowMs: number): void {
    if (this.disconnectedAtMs !== undefined) return;
    this.#socket = undefined;
    this.#takeBack();
    this.disconnectedAtMs = nowMs;
    this.save();
  }

  #takeBack(): void {
    if (this.#inFlight.size === 0) return;
    const messages = [...this.#inFlight.values()];
    for (const message of messages) message.resent = true;
    this.#inFlight.clear();
    this.queue.unshift(messages);
  }

  /** PUBACK, or PUBCOMP, of a message this session sent. */
  acknowledge(messageId: number): void {
    const message = this.#inFlight.get(messageId);
    if (message === undefined) return;
    this.#inFlight.delete(messageId);
    this.#forget(message);
    this.planPump();
  }

  #forget(message: QueuedMessage): void {
    this.#store.write({ type: 'del', key: messageKey(this.number, message.sequence) });
  }

  /** Drops the oldest message that is not on its way; false when there is none at hand. */
  dropOldest(): boolean {
    const message = this.queue.shift();
    if (message === undefined) return false;
    this.#forget(message);
    return true;
  }

  /** Sends at the end of this turn of the event loop, once for all that the turn brings. */
  planPump(): void {
    if (this.#pumpPlanned) return;
    this.#pumpPlanned = true;
    setImmediate(() => {
      this.#pumpPlanned = false;
      this.#pump();
    });
  }

  #pump(): void {
    const socket = this.#socket;
    if (socket === undefined || this.#waitingForDrain) return;
    socket.cork();
    while (this.#inFlight.size < this.limits.maxInFlight && socket.writableLength < socketHighMarkBytes) {
      const message = this.queue.shift();
      if (message === undefined) break;
      this.#send(socket, message);
    }
    socket.uncork();
    if (socket.writableLength >= socketHighMarkBytes && !socket.destroyed) {
      this.#waitingForDrain = true;
      socket.once('drain', () => {
        if (this.#socket !== socket) return;
        this.#waitingForDrain = false;
        this.planPump();
      });
    }
    this.queue.refill();
  }

  #send(socket: Duplex, message: QueuedMessage): void {
    const { topic, payload, qos, resent } = message;
    const packet = { cmd: 'publish', topic, payload, qos, dup: resent && qos > 0, retain: false } as const;
    if (qos === 0) {
      mqttPacket.writeToStream(packet, socket);
      this.#forget(message);
      return;
    }
    const messageId = this.#freeMessageId();
    this.#inFlight.set(messageId, message);
    mqttPacket.writeToStream({ ...packet, messageId }, socket);
  }

  #freeMessageId(): number {
    do {
      this.#nextMessageId = this.#nextMessageId >= 65_535 ? 1 : this.#nextMessageId + 1;
    } while (this.#inFlight.has(this.#nextMessageId));
    return this.#nextMessageId;
  }
}
