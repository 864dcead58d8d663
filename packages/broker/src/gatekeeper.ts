/**
 * aedes's questions about a client, answered as EMQX answers them with `emqx/emqx.conf` and `emqx/acl.conf`: who it is,
 * what it may publish and hear. The rules themselves are `isAllowed` of the contract.
 */
import { randomUUID } from 'node:crypto';
import type { AedesOptions, AedesPublishPacket, AuthenticateError, Client } from 'aedes';
import type { Clock } from '@apiary/base/clock';
import type { Counters } from '@apiary/base/counters';
import type { Logger } from '@apiary/base/logger';
import { isAllowed, isCameraId } from '@apiary/contract';
import { neverWaitForDrain } from './aedes-internals.ts';
import type { Connections } from './connections.ts';
import { zoneLimits } from './limits.ts';
import { peerOf, type Peer } from './peer.ts';
import type { Sessions } from './sessions.ts';
import type { Users } from './users.ts';

type Hooks = Required<
  Pick<
    AedesOptions,
    'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'
  >
>;

export interface GatekeeperOptions {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly connections: Connections;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The broker is going down: no more wills. */
  readonly stopping: () => boolean;
}

/** CONNACK codes of MQTT 3.1.1. */
const connack = { identifierRejected: 2, badCredentials: 4, notAuthorized: 5 } as const;
/** Where a message goes that its sender may not publish. No rule lets anyone hear it. */
const nowhere = '$dropped';

export function mayGet(peer: Peer, clientId: string, filter: string): boolean {
  return isAllowed({ zone: peer.zone, clientId, userName: peer.userName }, 'subscribe', filter);
}

