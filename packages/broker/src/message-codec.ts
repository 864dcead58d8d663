/** A queued message as bytes: QoS (1), length of the topic (2), topic, payload. And the keys it is filed under. */

export interface QueuedMessage {
  /** Order within its session, from 1. */
  readonly sequence: number;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  /** It may have reached the client before. */
  resent: boolean;
}

export function encodeMessage(topic: string, payload: Buffer, qos: number): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  const bytes = Buffer.allocUnsafe(3 + topicBytes + payload.length);
  bytes.writeUInt8(qos, 0);
  bytes.writeUInt16BE(topicBytes, 1);
  bytes.write(topic, 3);
  payload.copy(bytes, 3 + topicBytes);
  return bytes;
}

export function decodeMessage(key: string, bytes: Buffer): QueuedMessage {
  const topicEnd = 3 + bytes.readUInt16BE(1);
  return {
    sequence: Number(key.slice(key.lastIndexOf(':') + 1)),
    topic: bytes.toString('utf8', 3, topicEnd),
    payload: bytes.subarray(topicEnd),
    qos: bytes.readUInt8(0) as 0 | 1 | 2,
    resent: false,
  };
}

/** Wide enough for Number.MAX_SAFE_INTEGER, so that keys sort as numbers do. */
const digits = 16;
const padded = (value: number): string => String(value).padStart(digits, '0');

/** `q:<session number>:<sequence>`; `;` is the byte after `:`. */
export const messageKey = (session: number, sequence: number): string =>
  `q:${padded(session)}:${padded(sequence)}`;
export const queueEnd = (session: number): string => `q:${padded(session)};`;
export const sessionKey = (session: number): string => `s:${padded(session)}`;
export const allSessions = ['s:', 's;'] as const;
export const allQueues = ['q:', 'q;'] as const;
export const sessionNumberOf = (key: string): number => Number(key.split(':')[1]);
