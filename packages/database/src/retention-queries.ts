/**
 * What retention would take: one selection for the dry run of the dashboard and for the janitor that carries it out.
 * Kept events are in none of it. Age counts from the start of an event. Size and free space cost recordings alone, the
 * oldest first; events and their pictures stay until their age.
 */
import type { Queryable } from './pool.ts';

export interface RetentionSettings {
  readonly eventsDays: number | null;
  readonly recordingsDays: number | null;
  readonly statusDays: number | null;
  /** Least free space on the disk of the recordings. */
  readonly freeBytes: number | null;
  /** Most that recordings may take. */
  readonly maxBytes: number | null;
}

export interface RetentionRow extends RetentionSettings {
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

const columns = `events_days as "eventsDays", recordings_days as "recordingsDays", status_days as "statusDays",
  free_bytes as "freeBytes", max_bytes as "maxBytes", updated_at as "updatedAt", updated_by as "updatedBy"`;

export async function readRetention(db: Queryable): Promise<RetentionRow> {
  const { rows } = await db.query<RetentionRow>(`select ${columns} from retention_settings`);
  if (rows[0] === undefined) throw new Error('retention_settings has no row');
  return rows[0];
}

export async function writeRetention(db: Queryable, settings: RetentionSettings, by: string): Promise<void> {
  await db.query(
    `update retention_settings set events_days = $1, recordings_days = $2, status_days = $3, free_bytes = $4,
       max_bytes = $5, updated_at = now(), updated_by = $6`,
    [
      settings.eventsDays,
      settings.recordingsDays,
      settings.statusDays,
      settings.freeBytes,
      settings.maxBytes,
      by,
    ],
  );
}

const dayMs = 86_400_000;

/** Moment before which things of this age began; undefined: there is no limit. */
export const cutoffOf = (days: number | null, now: Date): Date | undefined =>
  days === null ? undefined : new Date(now.getTime() - days * dayMs);

// Fragments of every selection; the second has an index of its own.
const deletable = 'kept_at is null and deleted_at is null';
const recorded = `recording_count > 0 and ${deletable}`;

export interface DueEvent {
  readonly eventId: string;
  readonly cameraId: string;
  readonly bytes: number;
  /** Start with microseconds. */
  readonly startExact: string;
}

const dueColumns = `event_id as "eventId", camera_id as "cameraId", coalesce(recording_size, 0)::float8 as bytes,
  to_char(start_timestamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "startExact"`;

/** Hides events older than `before`, oldest first, at most `limit`. How many. */
export async function hideOldEvents(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `update activity_events set deleted_at = now(), deleted_by = 'retention', updated_at = now() where event_id in (
       select event_id from activity_events where start_timestamp < $1 and ${deletable}
       order by start_timestamp, event_id limit $2) and ${deletable}`,
    [before, limit],
  );
  return rowCount ?? 0;
}

/** Events with recordings, oldest first, from `after` on and begun before `before`. */
export async function oldestRecorded(
  db: Queryable,
  range: {
    readonly after?: DueEvent | undefined;
    readonly from?: Date | undefined;
    readonly before?: Date | undefined;
  },
  limit: number,
): Promise<DueEvent[]> {
  const { after, from, before } = range;
  const { rows } = await db.query<DueEvent>(
    `select ${dueColumns} from activity_events where ${recorded}
       and ($1::timestamptz is null or (start_timestamp, event_id) > ($1, $2::text))
       and ($3::timestamptz is null or start_timestamp >= $3) and ($4::timestamptz is null or start_timestamp < $4)
     order by start_timestamp, event_id limit $5`,
    [after?.startExact ?? null, after?.eventId ?? null, from ?? null, before ?? null, limit],
  );
  return rows;
}

/** What would go of one camera. */
export interface DueOfCamera {
  readonly cameraId: string;
  /** Whole events, with their recordings. */
  events: number;
  /** Recordings alone; their events stay. */
  recordings: number;
  bytes: number;
}

export interface DryRun {
  readonly cameras: readonly DueOfCamera[];
  /** Bytes that size or free space still miss after all that could go: kept events take them. */
  readonly missingBytes: number;
}

const pageSize = 5000;

/** What `settings` would take now. `disk` undefined: not measured yet, so free space is not judged. */
export async function dryRun(
  db: Queryable,
  settings: RetentionSettings,
  now: Date,
  disk: { readonly freeBytes: number } | undefined,
): Promise<DryRun> {
  const cameras = new Map<string, DueOfCamera>();
  const add = (cameraId: string, part: Partial<Omit<DueOfCamera, 'cameraId'>>): void => {
    const sum = cameras.get(cameraId) ?? { cameraId, events: 0, recordings: 0, bytes: 0 };
    sum.events += part.events ?? 0;
    sum.recordings += part.recordings ?? 0;
    sum.bytes += part.bytes ?? 0;
    cameras.set(cameraId, sum);
  };
  const [events, recordings] = [cutoffOf(settings.eventsDays, now), cutoffOf(settings.recordingsDays, now)];
  for (const row of events === undefined ? [] : await countOld(db, deletable, undefined, events))
    add(row.cameraId, { events: row.count, bytes: row.bytes });
  if (recordings !== undefined && (events === undefined || recordings > events))
    for (const row of await countOld(db, recorded, events, recordings))
      add(row.cameraId, { recordings: row.count, bytes: row.bytes });
  const byAge = [...cameras.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  let missing = (await bytesToFree(db, settings, disk)) - byAge;
  const from = new Date(Math.max(events?.getTime() ?? 0, recordings?.getTime() ?? 0));
  for (let after: DueEvent | undefined; missing > 0;) {
    const page = await oldestRecorded(db, { after, from }, pageSize);
    for (const event of page) {
      if (missing <= 0) break;
      missing -= event.bytes;
      add(event.cameraId, { recordings: 1, bytes: event.bytes });
    }
    if (page.length < pageSize) break;
    after = page.at(-1);
  }
  return { cameras: [...cameras.values()], missingBytes: Math.max(0, missing) };
}

async function countOld(
  db: Queryable,
  which: string,
  from: Date | undefined,
  before: Date,
): Promise<{ cameraId: string; count: number; bytes: number }[]> {
  const { rows } = await db.query<{ cameraId: string; count: number; bytes: number }>(
    `select camera_id as "cameraId", count(*)::int as count, coalesce(sum(recording_size), 0)::float8 as bytes
     from activity_events where ${which} and start_timestamp < $1
       and ($2::timestamptz is null or start_timestamp >= $2) group by 1`,
    [before, from ?? null],
  );
  return rows;
}

/** By how much recordings exceed their size, or free space falls short, whichever is more; 0 or less: neither. */
export async function bytesToFree(
  db: Queryable,
  settings: RetentionSettings,
  disk: { readonly freeBytes: number } | undefined,
): Promise<number> {
  const used = settings.maxBytes === null ? 0 : await usedBytes(db);
  return Math.max(
    settings.maxBytes === null ? 0 : used - settings.maxBytes,
    settings.freeBytes === null || disk === undefined ? 0 : settings.freeBytes - disk.freeBytes,
  );
}

/** Bytes of all uploads there are, by the counters. */
export async function usedBytes(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ bytes: number }>(
    'select coalesce(sum(added_bytes - removed_bytes), 0)::float8 as bytes from storage_days',
  );
  return rows[0]?.bytes ?? 0;
}
