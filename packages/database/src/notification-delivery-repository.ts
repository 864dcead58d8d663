/**
 * The state of every send. `waiting` → `sending`, committed before the call → `sent` (or `summarised`, `failed`). A row
 * found `sending` at a start belongs to a call nobody heard the end of. Every record names the call it is of, so that an
 * instance which lost its lock cannot overwrite what the next one did.
 */
import type { Queryable } from './pool.ts';

export interface DeliveryRow {
  readonly deliveryId: number;
  readonly kind: 'motion' | 'person' | 'sound' | 'online' | 'offline';
  readonly cameraId: string;
  readonly cameraName: string;
  readonly activityType: string | null;
  readonly eventId: string | null;
  readonly happenedAt: Date;
  readonly thumbnailPath: string | null;
  readonly recordingCount: number;
  readonly messageId: string | null;
  readonly shown: 'nothing' | 'text' | 'picture';
  readonly attempts: number;
  readonly resent: number;
}

const columns = `d.delivery_id as "deliveryId", d.kind, d.camera_id as "cameraId", c.camera_name as "cameraName",
  e.activity_type as "activityType", d.event_id as "eventId", d.happened_at as "happenedAt",
  e.thumbnail_path as "thumbnailPath", coalesce(e.recording_count, 0) as "recordingCount",
  d.message_id as "messageId", d.shown, d.attempts, d.resent`;
const joined = `join camera_registry c on c.camera_id = d.camera_id
  left join activity_events e on e.event_id = d.event_id`;

export interface TargetKey {
  readonly channel: string;
  readonly target: string;
}

/** Targets with something to do, and in how many milliseconds the first of it is due (0: now). */
export async function dueTargets(db: Queryable): Promise<(TargetKey & { readonly inMs: number })[]> {
  const { rows } = await db.query<TargetKey & { inMs: number }>({
    name: 'notification-due-targets',
    text: `select channel, target,
        greatest(0, ceil(extract(epoch from min(due_at) - now()) * 1000))::float8 as "inMs"
      from notification_deliveries where due_at is not null and state <> 'sending' group by channel, target`,
  });
  return rows;
}

/** What is due for one target, counted up to `limit`. */
export async function dueCounts(
  db: Queryable,
  { channel, target }: TargetKey,
  maxAgeSeconds: number,
  limit: number,
): Promise<{ late: number; waiting: number; amendments: number; oldestAmendmentMs: number }> {
  const { rows } = await db.query<{
    late: number;
    waiting: number;
    amendments: number;
    oldestAmendmentMs: number;
  }>({
    name: 'notification-due-counts',
    text: `select count(*) filter (where state = 'waiting' and happened_at < now() - make_interval(secs => $3))::int as late,
        count(*) filter (where state = 'waiting')::int as waiting,
        count(*) filter (where state = 'sent')::int as amendments,
        coalesce(max(extract(epoch from now() - due_at) * 1000) filter (where state = 'sent'), 0)::float8 as "oldestAmendmentMs"
      from (select state, happened_at, due_at from notification_deliveries
        where channel = $1 and target = $2 and due_at <= now() and state <> 'sending' limit $4) d`,
    values: [channel, target, maxAgeSeconds, limit],
  });
  return rows[0] ?? { late: 0, waiting: 0, amendments: 0, oldestAmendmentMs: 0 };
}

/** Which of the due first messages a call takes. */
export interface Claim {
  readonly callId: string;
  readonly limit: number;
  /** Only those that happened longer ago. */
  readonly olderThanSeconds: number | undefined;
}

/** Marks first messages as `sending`; once this is committed the call may be made. Oldest first. */
export async function claimMessages(
  db: Queryable,
  { channel, target }: TargetKey,
  { callId, limit, olderThanSeconds }: Claim,
): Promise<DeliveryRow[]> {
  const { rows } = await db.query<DeliveryRow>({
    name: 'notification-claim',
    text: `with claimed as (
        update notification_deliveries set state = 'sending', call_id = $3, attempts = attempts + 1, updated_at = now()
        where delivery_id in (
          select delivery_id from notification_deliveries
          where channel = $1 and target = $2 and state = 'waiting' and due_at <= now()
            and ($5::float8 is null or happened_at < now() - make_interval(secs => $5))
          order by happened_at, delivery_id limit $4)
        returning *)
      select ${columns} from claimed d ${joined} order by d.happened_at, d.delivery_id`,
    values: [channel, target, callId, limit, olderThanSeconds ?? null],
  });
  return rows;
}

/** A sent message that is to be brought up to date. */
export async function nextAmendment(
  db: Queryable,
  { channel, target }: TargetKey,
): Promise<DeliveryRow | undefined> {
  const { rows } = await db.query<DeliveryRow>({
    name: 'notification-next-amendment',
    text: `select ${columns} from notification_deliveries d ${joined}
      where d.channel = $1 and d.target = $2 and d.state = 'sent' and d.due_at <= now()
      order by d.due_at, d.delivery_id limit 1`,
    values: [channel, target],
  });
  return rows[0];
}

