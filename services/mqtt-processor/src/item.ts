/** What waits to be processed: a camera's message, or something the broker or a clock says about a camera. */
import type { CameraMessage, CameraTopicKind } from '@apiary/contract';
import type { Evidence } from './presence-rules.ts';

export interface MessageItem {
  readonly kind: 'message';
  readonly cameraId: string;
  readonly topic: string;
  readonly topicKind: CameraTopicKind;
  readonly payload: Buffer;
  /** undefined: could not be read, see `fault`. */
  readonly message: CameraMessage | undefined;
  readonly fault: string | undefined;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly dup: boolean;
  readonly receivedAtMs: number;
  acknowledge(): void;
}

export interface PresenceItem {
  readonly kind: 'presence';
  readonly cameraId: string;
  readonly evidence: Evidence;
  readonly receivedAtMs: number;
  /** For the log and the status event: who says so. */
  readonly cause: string;
}

/** Brings `last_seen` up to date after a burst in which it was not written each time. */
export interface SeenItem {
  readonly kind: 'seen';
  readonly cameraId: string;
  readonly receivedAtMs: number;
}

export type Item = MessageItem | PresenceItem | SeenItem;
