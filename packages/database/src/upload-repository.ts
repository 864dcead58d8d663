/**
 * Rows an upload leaves behind: the camera, the event, its recordings, the upload itself, the outbox. Order of locks is
 * camera row before event row, as the mqtt-processor does, so that the two never wait for each other in a circle.
 *
 * Recordings and thumbnails are one statement each, and so atomic without a transaction around it: an upload costs one
 * round trip. They may be repeated: the same bytes again change nothing.
 */
import type pg from 'pg';
import { activityKind, defaultCameraName } from '@apiary/contract';
import type { Queryable } from './audit-repository.ts';

export interface UploadedFile {
  readonly cameraId: string;
  /** Undefined: the file names no event. */
  readonly eventId: string | undefined;
  /** Type of the event should this upload be its first sign (contract §4.6). */
  readonly activityType: string;
  readonly category: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Media type of what was kept. */
  readonly fileType: string;
  readonly sha256: Buffer;
  readonly receivedAt: Date;
}

export interface RecordingFacts {
  readonly sequence: number;
  readonly part: number;
  /** Folder, relative to DATA_DIR. */
  readonly path: string;
  readonly variant: string;
  /** Numbers of the segment files, ascending. */
  readonly segments: readonly number[];
  readonly encrypted: boolean;
}

/** The event named by the upload is another camera's: nothing may be written to it. */
export class ForeignEventError extends Error {
  override readonly name = 'ForeignEventError';

  constructor(cameraId: string, eventId: string) {
    super(`event ${eventId} is not an event of camera ${cameraId}`);
  }
}

/** Length of a full segment, seconds (contract §5.4). */
const segmentSeconds = 3;

/** The camera's id was blocked, or waits for approval. */
export class NotAdmittedError extends Error {
  override readonly name = 'NotAdmittedError';
}

/**
 * Makes the camera's row when missing, never changes its name, refreshes last_seen, holds the row until commit. No row
 * comes back when a person blocked the id, or has yet to approve it where that is required.
 */
const upsertCamera = (id: string, name: string, seenAt: string, requireApproval: string): string => `
  insert into camera_registry as c (camera_id, camera_name, last_seen)
  select ${id}::text, ${name}::text, ${seenAt}::timestamptz
  where not exists (select from unclaimed_cameras where camera_id = ${id} and blocked_at is not null)
    and (not ${requireApproval}::boolean or exists (select from camera_registry where camera_id = ${id})
      or exists (select from unclaimed_cameras where camera_id = ${id} and approved_at is not null))
  on conflict (camera_id) do update set
    last_seen = greatest(c.last_seen, excluded.last_seen),
    revision = nextval('change_revision'),
    updated_at = now()
  returning camera_id`;

/** Locks the camera's row for a transaction of several statements. @throws NotAdmittedError */
export async function lockCamera(
  client: pg.PoolClient,
  cameraId: string,
  seenAt: Date,
  requireApproval: boolean,
): Promise<void> {
  const { rowCount } = await client.query(upsertCamera('$1', '$2', '$3', '$4'), [
    cameraId,
    defaultCameraName(cameraId),
    seenAt,
    requireApproval,
  ]);
  if (rowCount === 0) throw notAdmitted(cameraId);
}

const notAdmitted = (cameraId: string): NotAdmittedError =>
  new NotAdmittedError(`camera ${cameraId} is blocked or waits for approval`);

/**
 * Undoes the whole statement when the camera is not admitted or the event is another camera's: SQL has no `raise`, but
 * a text that is no number fails to become one, and the error quotes it.
 */
const refusals = {
  camera: 'refused: camera not admitted',
  event: 'refused: event of another camera',
} as const;
const refuse = `(case when not exists (select from camera) then '${refusals.camera}'
  when not exists (select from event) then '${refusals.event}' else '0' end)::integer`;

function refusal(error: unknown, file: UploadedFile & { readonly eventId: string }): unknown {
  if (!(error instanceof Error)) return error;
  if (error.message.includes(refusals.camera)) return notAdmitted(file.cameraId);
  if (error.message.includes(refusals.event)) return new ForeignEventError(file.cameraId, file.eventId);
  return error;
}

