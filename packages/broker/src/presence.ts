/**
 * Tells services who came and went, as EMQX does: `$SYS/brokers/<node>/clients/<id>/connected|disconnected`, QoS 0,
 * JSON (emqx-measured §4). Not queued for services that are away: they list clients when they return.
 */
import type { Aedes } from 'aedes';
import { presenceTopic } from '@apiary/contract';
import type { ConnectionInfo } from './connections.ts';

/** An id with a wildcard in it would make the topic invalid; EMQX publishes nothing for it either. */
const unspeakable = /[+#\0]/;

export class Presence {
  readonly #broker: Aedes;
  readonly #node: string;

  constructor(broker: Aedes, node: string) {
    this.#broker = broker;
    this.#node = node;
  }

  connected(info: ConnectionInfo, nowMs: number): void {
    this.#publish('connected', info, {
      ...common(info),
      keepalive: info.keepaliveSeconds,
      clean_start: info.cleanStart,
      expiry_interval: info.expirySeconds,
      ts: nowMs,
    });
  }

  disconnected(info: ConnectionInfo, reason: string, nowMs: number): void {
    this.#publish('disconnected', info, { ...common(info), reason, disconnected_at: nowMs, ts: nowMs });
  }

  #publish(event: 'connected' | 'disconnected', info: ConnectionInfo, body: object): void {
    if (unspeakable.test(info.clientId)) return;
    this.#broker.publish(
      {
        cmd: 'publish',
        topic: presenceTopic(this.#node, info.clientId, event),
        payload: Buffer.from(JSON.stringify(body)),
        qos: 0,
        retain: false,
        dup: false,
      },
      () => undefined,
    );
  }
}

function common(info: ConnectionInfo): object {
  return {
    clientid: info.clientId,
    username: info.userName,
    ipaddress: info.ipAddress,
    sockport: info.listenerPort,
    proto_name: info.protocolName,
    proto_ver: info.protocolVersion,
    protocol: 'mqtt',
    connected_at: info.connectedAtMs,
  };
}
