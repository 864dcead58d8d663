/**
 * What people do with events: look at them, keep them, delete them; and the counts that show where to look. Deleting
 * hides at once; files and rows go later, by the janitor.
 */
import type { Queryable } from './pool.ts';
import { eventVisible } from './event-queries.ts';

/** An event as the actions on it need it; the row is held until the transaction ends. */
export interface HeldEvent {
  readonly eventId: string;
  readonly cameraId: string;
  readonly kept: boolean;
}

/** In order of ids, as all who lock events do. Deleted and unknown ones are left out. */
export async function holdEvents(db: Queryable, eventIds: readonly string[]): Promise<HeldEvent[]> {
  const { rows } = await db.query<HeldEvent>(
    `select event_id as "eventId", camera_id as "cameraId", kept_at is not null as kept
     from activity_events e where event_id = any($1) and ${eventVisible} order by event_id for no key update of e`,
    [eventIds],
  );
  return rows;
}

/** Ids that were not marked before. */
export async function markReviewed(
  db: Queryable,
  userId: string,
  eventIds: readonly string[],
): Promise<string[]> {
  const { rows } = await db.query<{ eventId: string }>(
    `insert into event_reviews (user_id, event_id) select $1, unnest($2::text[])
     on conflict do nothing returning event_id as "eventId"`,
    [userId, eventIds],
  );
  return rows.map(({ eventId }) => eventId);
}

/** Ids that were marked before. */
export async function unmarkReviewed(
  db: Queryable,
  userId: string,
  eventIds: readonly string[],
): Promise<string[]> {
  const { rows } = await db.query<{ eventId: string }>(
    'delete from event_reviews where user_id = $1 and event_id = any($2) returning event_id as "eventId"',
    [userId, eventIds],
  );
  return rows.map(({ eventId }) => eventId);
}

/** Which of these events the user has looked at. */
export async function reviewedAmong(
  db: Queryable,
  userId: string,
  eventIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ eventId: string }>(
    'select event_id as "eventId" from event_reviews where user_id = $1 and event_id = any($2)',
    [userId, eventIds],
  );
  return new Set(rows.map(({ eventId }) => eventId));
}

/** Keeps events, or lets them go (`by` undefined). Ids that changed. */
export async function keepEvents(
  db: Queryable,
  eventIds: readonly string[],
  by: string | undefined,
): Promise<string[]> {
  const { rows } = await db.query<{ eventId: string }>(
    `update activity_events set kept_at = case when $2::text is not null then now() end, kept_by = $2, updated_at = now()
     where event_id = any($1) and (kept_at is null) = ($2::text is not null) returning event_id as "eventId"`,
    [eventIds, by ?? null],
  );
  return rows.map(({ eventId }) => eventId);
}

/** Hides events from everybody. Kept ones stay. Ids that went. */
export async function hideEvents(db: Queryable, eventIds: readonly string[], by: string): Promise<string[]> {
  const { rows } = await db.query<{ eventId: string }>(
    `update activity_events set deleted_at = now(), deleted_by = $2, updated_at = now()
     where event_id = any($1) and deleted_at is null and kept_at is null returning event_id as "eventId"`,
    [eventIds, by],
  );
  return rows.map(({ eventId }) => eventId);
}

/** Undefined: of every camera. */
const ofCameras = '($3::text[] is null or e.camera_id = any($3))';

export interface EventCount {
  readonly cameraId: string;
  /** Start of the hour or day. */
  readonly start: Date;
  readonly motion: number;
  readonly person: number;
  readonly sound: number;
}

const perKind = ['motion', 'person', 'sound']
  .map((kind) => `count(*) filter (where e.kind = '${kind}')::int as ${kind}`)
  .join(', ');

/**
 * Events a camera and hour (counted from `from`, so that a day has 23 or 25 where clocks change) or local day. One walk
 * over the range, which the caller bounds.
 */
export async function countEvents(
  db: Queryable,
  range: { readonly from: Date; readonly to: Date; readonly cameraIds: readonly string[] | undefined },
  by: 'hour' | { readonly dayIn: string },
): Promise<EventCount[]> {
  const start =
    by === 'hour'
      ? `date_bin('1 hour', e.start_timestamp, $1)`
      : `date_trunc('day', e.start_timestamp, $4::text)`;
  const { rows } = await db.query<EventCount>(
    `select e.camera_id as "cameraId", ${start} as start, ${perKind} from activity_events e
     where e.start_timestamp >= $1::timestamptz and e.start_timestamp < $2 and ${ofCameras} and ${eventVisible}
     group by 1, 2 order by 2, 1`,
    [range.from, range.to, range.cameraIds ?? null, ...(by === 'hour' ? [] : [by.dayIn])],
  );
  return rows;
}

/** Events since `since` that the user has not looked at, counted up to `most`. */
export async function countUnreviewed(
  db: Queryable,
  userId: string,
  since: Date,
  cameraIds: readonly string[] | undefined,
  most: number,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from (
       select from activity_events e where e.start_timestamp >= $2 and ${ofCameras} and ${eventVisible}
         and not exists (select from event_reviews r where r.user_id = $1 and r.event_id = e.event_id)
       order by e.start_timestamp desc limit $4) u`,
    [userId, since, cameraIds ?? null, most],
  );
  return rows[0]?.count ?? 0;
}

/** Midnight of today in a zone. */
export async function startOfToday(db: Queryable, zone: string): Promise<Date> {
  const { rows } = await db.query<{ start: Date }>(`select date_trunc('day', now(), $1::text) as start`, [
    zone,
  ]);
  return rows[0]?.start ?? new Date(0);
}
