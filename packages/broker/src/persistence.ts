/**
 * What aedes asks of a store, answered from `Sessions`. aedes's own delivery to durable sessions is not used (see
 * durable-session.ts), so its outgoing queue is empty here. Wills and half-done QoS 2 live in memory, as in EMQX.
 */
import { Readable } from 'node:stream';
import type { Client } from 'aedes';
import type { Qos } from './durable-session.ts';
import type { Sessions } from './sessions.ts';
import type { Peer } from './peer.ts';

interface Subscription {
  readonly topic: string;
  readonly qos: Qos;
}
interface Identified {
  readonly id: string;
  readonly messageId?: number;
}
interface Will {
  brokerId?: string;
  clientId?: string;
}

export interface PersistenceOptions {
  readonly sessions: Sessions;
  readonly peerOf: (client: Client) => Peer | undefined;
  readonly mayGet: (peer: Peer, clientId: string, filter: string) => boolean;
}

/** The interface aedes 1.2 expects (aedes-persistence 11, promises). */
export class SessionPersistence {
  readonly #sessions: Sessions;
  readonly #peerOf: PersistenceOptions['peerOf'];
  readonly #mayGet: PersistenceOptions['mayGet'];
  readonly #wills = new Map<string, Will>();
  readonly #incoming = new Map<string, Map<number, object>>();

  constructor(options: PersistenceOptions) {
    this.#sessions = options.sessions;
    this.#peerOf = options.peerOf;
    this.#mayGet = options.mayGet;
  }

  /** aedes insists on an async function. */
  async setup(): Promise<void> {
    await Promise.resolve();
  }

  // Sessions

  async addSubscriptions(client: Client, subscriptions: readonly Subscription[]): Promise<void> {
    const connection = this.#peerOf(client)?.connection;
    const peer = this.#peerOf(client);
    if (connection === undefined || peer === undefined) return;
    // aedes hands over all filters of the packet, refused ones too.
    const granted = subscriptions.filter(({ topic }) => this.#mayGet(peer, client.id, topic));
    await new Promise<void>((resolve, reject) => {
      const filters = granted.map(({ topic, qos }) => [topic, qos] as const);
      this.#sessions.subscribe(connection, filters, (error) =>
        error === undefined ? resolve() : reject(error),
      );
    });
    const session = this.#sessions.get(client.id);
    if (session !== undefined && !session.attached && !client.closed) session.attach(client.conn, connection);
  }

  removeSubscriptions(client: Identified, filters: readonly string[]): Promise<void> {
    this.#sessions.unsubscribe(client.id, filters);
    return Promise.resolve();
  }

  subscriptionsByClient(client: Identified): Promise<Subscription[]> {
    const session = this.#sessions.get(client.id);
    const entries = [...(session?.subscriptions ?? [])];
    return Promise.resolve(entries.map(([topic, qos]) => ({ topic, qos })));
  }

  cleanSubscriptions(client: Identified): Promise<void> {
    this.#sessions.drop(client.id);
    return Promise.resolve();
  }

  // Delivery: ours

  subscriptionsByTopic(): Promise<never[]> {
    return Promise.resolve([]);
  }

  outgoingEnqueueCombi(): Promise<void> {
    return Promise.resolve();
  }

  outgoingUpdate(): Promise<void> {
    return Promise.resolve();
  }

  /** aedes calls it for every PUBACK and PUBCOMP. */
  outgoingClearMessageId(client: Identified, packet: { readonly messageId?: number }): Promise<undefined> {
    if (packet.messageId !== undefined) this.#sessions.get(client.id)?.acknowledge(packet.messageId);
    return Promise.resolve(undefined);
  }

  outgoingStream(): Readable {
    return Readable.from([]);
  }

  // Half-done QoS 2 of publishers

  incomingStorePacket(client: Identified, packet: { readonly messageId: number }): Promise<void> {
    const packets = this.#incoming.get(client.id) ?? new Map<number, object>();
    this.#incoming.set(client.id, packets.set(packet.messageId, packet));
    return Promise.resolve();
  }

  incomingGetPacket(client: Identified, packet: { readonly messageId: number }): Promise<object> {
    const stored = this.#incoming.get(client.id)?.get(packet.messageId);
    return stored === undefined ? Promise.reject(new Error('no such packet')) : Promise.resolve(stored);
  }

  incomingDelPacket(client: Identified, packet: { readonly messageId: number }): Promise<void> {
    const packets = this.#incoming.get(client.id);
    packets?.delete(packet.messageId);
    if (packets?.size === 0) this.#incoming.delete(client.id);
    return Promise.resolve();
  }

  cleanIncoming(client: Identified): Promise<void> {
    this.#incoming.delete(client.id);
    return Promise.resolve();
  }

  // Wills: aedes publishes them itself while the broker lives

  putWill(client: Identified, will: Will): Promise<void> {
    this.#wills.set(client.id, will);
    return Promise.resolve();
  }

  delWill(client: Identified): Promise<void> {
    this.#wills.delete(client.id);
    return Promise.resolve();
  }

  getWill(client: Identified): Promise<Will | undefined> {
    return Promise.resolve(this.#wills.get(client.id));
  }

  /** Wills of other brokers: there are none. */
  streamWill(): Readable {
    return Readable.from([]);
  }

  // Retained messages: none, the contract has none

  storeRetained(): Promise<void> {
    return Promise.resolve();
  }

  createRetainedStreamCombi(): Readable {
    return Readable.from([]);
  }

  destroy(): Promise<void> {
    return Promise.resolve();
  }
}
