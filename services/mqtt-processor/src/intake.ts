/** From a delivery of the broker to an item: which camera, which kind, readable or not. Cheap, and never throws. */
import {
  decodeCameraMessage,
  isCameraId,
  parseCameraTopic,
  parsePresenceTopic,
  type CameraTopic,
  type Decoded,
} from '@apiary/contract';
import { brokerTimeMs, type Delivery } from '@apiary/mqtt';
import { errorMessage } from '@apiary/base/errors';
import type { MessageItem, PresenceItem } from './item.ts';

export type Intake =
  | { readonly kind: 'message'; readonly item: MessageItem }
  | { readonly kind: 'presence'; readonly item: PresenceItem }
  /** Nothing to store; `reason` is counted and logged. */
  | { readonly kind: 'ignored'; readonly reason: 'unknown-topic' | 'bad-presence-event' | 'other-client' };

export function takeIn(delivery: Delivery, receivedAtMs: number): Intake {
  if (delivery.topic.startsWith('$SYS/')) return takePresence(delivery, receivedAtMs);
  const topic = parseCameraTopic(delivery.topic);
  if (topic === undefined) return { kind: 'ignored', reason: 'unknown-topic' };
  const decoded = decode(topic, delivery.payload);
  return {
    kind: 'message',
    item: {
      kind: 'message',
      cameraId: topic.cameraId,
      topic: delivery.topic,
      topicKind: topic.kind,
      payload: delivery.payload,
      message: decoded.ok ? decoded.message : undefined,
      fault: decoded.ok ? undefined : decoded.reason,
      qos: delivery.qos,
      retain: delivery.retain,
      dup: delivery.dup,
      receivedAtMs,
      acknowledge: () => delivery.acknowledge(),
    },
  };
}

/** Nesting thousands deep overflows any recursive walk. */
function decode(topic: CameraTopic, payload: Uint8Array): Decoded {
  try {
    return decodeCameraMessage(topic, payload);
  } catch (error) {
    return { ok: false, reason: `payload cannot be read: ${errorMessage(error)}` };
  }
}

function takePresence(delivery: Delivery, receivedAtMs: number): Intake {
  const topic = parsePresenceTopic(delivery.topic);
  if (topic === undefined) return { kind: 'ignored', reason: 'other-client' };
  if (!isCameraId(topic.cameraId)) return { kind: 'ignored', reason: 'other-client' };
  let body: unknown;
  try {
    body = JSON.parse(delivery.payload.toString('utf8'));
  } catch {
    body = undefined;
  }
  const field = (name: string): unknown =>
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  const session = brokerTimeMs(field('connected_at'));
  if (session === undefined) return { kind: 'ignored', reason: 'bad-presence-event' };
  const reason = field('reason');
  return {
    kind: 'presence',
    item: {
      kind: 'presence',
      cameraId: topic.cameraId,
      evidence:
        topic.event === 'connected'
          ? { kind: 'opened', session, listed: false }
          : { kind: 'closed', session },
      receivedAtMs,
      cause: typeof reason === 'string' ? `broker: ${reason.slice(0, 100)}` : `broker: ${topic.event}`,
    },
  };
}
