/**
 * The past of a camera from `status_events`: measurements thinned out for charts, changes of connection, raw messages
 * for support; and what a home screen shows of now: last picture, difference of clocks.
 */
import type { Queryable } from './pool.ts';

export interface HistoryRange {
  readonly cameraId: string;
  readonly from: Date;
  readonly to: Date;
}

/** One point of a chart: averages of a piece of the range; null: nothing was reported. */
export interface MeasurementPoint {
  readonly at: Date;
  readonly battery: number | null;
  readonly signal: number | null;
  readonly temperature: number | null;
}

/** At most about `points` of them, evenly spread; pieces without a report are left out. */
export async function readMeasurements(
  db: Queryable,
  { cameraId, from, to }: HistoryRange,
  points: number,
): Promise<MeasurementPoint[]> {
  const seconds = Math.max(60, Math.ceil((to.getTime() - from.getTime()) / 1000 / points));
  const { rows } = await db.query<MeasurementPoint>(
    `select date_bin(make_interval(secs => $4), timestamp, $2) as at, avg(battery_level) as battery,
       avg(signal_strength) as signal, avg(temperature) as temperature
     from status_events where camera_id = $1 and timestamp >= $2::timestamptz and timestamp < $3
       and (battery_level is not null or signal_strength is not null or temperature is not null)
     group by 1 order by 1`,
    [cameraId, from, to, seconds],
  );
  return rows;
}

export interface ConnectionChange {
  readonly at: Date;
  readonly connected: boolean;
}

/** Changes within the range and the last one before it, oldest first; the newest `limit` where there are more. */
export async function readConnectionChanges(
  db: Queryable,
  { cameraId, from, to }: HistoryRange,
  limit: number,
): Promise<ConnectionChange[]> {
  const kinds = `event_type in ('connection', 'disconnect')`;
  const connected = `event_type = 'connection' as connected`;
  const { rows } = await db.query<ConnectionChange>(
    `(select timestamp as at, ${connected} from status_events
      where camera_id = $1 and timestamp >= $2 and timestamp < $3 and ${kinds} order by timestamp desc limit $4)
     union all
     (select timestamp as at, ${connected} from status_events
      where camera_id = $1 and timestamp < $2 and ${kinds} order by timestamp desc limit 1)
     order by at`,
    [cameraId, from, to, limit],
  );
  // Repeats of what holds already are no changes.
  return rows.filter((row, index) => row.connected !== rows[index - 1]?.connected);
}

export interface RawMessageRow {
  readonly id: number;
  readonly at: Date;
  /** `at` with microseconds, for the keyset position. */
  readonly atExact: string;
  readonly receivedAt: Date;
  readonly type: string;
  readonly payload: unknown;
}

export interface RawMessagePosition {
  readonly atExact: string;
  readonly id: number;
}

/** Newest first. */
export async function listRawMessages(
  db: Queryable,
  cameraId: string,
  limit: number,
  after: RawMessagePosition | undefined,
): Promise<{ messages: RawMessageRow[]; next: RawMessagePosition | undefined }> {
  const { rows } = await db.query<RawMessageRow>(
    `select status_event_id as id, timestamp as at, received_at as "receivedAt", event_type as type,
       to_char(timestamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "atExact", raw_payload as payload
     from status_events where camera_id = $1
       ${after === undefined ? '' : 'and timestamp <= $3::timestamptz and (timestamp, status_event_id) < ($3::timestamptz, $4::bigint)'}
     order by timestamp desc, status_event_id desc limit $2`,
    after === undefined ? [cameraId, limit + 1] : [cameraId, limit + 1, after.atExact, after.id],
  );
  const messages = rows.slice(0, limit);
  return { messages, next: rows.length > limit ? messages.at(-1) : undefined };
}

export interface CameraNowRow {
  readonly cameraId: string;
  readonly pictureEventId: string | null;
  readonly pictureAt: Date | null;
  /** Camera's clock minus ours, seconds: of its last messages the one that was under way for the shortest time. */
  readonly clockSeconds: number | null;
  readonly clockAt: Date | null;
}

/** Messages a camera's clock is judged by: queued ones come late, so one alone says little. */
const clockMessages = 10;

export async function readCamerasNow(
  db: Queryable,
  cameraIds: readonly string[] | undefined,
): Promise<CameraNowRow[]> {
  const { rows } = await db.query<CameraNowRow>(
    `select c.camera_id as "cameraId", p.event_id as "pictureEventId", p.start_timestamp as "pictureAt",
       k.seconds as "clockSeconds", k.at as "clockAt"
     from camera_registry c
     left join lateral (
       select event_id, start_timestamp from activity_events e
       where e.camera_id = c.camera_id and e.thumbnail_path is not null and e.deleted_at is null
       order by e.start_timestamp desc limit 1) p on true
     left join lateral (
       select max(extract(epoch from s.reported_at - s.received_at))::float8 as seconds, max(s.received_at) as at from (
         select reported_at, received_at from status_events
         where camera_id = c.camera_id and reported_at is not null order by received_at desc limit ${clockMessages}) s) k on true
     where c.removed_at is null and ($1::text[] is null or c.camera_id = any($1)) order by c.camera_id`,
    [cameraIds ?? null],
  );
  return rows;
}
