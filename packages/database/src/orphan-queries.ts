/** Which stored files rows name, and what becomes of rows whose files are lost. Paths are relative to DATA_DIR. */
import type { Queryable } from './pool.ts';

/** Cameras that have recordings or pictures by their rows. */
export async function listStoredCameras(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    'select camera_id as id from camera_registry order by camera_id',
  );
  return rows.map(({ id }) => id);
}

/** Every path that a row of this camera names. */
export async function listKnownPaths(db: Queryable, cameraId: string): Promise<Set<string>> {
  const { rows } = await db.query<{ path: string }>(
    `select path from event_recordings where camera_id = $1
     union select file_path from file_uploads where camera_id = $1 and file_path is not null
     union select thumbnail_path from activity_events where camera_id = $1 and thumbnail_path is not null`,
    [cameraId],
  );
  return new Set(rows.map(({ path }) => path));
}

export async function pathIsKnown(db: Queryable, path: string): Promise<boolean> {
  const { rows } = await db.query<{ known: boolean }>(
    `select exists (select from event_recordings where path = $1)
       or exists (select from file_uploads where file_path = $1) as known`,
    [path],
  );
  return rows[0]?.known === true;
}

export interface StoredFile {
  readonly kind: 'recording' | 'thumbnail';
  readonly path: string;
  readonly position: string;
}

const pageSize = 2000;

/** Recordings and thumbnails of a camera by id of event, a page at a time. */
export async function listStoredFiles(
  db: Queryable,
  cameraId: string,
  after: StoredFile | undefined,
): Promise<StoredFile[]> {
  const { rows } = await db.query<StoredFile>(
    `select * from (
       select 'recording' as kind, path, event_id || ' r' || recording_id as position from event_recordings where camera_id = $1
       union all select 'thumbnail', thumbnail_path, event_id || ' t' from activity_events
         where camera_id = $1 and thumbnail_path is not null) f
     where $2::text is null or position collate "C" > $2 order by position collate "C" limit ${pageSize}`,
    [cameraId, after?.position ?? null],
  );
  return rows;
}

/** The event loses this recording from its counts. The camera's row is held. */
export async function forgetLostRecording(db: Queryable, path: string): Promise<void> {
  await db.query(
    `with lost as (
       delete from event_recordings where path = $1
       returning event_id, camera_id, filename, size_bytes, sha256, cardinality(segments) * 3 as seconds
     ), uploads as (
       delete from file_uploads u using lost l
       where u.event_id = l.event_id and u.camera_id = l.camera_id and u.sha256 = l.sha256 and u.category = 'activity'
     )
     update activity_events e set recording_count = greatest(0, e.recording_count - 1),
       recording_size = greatest(0, e.recording_size - l.size_bytes),
       recording_seconds = greatest(0, e.recording_seconds - l.seconds), updated_at = now()
     from lost l where e.event_id = l.event_id`,
    [path],
  );
}

export async function forgetLostThumbnail(db: Queryable, path: string): Promise<void> {
  await db.query(
    'update activity_events set thumbnail_path = null, updated_at = now() where thumbnail_path = $1',
    [path],
  );
  await db.query('delete from file_uploads where file_path = $1', [path]);
}
