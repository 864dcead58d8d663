/** Shapes of notifications: rules, snoozes, dry run, tests, deliveries, browsers that subscribed. */
import { z } from 'zod';
import { deliveryStates } from '@apiary/database/notification-delivery-queries';
import { alertKinds, notificationRuleSchema } from '@apiary/notification-rules';
import { cameraIdSchema } from '../api-schemas.ts';

const isoTime = z.iso.datetime();
const kind = z.enum(alertKinds);
const perKind = z.object({
  motion: z.boolean(),
  person: z.boolean(),
  sound: z.boolean(),
  online: z.boolean(),
  offline: z.boolean(),
});

export const ruleBodySchema = notificationRuleSchema.meta({
  id: 'NotificationRule',
  description:
    'what is left out comes from the level above: a camera’s from the house’s, the house’s from the defaults',
});

export const notificationsSchema = z
  .object({
    timeZone: z.string().nullable().meta({ description: 'of quiet hours; null: the notifier never ran' }),
    defaults: perKind.meta({ description: 'settings TELEGRAM_NOTIFY_*' }),
    house: ruleBodySchema,
    cameras: z
      .record(z.string(), ruleBodySchema)
      .meta({ description: 'camera id → its rule, where it has one' }),
    snoozes: z.array(
      z.object({
        cameraId: z.string().nullable().meta({ description: 'null: the whole house' }),
        until: isoTime,
        setBy: z.string(),
      }),
    ),
    channels: z.array(
      z.object({
        name: z.string().meta({ description: 'telegram | webhook | web-push' }),
        on: z.boolean(),
        problem: z
          .string()
          .nullable()
          .meta({ description: 'why it is off although somebody meant it to be on' }),
      }),
    ),
  })
  .meta({ id: 'Notifications' });

export const snoozeBodySchema = z
  .object({ minutes: z.int().min(1).max(10_080) })
  .meta({ id: 'SnoozeChange', description: 'counted from now; replaces what was set before' });

const longestReplayMs = 366 * 86_400_000;
export const dryRunBodySchema = z
  .object({
    house: notificationRuleSchema.default({}),
    cameras: z.record(cameraIdSchema, notificationRuleSchema).default({}),
    from: z.iso
      .datetime({ offset: true })
      .transform((text) => new Date(text))
      .meta({ description: 'inclusive', example: '2026-11-01T00:00:00Z' }),
    to: z.iso
      .datetime({ offset: true })
      .transform((text) => new Date(text))
      .meta({ description: 'exclusive; at most 366 days later', example: '2026-11-02T00:00:00Z' }),
  })
  .refine(
    ({ from, to }) => from < to && to.getTime() - from.getTime() <= longestReplayMs,
    'to: must be later than `from`, by at most 366 days',
  )
  .meta({ id: 'DryRun', description: 'rules to be tried, which replace all that hold now' });
export const dryRunResultSchema = z
  .object({
    facts: z.int().meta({ description: 'events and changes of connection that were looked at' }),
    messages: z.int().meta({ description: 'alerts each channel would have sent' }),
    suppressed: z.object({
      'switched-off': z.int(),
      'quiet-hours': z.int(),
      cooldown: z.int(),
      snoozed: z.int(),
    }),
    byKind: z.partialRecord(kind, z.int()),
    byCamera: z.record(z.string(), z.int()),
  })
  .meta({ id: 'DryRunResult' });

export const testBodySchema = z
  .object({ channel: z.enum(['telegram', 'webhook']) })
  .meta({ id: 'NotificationTest' });
export const testAcceptedSchema = z.object({ testId: z.string() }).meta({ id: 'NotificationTestAccepted' });
export const testResultSchema = z
  .object({
    done: z.boolean().meta({ description: 'a `changed` record of `notifications` tells when to look again' }),
    results: z.array(
      z.object({
        target: z.string(),
        error: z.string().nullable().meta({ description: 'null: it arrived' }),
      }),
    ),
  })
  .meta({ id: 'NotificationTestResult' });

export const deliveryQuerySchema = z.object({
  channel: z.string().max(60).optional(),
  state: z.enum(deliveryStates).optional(),
  cameraId: cameraIdSchema.optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const deliveryListSchema = z
  .object({
    deliveries: z.array(
      z.object({
        id: z.int(),
        channel: z.string(),
        target: z.string().meta({ description: 'chat id, `webhook`, id of a subscription' }),
        kind,
        cameraId: z.string(),
        cameraName: z.string(),
        eventId: z.string().nullable(),
        happenedAt: isoTime,
        state: z.enum(deliveryStates),
        reason: z.string().nullable().meta({ description: 'why it was suppressed or failed' }),
        shown: z.enum(['nothing', 'text', 'picture']),
        attempts: z.int(),
        lastError: z.string().nullable(),
        sentAt: isoTime.nullable(),
        latencyMs: z.int().nullable(),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'DeliveryList' });

const base64url = (bytes: number, what: string) =>
  z
    .string()
    .max(200)
    .refine((text) => Buffer.from(text, 'base64url').length === bytes, `must be ${what}, base64url`);
export const subscriptionBodySchema = z
  .object({
    endpoint: z.url('must be a URL').max(2048),
    keys: z.object({
      p256dh: base64url(65, 'a P-256 point'),
      auth: base64url(16, '16 bytes'),
    }),
    language: z.string().max(35).default('en').meta({ description: 'BCP 47; texts come in en or de' }),
  })
  .meta({ id: 'PushSubscription', description: 'as `PushSubscription.toJSON()`, with a language' });
export const webPushSchema = z
  .object({
    publicKey: z
      .string()
      .meta({ description: '`applicationServerKey` of `PushManager.subscribe`, base64url' }),
    subscriptions: z.array(
      z.object({
        id: z.string(),
        userAgent: z.string().nullable(),
        language: z.string(),
        createdAt: isoTime,
        lastSuccessAt: isoTime.nullable(),
        lastError: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'WebPush' });
export const subscribedSchema = z.object({ id: z.string() }).meta({ id: 'PushSubscribed' });

/** GET /api/notifications */
export type Notifications = z.output<typeof notificationsSchema>;
/** POST /api/notifications/dry-run */
export type DryRunResult = z.output<typeof dryRunResultSchema>;
/** GET /api/notifications/tests/{test} */
export type NotificationTestResult = z.output<typeof testResultSchema>;
/** GET /api/notifications/deliveries */
export type DeliveryList = z.output<typeof deliveryListSchema>;
/** GET /api/notifications/web-push */
export type WebPush = z.output<typeof webPushSchema>;
