/**
 * From facts to deliveries: what the notifier writes in the transaction that takes rows out of the outbox. A delivery is
 * one fact for one target of one channel; a fact told twice makes none anew.
 */
import type { Queryable } from './pool.ts';

export interface NewDelivery {
  readonly channel: string;
  readonly target: string;
  /** `event:<event id>`, or `outbox:<id>` for a camera that came or went. */
  readonly alertKey: string;
  readonly kind: 'motion' | 'person' | 'sound' | 'online' | 'offline';
  readonly cameraId: string;
  readonly eventId: string | null;
  readonly happenedAt: Date;
  readonly knownAt: Date;
  /** Why nothing is sent; undefined: it is. */
  readonly suppressedBy: string | undefined;
  /** Milliseconds from `knownAt` that it waits for its picture. */
  readonly pictureWaitMs: number;
}

/** Due at once where the picture is there or none can come, else after the wait. */
export async function insertDeliveries(db: Queryable, deliveries: readonly NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await db.query({
    name: 'notification-insert',
    text: `insert into notification_deliveries
        (channel, target, alert_key, kind, camera_id, event_id, happened_at, known_at, state, reason, due_at, clip)
      select g.channel, g.target, g.alert_key, g.kind, g.camera_id, g.event_id, g.happened_at, g.known_at,
        case when g.reason is null then 'waiting' else 'suppressed' end, g.reason,
        case when g.reason is not null then null
          when g.event_id is null or e.thumbnail_path is not null then now()
          else greatest(now(), g.known_at + make_interval(secs => g.wait_ms / 1000)) end,
        case when e.recording_count > 0 then 'due' else 'none' end
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
        $8::timestamptz[], $9::text[], $10::float8[])
        as g(channel, target, alert_key, kind, camera_id, event_id, happened_at, known_at, reason, wait_ms)
      left join activity_events e on e.event_id = g.event_id
      on conflict (channel, target, alert_key) do nothing`,
    values: [
      deliveries.map((row) => row.channel),
      deliveries.map((row) => row.target),
      deliveries.map((row) => row.alertKey),
      deliveries.map((row) => row.kind),
      deliveries.map((row) => row.cameraId),
      deliveries.map((row) => row.eventId),
      deliveries.map((row) => row.happenedAt),
      deliveries.map((row) => row.knownAt),
      deliveries.map((row) => row.suppressedBy ?? null),
      deliveries.map((row) => row.pictureWaitMs),
    ],
  });
}

/** The picture came: a message that waits for it goes now, one that was sent without it is amended. */
export async function picturesCame(db: Queryable, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return;
  await db.query({
    name: 'notification-pictures',
    text: `update notification_deliveries set due_at = now(), updated_at = now()
      where event_id = any($1) and shown = 'nothing' and state = 'waiting' and due_at > now()
        or event_id = any($1) and shown = 'text' and state = 'sent' and amendable`,
    values: [eventIds],
  });
}

/**
 * A recording came. Further parts often follow within seconds, so a message that was sent takes it after
 * `settleSeconds`.
 */
export async function recordingsCame(
  db: Queryable,
  eventIds: readonly string[],
  settleSeconds: number,
): Promise<void> {
  if (eventIds.length === 0) return;
  await db.query({
    name: 'notification-recordings',
    text: `update notification_deliveries set clip = 'due', updated_at = now(),
        due_at = case when state = 'sent' and amendable
          then coalesce(due_at, now() + make_interval(secs => $2)) else due_at end
      where event_id = any($1) and clip = 'none' and state in ('waiting', 'sending', 'sent')`,
    values: [eventIds, settleSeconds],
  });
}

/** `camera id kind` → when the latest fact that was not suppressed happened, at most `withinSeconds` ago. */
export async function lastAlerts(
  db: Queryable,
  cameraIds: readonly string[],
  withinSeconds: number,
): Promise<Map<string, Date>> {
  const { rows } = await db.query<{ camera_id: string; kind: string; at: Date }>({
    name: 'notification-last-alerts',
    text: `select camera_id, kind, max(happened_at) as at from notification_deliveries
      where camera_id = any($1) and state <> 'suppressed' and happened_at > now() - make_interval(secs => $2)
      group by camera_id, kind`,
    values: [cameraIds, withinSeconds],
  });
  return new Map(rows.map(({ camera_id, kind, at }) => [alertKindKey(camera_id, kind), at]));
}

export const alertKindKey = (cameraId: string, kind: string): string => `${cameraId} ${kind}`;