/** Columns of a new file_uploads row; $1..$8 are those of `uploadValues`. */
const uploadColumns =
  '(camera_id, event_id, category, filename, file_size, file_type, sha256, upload_timestamp, file_path, status, reason)';
const uploadConflict = `on conflict (camera_id, category, coalesce(event_id, ''), filename, sha256) do update set
  status = 'stored', reason = null, file_path = excluded.file_path, file_type = excluded.file_type
  where file_uploads.status = 'quarantined'`;

function uploadValues(file: UploadedFile): unknown[] {
  return [
    file.cameraId,
    file.eventId ?? null,
    file.category,
    file.fileName,
    file.sizeBytes,
    file.fileType,
    file.sha256,
    file.receivedAt,
  ];
}

/**
 * Adds a recording to its event, making camera and event when this is their first sign (contract §7): receipt time as
 * start, type from the upload. Tells the outbox, so that a message already sent gets its clip.
 * @returns false when the recording was already there
 * @throws ForeignEventError, NotAdmittedError
 */
export async function addRecording(
  client: Queryable,
  file: UploadedFile & { readonly eventId: string },
  recording: RecordingFacts,
  requireApproval: boolean,
): Promise<boolean> {
  return outcomeOf(file, client, {
    name: 'upload-add-recording',
    text: `with camera as (
        ${upsertCamera('$1', '$17', '$8', '$18')}
      ), upload as (
        insert into file_uploads ${uploadColumns}
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, 'stored', null from camera
        ${uploadConflict}
      ), recording as (
        insert into event_recordings
          (event_id, camera_id, sequence, part, filename, path, size_bytes, sha256, variant, segments, encrypted, received_at)
        select $2, $1, $12::integer, $13::integer, $4, $9, $5, $7, $14, $15::integer[], $16::boolean, $8 from camera
        on conflict (event_id, sequence, part, sha256) do nothing
        returning size_bytes, cardinality(segments) * ${segmentSeconds} as seconds
      ), added as (
        select count(*)::int as files, coalesce(sum(size_bytes), 0)::bigint as bytes, coalesce(sum(seconds), 0) as seconds
        from recording
      ), event as (
        insert into activity_events as e
          (event_id, camera_id, activity_type, kind, start_timestamp, start_source, received_at, upload_status,
           recording_filename, recording_path, recording_size, recording_count, recording_seconds)
        select $2, $1, $10, $11, $8, 'upload', $8, 'completed', $4, $9, bytes, files, seconds from camera, added
        on conflict (event_id) do update set
          recording_filename = coalesce(e.recording_filename, excluded.recording_filename),
          recording_path = coalesce(e.recording_path, excluded.recording_path),
          recording_size = coalesce(e.recording_size, 0) + excluded.recording_size,
          recording_count = e.recording_count + excluded.recording_count,
          recording_seconds = coalesce(e.recording_seconds, 0) + excluded.recording_seconds,
          upload_status = 'completed',
          revision = nextval('change_revision'),
          updated_at = now()
        where e.camera_id = excluded.camera_id
        returning event_id
      ), told as (
        insert into outbox (topic, camera_id, event_id, dedupe_key)
        select 'event-recording', $1, $2, 'event-recording:' || $2 from event, added where files > 0
        on conflict (dedupe_key) do nothing
      )
      select (select files from added) > 0 as done, ${refuse} as refused`,
    values: [
      ...uploadValues(file),
      recording.path,
      file.activityType,
      activityKind(file.activityType),
      recording.sequence,
      recording.part,
      recording.variant,
      recording.segments,
      recording.encrypted,
      defaultCameraName(file.cameraId),
      requireApproval,
    ],
  });
}

/**
 * Attaches a thumbnail where the event has none, and tells the outbox so: a notification sent without it gets its
 * picture. A further picture is kept and attached to nothing. Makes camera and event as `addRecording` does.
 * @returns true when this upload became the event's thumbnail
 * @throws ForeignEventError, NotAdmittedError
 */