/** What a message shows, and by which handle it can be amended. */
export interface Shown {
  readonly messageId: string | undefined;
  readonly shown: 'text' | 'picture';
  readonly clipShown: boolean;
  /** The channel can bring it up to date. */
  readonly amendable: boolean;
}

// What came while the call was under way is due now: nothing waits for a notice that was already given.
const dueAgain = (shown: string, clip: string, amendable: string): string => `case
  when not ${amendable} then null
  when ${shown} = 'text' and (select thumbnail_path from activity_events a where a.event_id = d.event_id) is not null
    or (${clip}) = 'due' then now() end`;
const clipAfter = (clipShown: string): string =>
  `case when ${clipShown}::boolean then 'shown' else d.clip end`;

/** The call brought it there. `telegram_*` of the event are kept as older readers know them (contract §13). */
export async function recordSent(
  db: Queryable,
  callId: string,
  deliveryIds: readonly number[],
  { messageId, shown, clipShown, amendable }: Shown,
  as: 'sent' | 'summarised',
): Promise<void> {
  await db.query({
    name: 'notification-record-sent',
    text: `with done as (
        update notification_deliveries d set state = $7, message_id = $3, shown = $4, clip = ${clipAfter('$5')},
          amendable = $6, due_at = ${dueAgain('$4::text', clipAfter('$5'), '$6::boolean')}, last_error = null, attempts = 0, sent_at = now(),
          latency_ms = least(2147483647, extract(epoch from now() - d.due_at) * 1000)::int, updated_at = now()
        where d.call_id = $1 and d.delivery_id = any($2) and d.state = 'sending'
        returning d.event_id, d.channel, d.message_id)
      update activity_events e set telegram_notified = true, updated_at = now(),
        telegram_msg_id = case when done.message_id ~ '^[0-9]{1,18}$' then done.message_id::bigint end
      from done where e.event_id = done.event_id and done.channel = 'telegram' and not e.telegram_notified`,
    values: [callId, deliveryIds, messageId ?? null, shown, clipShown, amendable, as],
  });
}

/** The message is up to date; `amendable` false: it stays as it is from now on. */
export async function recordAmended(
  db: Queryable,
  deliveryId: number,
  { shown, clipShown, amendable }: Omit<Shown, 'messageId'>,
): Promise<void> {
  await db.query({
    name: 'notification-record-amended',
    text: `update notification_deliveries d set shown = $2, clip = ${clipAfter('$3')}, amendable = $4, attempts = 0,
        last_error = null, updated_at = now(), due_at = ${dueAgain('$2::text', clipAfter('$3'), '$4::boolean')}
      where delivery_id = $1 and state = 'sent'`,
    values: [deliveryId, shown, clipShown, amendable],
  });
}

/** The message stays as it is. */
export async function giveUpAmending(db: Queryable, deliveryId: number, lastError: string): Promise<void> {
  await db.query({
    name: 'notification-give-up-amending',
    text: `update notification_deliveries set amendable = false, due_at = null, last_error = $2, updated_at = now()
      where delivery_id = $1 and state = 'sent'`,
    values: [deliveryId, lastError],
  });
}

/** An amendment failed and is tried again. */
export async function recordAmendmentFailed(
  db: Queryable,
  deliveryId: number,
  lastError: string,
): Promise<void> {
  await db.query({
    name: 'notification-amendment-failed',
    text: `update notification_deliveries set attempts = attempts + 1, last_error = $2, updated_at = now()
      where delivery_id = $1 and state = 'sent'`,
    values: [deliveryId, lastError],
  });
}

/** The call did not arrive, or nobody knows (`unclear`): it is sent again. */
export async function recordForRetry(
  db: Queryable,
  callId: string,
  deliveryIds: readonly number[],
  lastError: string,
  unclear: boolean,
): Promise<void> {
  await db.query({
    name: 'notification-retry',
    text: `update notification_deliveries set state = 'waiting', call_id = null, last_error = $3,
        resent = resent + $4::int, updated_at = now()
      where call_id = $1 and delivery_id = any($2) and state = 'sending'`,
    values: [callId, deliveryIds, lastError, unclear ? 1 : 0],
  });
}

/** Refused for good, or tried often enough. */
export async function recordFailed(
  db: Queryable,
  callId: string,
  deliveryIds: readonly number[],
  reason: string,
): Promise<void> {
  await db.query({
    name: 'notification-failed',
    text: `update notification_deliveries set state = 'failed', reason = $3, last_error = $3, due_at = null, updated_at = now()
      where call_id = $1 and delivery_id = any($2) and state = 'sending'`,
    values: [callId, deliveryIds, reason],
  });
}
