/**
 * Rows that go with files: events that were deleted, recordings that retention takes, cameras that were removed. Whoever
 * calls these moves the files aside inside the same transaction: it holds the camera's row, and so no upload of that
 * camera writes a row meanwhile.
 */
import type pg from 'pg';
import type { Queryable } from './pool.ts';

export interface DeletedEvent {
  readonly eventId: string;
  readonly cameraId: string;
}

/** Events to be purged, the longest deleted first. */
export async function listDeletedEvents(db: Queryable, limit: number): Promise<DeletedEvent[]> {
  const { rows } = await db.query<DeletedEvent>(
    `select event_id as "eventId", camera_id as "cameraId" from activity_events where deleted_at is not null
     order by deleted_at, event_id limit $1`,
    [limit],
  );
  return rows;
}

/** Holds the camera's row until the transaction ends: its uploads wait. False: there is no such camera. */
export async function holdCamera(client: pg.PoolClient, cameraId: string): Promise<boolean> {
  const { rowCount } = await client.query('select 1 from camera_registry where camera_id = $1 for update', [
    cameraId,
  ]);
  return rowCount === 1;
}

/** Deletes a hidden event; paths of its files. Undefined: it is not hidden, or gone. Camera held. */
export async function purgeEvent(
  client: pg.PoolClient,
  { eventId, cameraId }: DeletedEvent,
): Promise<string[] | undefined> {
  const held = await client.query(
    'select 1 from activity_events where event_id = $1 and camera_id = $2 and deleted_at is not null for update',
    [eventId, cameraId],
  );
  if (held.rowCount === 0) return undefined;
  await client.query(
    `insert into deleted_events (event_id, camera_id) values ($1, $2)
     on conflict (event_id) do update set deleted_at = now()`,
    [eventId, cameraId],
  );
  const { rows } = await client.query<{ path: string | null }>(
    'delete from file_uploads where event_id = $1 and camera_id = $2 returning file_path as path',
    [eventId, cameraId],
  );
  await client.query('delete from activity_events where event_id = $1', [eventId]);
  return rows.map(({ path }) => path).filter((path) => path !== null);
}

/** Takes the recordings off an event that nobody keeps; paths of their folders, none where it has none. Camera held. */
export async function takeRecordings(client: pg.PoolClient, eventId: string): Promise<string[]> {
  const held = await client.query(
    `select 1 from activity_events where event_id = $1 and recording_count > 0 and kept_at is null and deleted_at is null
     for update`,
    [eventId],
  );
  if (held.rowCount === 0) return [];
  const { rows } = await client.query<{ path: string }>(
    'delete from event_recordings where event_id = $1 returning path',
    [eventId],
  );
  await client.query(
    `delete from file_uploads where event_id = $1 and category = 'activity' and status = 'stored'`,
    [eventId],
  );
  await client.query(
    `update activity_events set recording_count = 0, recording_size = null, recording_seconds = null,
       recording_path = null, recording_filename = null, recordings_removed_at = now(), updated_at = now()
     where event_id = $1`,
    [eventId],
  );
  return rows.map(({ path }) => path);
}

/** Whether a row names this recording folder. */
export async function recordingExists(db: Queryable, path: string): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    'select exists (select from event_recordings where path = $1) as found',
    [path],
  );
  return rows[0]?.found === true;
}

/** Files of no event, older than `before`: rows are deleted; paths. */
export async function takeOldFiles(db: Queryable, before: Date, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ path: string | null }>(
    `delete from file_uploads where upload_id in (
       select upload_id from file_uploads where event_id is null and upload_timestamp < $1 order by upload_id limit $2)
     returning file_path as path`,
    [before, limit],
  );
  return rows.map(({ path }) => path).filter((path) => path !== null);
}

/** Cameras that were removed with their events. */
export async function camerasToPurge(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    'select camera_id as id from camera_registry where removes_events order by camera_id',
  );
  return rows.map(({ id }) => id);
}

/** Hides events of a removed camera, kept ones too, at most `limit`. How many. */
export async function hideEventsOfCamera(db: Queryable, cameraId: string, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `update activity_events set deleted_at = now(), deleted_by = 'camera removed', updated_at = now()
     where event_id in (select event_id from activity_events where camera_id = $1 and deleted_at is null limit $2)
       and deleted_at is null`,
    [cameraId, limit],
  );
  return rowCount ?? 0;
}

/** Deletes a removed camera that has no event left; false while it has. Camera held. */
export async function purgeCamera(client: pg.PoolClient, cameraId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `delete from camera_registry c where camera_id = $1 and removes_events
       and not exists (select from activity_events e where e.camera_id = c.camera_id)`,
    [cameraId],
  );
  return rowCount === 1;
}

/** Drops months of status history that ended before `before`, and old rows outside months. How many partitions. */
export async function dropStatusHistory(db: Queryable, before: Date): Promise<number> {
  const { rows } = await db.query<{ dropped: number }>('select drop_status_history($1) as dropped', [before]);
  await db.query('delete from status_events where timestamp < $1', [before]);
  return rows[0]?.dropped ?? 0;
}

/** What is left of deleted events is forgotten after this long: cameras' queues hold days. */
export async function forgetDeletedEvents(db: Queryable, days: number): Promise<void> {
  await db.query('delete from deleted_events where deleted_at < now() - make_interval(days => $1)', [days]);
}
