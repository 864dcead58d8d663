/** Reads of `activity_events` and their recordings for screens. Lists are keyset pages over one index each. */
import type { Queryable } from './pool.ts';

export interface EventRow {
  readonly eventId: string;
  readonly cameraId: string;
  readonly cameraName: string;
  readonly activityType: string;
  readonly kind: 'motion' | 'person' | 'sound';
  readonly startTimestamp: Date;
  readonly startSource: 'camera' | 'receipt' | 'upload' | 'stop';
  readonly reportedStart: Date | null;
  readonly endTimestamp: Date | null;
  readonly durationSeconds: number | null;
  readonly confidence: number | null;
  readonly thumbnailPath: string | null;
  readonly uploadStatus: 'pending' | 'completed' | 'quarantined';
  readonly recordingCount: number;
  readonly recordingSeconds: number | null;
  readonly recordingSize: number | null;
  readonly receivedAt: Date;
  readonly revision: number;
  /** Start with microseconds, for the keyset position: a JavaScript Date would cut them. */
  readonly startExact: string;
}

/** Place in a list: the last row of the page before. */
export interface EventPosition {
  readonly startExact: string;
  readonly eventId: string;
}

export interface EventFilter {
  readonly cameraId?: string | undefined;
  readonly kind?: 'motion' | 'person' | 'sound' | undefined;
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
  readonly after?: EventPosition | undefined;
  readonly limit: number;
}

const columns = `e.event_id as "eventId", e.camera_id as "cameraId", c.camera_name as "cameraName",
  e.activity_type as "activityType", e.kind, e.start_timestamp as "startTimestamp",
  e.start_source as "startSource", e.reported_start as "reportedStart", e.end_timestamp as "endTimestamp",
  e.duration_seconds as "durationSeconds", e.confidence, e.thumbnail_path as "thumbnailPath",
  e.upload_status as "uploadStatus", e.recording_count as "recordingCount",
  e.recording_seconds as "recordingSeconds", e.recording_size as "recordingSize",
  e.received_at as "receivedAt", e.revision,
  to_char(e.start_timestamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "startExact"`;
const joined = 'join camera_registry c on c.camera_id = e.camera_id';

/** Newest first; one row more than `limit` would show tells whether there is another page. */
export async function listEvents(
  db: Queryable,
  filter: EventFilter,
): Promise<{ events: EventRow[]; next: EventPosition | undefined }> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const conditions: string[] = [];
  if (filter.cameraId !== undefined) conditions.push(`camera_id = ${bind(filter.cameraId)}`);
  if (filter.kind !== undefined) conditions.push(`kind = ${bind(filter.kind)}`);
  if (filter.from !== undefined) conditions.push(`start_timestamp >= ${bind(filter.from)}`);
  if (filter.to !== undefined) conditions.push(`start_timestamp < ${bind(filter.to)}`);
  if (filter.after !== undefined) {
    const [start, id] = [bind(filter.after.startExact), bind(filter.after.eventId)];
    conditions.push(`(start_timestamp, event_id) < (${start}::timestamptz, ${id}::text)`);
  }
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  // The page is cut before the join, so that the join never sees more than a page.
  const { rows } = await db.query<EventRow>(
    `select ${columns} from (
       select * from activity_events ${where} order by start_timestamp desc, event_id desc limit ${bind(filter.limit + 1)}
     ) e ${joined} order by e.start_timestamp desc, e.event_id desc`,
    values,
  );
  const events = rows.slice(0, filter.limit);
  const last = events.at(-1);
  return { events, next: rows.length > filter.limit ? last : undefined };
}

export async function readEvents(db: Queryable, eventIds: readonly string[]): Promise<EventRow[]> {
  const { rows } = await db.query<EventRow>(
    `select ${columns} from activity_events e ${joined} where e.event_id = any($1) order by e.revision`,
    [eventIds],
  );
  return rows;
}

export async function readEvent(db: Queryable, eventId: string): Promise<EventRow | undefined> {
  return (await readEvents(db, [eventId]))[0];
}

/** Events changed after a revision, oldest change first, at most `limit`. */
export async function eventsChangedAfter(
  db: Queryable,
  revision: number,
  limit: number,
): Promise<EventRow[]> {
  const { rows } = await db.query<EventRow>(
    `select ${columns} from (
       select * from activity_events where revision > $1 order by revision limit $2
     ) e ${joined} order by e.revision`,
    [revision, limit],
  );
  return rows;
}

/** One stored recording file of an event. */
export interface RecordingRow {
  readonly recordingId: number;
  /** Folder relative to DATA_DIR that holds `<variant>/<segment>.ts` and, where encrypted, `aes.key`. */
  readonly path: string;
  readonly variant: string;
  readonly segments: readonly number[];
  readonly encrypted: boolean;
}

/** Recordings of an event in playing order: sequence, part, receipt. */
export async function listRecordings(db: Queryable, eventId: string): Promise<RecordingRow[]> {
  const { rows } = await db.query<RecordingRow>(
    `select recording_id as "recordingId", path, variant, segments, encrypted
     from event_recordings where event_id = $1 order by sequence, part, recording_id`,
    [eventId],
  );
  return rows;
}