export function createHooks(options: GatekeeperOptions): Hooks {
  const { users, sessions, connections, counters, clock, logger } = options;
  const refused = new WeakMap<Client, number>();
  const takeovers = new WeakMap<Client, boolean>();

  const preConnect: Hooks['preConnect'] = (client, packet, callback) => {
    const peer = peerOf(client);
    if (peer === undefined) {
      callback(new Error('connection without a listener'), false);
      return;
    }
    neverWaitForDrain(client);
    const limits = zoneLimits[peer.zone];
    if (packet.clientId.length > limits.maxClientIdLength) refused.set(client, connack.identifierRejected);
    if (peer.zone === 'camera' && !isCameraId(packet.clientId)) {
      // It may connect, as with EMQX, and do nothing. Under a name of its own, so that no camera certificate can take
      // over a service's session, and without a session of its own.
      packet.clientId = `unidentified-${randomUUID()}`;
      packet.clean = true;
    }
    if (packet.clientId === '') packet.clientId = `anonymous-${randomUUID()}`;
    const clean = packet.clean ?? true;
    takeovers.set(client, clean);
    const userName = peer.zone === 'camera' ? peer.userName : (packet.username ?? '');
    peer.connection = {
      clientId: packet.clientId,
      userName,
      zone: peer.zone,
      ipAddress: peer.ipAddress,
      port: peer.port,
      listenerPort: peer.listenerPort,
      protocolName: packet.protocolId ?? 'MQTT',
      protocolVersion: packet.protocolVersion ?? 4,
      keepaliveSeconds: packet.keepalive ?? 0,
      cleanStart: clean,
      expirySeconds: clean ? 0 : limits.sessionExpiryMs / 1000,
      connectedAtMs: connections.nextConnectedAtMs(packet.clientId, clock.now()),
    };
    callback(null, true);
  };

  /** The CONNACK code of a refusal. */
  const refusalOf = (client: Client, peer: Peer, user: string | undefined, password?: Buffer) => {
    const early = refused.get(client);
    if (early !== undefined) return early;
    if (peer.zone === 'camera') return undefined;
    if (user === undefined || user === '') return connack.notAuthorized;
    if (users.accepts(user, password)) return undefined;
    return users.has(user) ? connack.badCredentials : connack.notAuthorized;
  };

  const authenticate: Hooks['authenticate'] = (client, user, password, done) => {
    const peer = peerOf(client);
    if (peer === undefined) {
      done(null, false);
      return;
    }
    const code = refusalOf(client, peer, user, password);
    if (code !== undefined) {
      counters.add('authentication.failure');
      logger.warn({ fact: 'connection refused', zone: peer.zone, address: peer.ipAddress, code });
      done(connackError(code), null);
      return;
    }
    if (peer.zone === 'service') peer.userName = user ?? '';
    const clean = takeovers.get(client) ?? true;
    void connections
      .takeTurn(peer.connection?.clientId ?? '', (old) => {
        counters.add(clean ? 'session.discarded' : 'session.takenover');
        const oldPeer = peerOf(old.client);
        if (oldPeer !== undefined) oldPeer.endReason ??= clean ? 'discarded' : 'takenover';
      })
      .then(({ release }) => {
        client.conn.once('close', release);
        client.once('connected', release);
        if (client.closed || client.conn.destroyed) release();
        else done(null, true);
      });
  };

  const authorizePublish: Hooks['authorizePublish'] = (client, packet, done) => {
    const peer = client === null ? undefined : peerOf(client);
    if (client === null || peer === undefined) {
      done(new Error('publish without a client'));
      return;
    }
    // The flag is let through on the wire and means nothing: no message is retained.
    packet.retain = false;
    const subject = { zone: peer.zone, clientId: client.id, userName: peer.userName };
    if (options.stopping() || !isAllowed(subject, 'publish', packet.topic)) {
      // Acknowledged as if accepted: that is what 3.1.1 leaves a broker that does not want to disconnect.
      if (!options.stopping()) deny('publish', peer, client.id, packet.topic);
      packet.topic = nowhere;
      packet.payload = Buffer.alloc(0);
      done(null);
      return;
    }
    counters.add('messages.received');
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    // aedes writes PUBACK right after `done`: by then the message is on disk for every durable session it is for.
    sessions.accept({ topic: packet.topic, payload, qos: packet.qos }, done);
  };

  const authorizeSubscribe: Hooks['authorizeSubscribe'] = (client, subscription, done) => {
    const peer = peerOf(client);
    const { topic } = subscription;
    const held = sessions.get(client.id)?.subscriptions.size ?? countOf(client);
    if (peer === undefined || !mayGet(peer, client.id, topic)) {
      if (peer !== undefined) deny('subscribe', peer, client.id, topic);
      done(null, null);
    } else if (held >= zoneLimits[peer.zone].maxSubscriptions && !isHeld(client, topic)) {
      deny('subscribe', peer, client.id, topic);
      done(null, null);
    } else done(null, subscription);
  };

  const isHeld = (client: Client, topic: string): boolean =>
    sessions.get(client.id)?.subscriptions.has(topic) === true ||
    subscriptionsOf(client)[topic] !== undefined;

  const authorizeForward: Hooks['authorizeForward'] = (client, packet: AedesPublishPacket) => {
    const session = client.clean ? undefined : sessions.get(client.id);
    if (session !== undefined) {
      // Sent by the session's own pump, in order and within its window; QoS 0 only while the client is away.
      if (packet.qos > 0 && (session.qosFor(packet.topic) ?? 0) > 0) return null;
      if (!session.attached && !packet.topic.startsWith('$SYS/')) return null;
    }
    const peer = peerOf(client);
    if (peer !== undefined && client.conn.writableLength > zoneLimits[peer.zone].maxSocketBytes) {
      counters.add('delivery.dropped.slow_client');
      return null;
    }
    return packet;
  };

  const deny = (action: string, peer: Peer, clientId: string, topic: string): void => {
    counters.add('authorization.deny');
    logger.warn({ fact: 'denied', action, zone: peer.zone, clientId, topic, address: peer.ipAddress });
  };

  return { preConnect, authenticate, authorizePublish, authorizeSubscribe, authorizeForward };
}

/** aedes's codes are an ambient const enum, which a file compiled by itself cannot name. */
function connackError(code: unknown): AuthenticateError {
  return Object.assign(new Error('connection refused'), { returnCode: code }) as AuthenticateError;
}

/** aedes keeps them by filter; not part of its types. */
const subscriptionsOf = (client: Client): Record<string, unknown> =>
  (client as unknown as { subscriptions: Record<string, unknown> }).subscriptions;
const countOf = (client: Client): number => Object.keys(subscriptionsOf(client)).length;
