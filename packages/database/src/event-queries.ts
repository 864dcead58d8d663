/**
 * Reads of `activity_events` and their recordings for screens: by id, and what changed. Lists are event-list.ts. A deleted
 * event is nowhere to be seen from the moment it is deleted, though its row and files go later.
 */
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
  /** A person keeps it: retention leaves it alone. */
  readonly keptAt: Date | null;
  readonly keptBy: string | null;
  /** Retention took the recordings, the event stayed. */
  readonly recordingsRemovedAt: Date | null;
  readonly revision: number;
  /** Start with microseconds, for the keyset position: a JavaScript Date would cut them. */
  readonly startExact: string;
}

/** Columns of an EventRow; `e` is activity_events, `c` camera_registry. */
export const eventColumns = `e.event_id as "eventId", e.camera_id as "cameraId", c.camera_name as "cameraName",
  e.activity_type as "activityType", e.kind, e.start_timestamp as "startTimestamp",
  e.start_source as "startSource", e.reported_start as "reportedStart", e.end_timestamp as "endTimestamp",
  e.duration_seconds as "durationSeconds", e.confidence, e.thumbnail_path as "thumbnailPath",
  e.upload_status as "uploadStatus", e.recording_count as "recordingCount",
  e.recording_seconds as "recordingSeconds", e.recording_size as "recordingSize",
  e.received_at as "receivedAt", e.kept_at as "keptAt", e.kept_by as "keptBy",
  e.recordings_removed_at as "recordingsRemovedAt", e.revision,
  to_char(e.start_timestamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "startExact"`;
export const eventCamera = 'join camera_registry c on c.camera_id = e.camera_id';
/** What may be seen of `e`: neither the event is deleted nor all those of its camera. The second part is looked up once. */
export const eventVisible = `e.deleted_at is null
  and e.camera_id not in (select camera_id from camera_registry where removes_events)`;

export async function readEvents(db: Queryable, eventIds: readonly string[]): Promise<EventRow[]> {
  const { rows } = await db.query<EventRow>(
    `select ${eventColumns} from activity_events e ${eventCamera}
     where e.event_id = any($1) and ${eventVisible} order by e.revision`,
    [eventIds],
  );
  return rows;
}

export async function readEvent(db: Queryable, eventId: string): Promise<EventRow | undefined> {
  return (await readEvents(db, [eventId]))[0];
}

/** An event that is to vanish from screens. */
export interface RemovedEventRow {
  readonly eventId: string;
  readonly cameraId: string;
  readonly revision: number;
}

const removedColumns = 'event_id as "eventId", camera_id as "cameraId", revision';

/** Which of these events are deleted, their rows gone or not. */
export async function readRemovedEvents(
  db: Queryable,
  eventIds: readonly string[],
): Promise<RemovedEventRow[]> {
  const { rows } = await db.query<RemovedEventRow>(
    `select ${removedColumns} from activity_events where event_id = any($1) and deleted_at is not null
     union all select ${removedColumns} from deleted_events where event_id = any($1)`,
    [eventIds],
  );
  return rows;
}

/** Events changed after a revision, oldest change first, at most `limit`. */
export async function eventsChangedAfter(
  db: Queryable,
  revision: number,
  limit: number,
): Promise<EventRow[]> {
  const { rows } = await db.query<EventRow>(
    `select ${eventColumns} from (
       select * from activity_events where revision > $1 order by revision limit $2
     ) e ${eventCamera} where ${eventVisible} order by e.revision`,
    [revision, limit],
  );
  return rows;
}

/** Events deleted after a revision, at most `limit`. */
export async function eventsRemovedAfter(
  db: Queryable,
  revision: number,
  limit: number,
): Promise<RemovedEventRow[]> {
  const { rows } = await db.query<RemovedEventRow>(
    `(select ${removedColumns} from activity_events where deleted_at is not null and revision > $1 order by revision limit $2)
     union all (select ${removedColumns} from deleted_events where revision > $1 order by revision limit $2)`,
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
