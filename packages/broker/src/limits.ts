/**
 * Bounds of the embedded broker, by zone: the same figures as in `emqx/emqx.conf` (a test compares them). Nothing a
 * client does may grow without one.
 */
export interface ZoneLimits {
  /** A larger MQTT packet ends the connection. */
  readonly maxPacketBytes: number;
  readonly maxClientIdLength: number;
  /** Filters of one client; a further one is refused with 0x80. */
  readonly maxSubscriptions: number;
  /** Messages kept for a durable session; beyond it the oldest is dropped and counted. */
  readonly maxQueueLength: number;
  /** Messages sent to a durable session and not yet acknowledged. */
  readonly maxInFlight: number;
  /** How long a durable session outlives its connection. */
  readonly sessionExpiryMs: number;
  /** Bytes waiting in the socket of a client without durable session; beyond it messages to it are dropped. */
  readonly maxSocketBytes: number;
  readonly maxConnections: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const mebibyte = 1024 * 1024;

export const zoneLimits = {
  camera: {
    maxPacketBytes: 256 * 1024,
    maxClientIdLength: 64,
    maxSubscriptions: 32,
    maxQueueLength: 1000,
    maxInFlight: 32,
    sessionExpiryMs: 5 * minuteMs,
    maxSocketBytes: mebibyte,
    maxConnections: 5000,
  },
  service: {
    maxPacketBytes: mebibyte,
    maxClientIdLength: 65_535,
    maxSubscriptions: 1000,
    maxQueueLength: 500_000,
    maxInFlight: 500,
    sessionExpiryMs: 8 * dayMs,
    maxSocketBytes: 8 * mebibyte,
    maxConnections: 200,
  },
} as const satisfies Record<Zone, ZoneLimits>;

export type Zone = 'camera' | 'service';

/** A publish or filter with more levels ends the connection. */
export const maxTopicLevels = 16;
/** From TCP accept to the end of the TLS handshake, and from there to CONNECT. */
export const handshakeTimeoutMs = 10_000;