export async function addThumbnail(
  client: Queryable,
  file: UploadedFile & { readonly eventId: string },
  path: string,
  requireApproval: boolean,
): Promise<boolean> {
  return outcomeOf(file, client, {
    name: 'upload-add-thumbnail',
    text: `with camera as (
        ${upsertCamera('$1', '$12', '$8', '$13')}
      ), upload as (
        insert into file_uploads ${uploadColumns}
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, 'stored', null from camera
        ${uploadConflict}
      ), event as (
        insert into activity_events as e
          (event_id, camera_id, activity_type, kind, start_timestamp, start_source, received_at, thumbnail_path)
        select $2, $1, $10, $11, $8, 'upload', $8, $9 from camera
        on conflict (event_id) do update set
          thumbnail_path = coalesce(e.thumbnail_path, excluded.thumbnail_path),
          -- Quarantined for bad pictures alone: the recording is still to come.
          upload_status = case
            when e.upload_status = 'quarantined' and not exists (
              select from file_uploads u
              where u.event_id = $2 and u.camera_id = $1 and u.status = 'quarantined' and u.category <> 'thumbnail')
            then 'pending' else e.upload_status end,
          revision = nextval('change_revision'),
          updated_at = now()
        where e.camera_id = excluded.camera_id
        returning old.thumbnail_path is null as attached
      ), told as (
        insert into outbox (topic, camera_id, event_id, dedupe_key)
        select 'event-thumbnail', $1, $2, 'event-thumbnail:' || $2 from event where attached
        on conflict (dedupe_key) do nothing
      )
      select (select attached from event) as done, ${refuse} as refused`,
    values: [
      ...uploadValues(file),
      path,
      file.activityType,
      activityKind(file.activityType),
      defaultCameraName(file.cameraId),
      requireApproval,
    ],
  });
}

async function outcomeOf(
  file: UploadedFile & { readonly eventId: string },
  client: Queryable,
  statement: pg.QueryConfig,
): Promise<boolean> {
  try {
    const { rows } = await client.query<{ done: boolean | null }>(statement);
    return rows[0]?.done === true;
  } catch (error) {
    throw refusal(error, file);
  }
}

/** A file that belongs to no event. */
export async function addOtherFile(client: pg.PoolClient, file: UploadedFile, path: string): Promise<void> {
  await client.query(
    `insert into file_uploads ${uploadColumns} values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'stored', null)
     ${uploadConflict}`,
    [...uploadValues(file), path],
  );
}

/**
 * Records a refused file. The event, made when unknown, is marked only while nothing good of it exists; another
 * camera's event is left alone.
 */
export async function addQuarantined(
  client: pg.PoolClient,
  file: UploadedFile,
  path: string,
  reason: string,
): Promise<void> {
  await client.query(
    `insert into file_uploads ${uploadColumns} values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'quarantined', $10)
     on conflict (camera_id, category, coalesce(event_id, ''), filename, sha256) do nothing`,
    [...uploadValues(file), path, reason],
  );
  if (file.eventId === undefined) return;
  await client.query(
    `insert into activity_events as e
       (event_id, camera_id, activity_type, kind, start_timestamp, start_source, received_at, upload_status)
     values ($1, $2, $3, $4, $5, 'upload', $5, 'quarantined')
     on conflict (event_id) do update set
       upload_status = 'quarantined', revision = nextval('change_revision'), updated_at = now()
     where e.camera_id = excluded.camera_id and e.upload_status = 'pending' and e.recording_count = 0
       and ($6 or e.thumbnail_path is null)`,
    [
      file.eventId,
      file.cameraId,
      file.activityType,
      activityKind(file.activityType),
      file.receivedAt,
      file.category !== 'thumbnail',
    ],
  );
}

/** What is known of an id that asks for something. */
export type CameraStanding = 'registered' | 'approved' | 'blocked' | 'unknown';

export async function cameraStanding(client: Queryable, cameraId: string): Promise<CameraStanding> {
  const { rows } = await client.query<{ registered: boolean; approved: boolean; blocked: boolean }>(
    `select exists (select from camera_registry where camera_id = $1) as registered,
       exists (select from unclaimed_cameras where camera_id = $1 and approved_at is not null) as approved,
       exists (select from unclaimed_cameras where camera_id = $1 and blocked_at is not null) as blocked`,
    [cameraId],
  );
  const row = rows[0];
  if (row?.blocked === true) return 'blocked';
  if (row?.registered === true) return 'registered';
  return row?.approved === true ? 'approved' : 'unknown';
}
