/**
 * A way to tell people. One file here, one folder a way below `channels/`; everything that must be durable (what was
 * sent, what is due, what is tried again) is done outside and is the same for all of them.
 *
 * A channel makes single calls: no queue, no retry, no sleep of its own. It says what went wrong by the type of its
 * error, and must never put a credential into one.
 */
import type { AlertKind } from '@apiary/notification-rules';

/** One fact for one person or machine. */
export interface Alert {
  /** Of `notification_deliveries`: the same at every attempt, so it serves as idempotency key and in buttons. */
  readonly deliveryId: number;
  readonly kind: AlertKind;
  /** As the camera calls it, e.g. `MOTION_SMART`; undefined for online and offline. */
  readonly activityType: string | undefined;
  readonly cameraId: string;
  /** The person's name of the camera, or the first 8 of its id. Never escaped here. */
  readonly cameraName: string;
  /** Undefined for online and offline. */
  readonly eventId: string | undefined;
  readonly at: Date;
  /** Path of the thumbnail relative to DATA_DIR. */
  readonly thumbnailPath: string | undefined;
  /** The event has a recording by now. */
  readonly hasRecording: boolean;
}

/** Many facts in one message, because they are too many or too old for one each. */
export interface Summary {
  /** Oldest first, at least one. */
  readonly alerts: readonly Alert[];
  /** `late`: older than people want to be called for (TELEGRAM_MAX_AGE_MINUTES). `many`: above the target's budget. */
  readonly cause: 'late' | 'many';
}

export type Message =
  { readonly form: 'alert'; readonly alert: Alert } | { readonly form: 'summary'; readonly summary: Summary };

/** What a call left in front of the person. */
export interface Receipt {
  /** The channel's handle of the message, kept to amend it; undefined: it cannot be amended. */
  readonly messageId: string | undefined;
  readonly shown: 'text' | 'picture';
  /** The clip, or the link to it, is part of it already. */
  readonly clipShown: boolean;
}

/** Who is told: a chat, a webhook, a browser. */
export interface Target {
  /** Stable, at most 200 characters, no credential: it stands in rows and logs. */
  readonly id: string;
  /** Cameras whose alerts this target may see. */
  readonly cameras: 'all' | ReadonlySet<string>;
}

export interface Limits {
  /** Most calls in any stretch of that length, counted over all windows. None: no pacing, and nothing is merged. */
  readonly windows: readonly { readonly calls: number; readonly perMs: number }[];
  /** Calls under way at once for one target. */
  readonly concurrent: number;
}

export interface NotificationChannel {
  /** Stands in `notification_deliveries.channel`. */
  readonly name: string;
  /**
   * The receiver drops a second message with the same delivery id (or replaces the first): an unclear outcome may be
   * repeated as often as needed. Otherwise it is repeated once.
   */
  readonly repeatable: boolean;
  /** How long an alert waits for its picture. */
  readonly pictureWaitMs: number;
  /** Asked before alerts are written down; should be answered from memory, or by one short query. */
  targets(): Promise<readonly Target[]>;
  limitsOf(target: string): Limits;
  /** @throws ChannelError */
  send(target: string, message: Message, signal: AbortSignal): Promise<Receipt>;
  /**
   * Brings a message up to date: picture, clip. Must be harmless when repeated. Left out: messages stay as sent.
   * @param shown what the message shows now
   * @throws ChannelError
   */
  amend?(
    target: string,
    messageId: string,
    alert: Alert,
    signal: AbortSignal,
    shown: Receipt['shown'],
  ): Promise<Receipt>;
  /** A call without effect that tells whether the other side answers. @throws ChannelError */
  probe(target: string, signal: AbortSignal): Promise<void>;
  /** Whom a test message goes to. @param userId of who asks, where the channel tells users: their targets alone */
  testTargets(userId: string | null): Promise<readonly string[]>;
  /** A message that says nothing but that it arrived. @throws ChannelError */
  sendTest(target: string, askedBy: string, signal: AbortSignal): Promise<void>;
  /** Ends what the channel holds open. */
  stop(): Promise<void>;
}

/**
 * - `unreachable`: the call certainly did not arrive (no connection, 5xx).
 * - `unclear`: it may have arrived (the answer was lost or did not come in time).
 * - `slow-down`: refused for now; `afterMs` as the other side asked.
 * - `permanent`: refused for good (chat gone, bad token, malformed).
 * - `payload-too-large`: refused for the size of what was attached; without it, it may go.
 */
export type ChannelFault = 'unreachable' | 'unclear' | 'slow-down' | 'permanent' | 'payload-too-large';

export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly fault: ChannelFault;
  /** With `slow-down` alone: milliseconds to wait. */
  readonly afterMs: number;

  /** @param message for people and rows: holds no credential, no URL with one */
  constructor(fault: ChannelFault, message: string, options: ErrorOptions & { afterMs?: number } = {}) {
    super(message, options);
    this.fault = fault;
    this.afterMs = options.afterMs ?? 0;
  }
}
