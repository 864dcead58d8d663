/** Used disk by the counters, the disk itself as last measured, and tasks of the janitor. */
import type { Queryable } from './pool.ts';

export interface CameraStorageRow {
  readonly cameraId: string;
  readonly bytes: number;
  readonly files: number;
  /** Added a day, average of the last seven whole days and today. */
  readonly addedPerDay: number;
}

export async function listCameraStorage(db: Queryable): Promise<CameraStorageRow[]> {
  const { rows } = await db.query<CameraStorageRow>(
    `select camera_id as "cameraId", sum(added_bytes - removed_bytes)::float8 as bytes,
       sum(added_files - removed_files)::int as files,
       (coalesce(sum(added_bytes) filter (where day > (now() at time zone 'UTC')::date - 8), 0)
         / greatest(1, least(8, (now() at time zone 'UTC')::date - min(day) + 1)))::float8 as "addedPerDay"
     from storage_days group by 1 order by 2 desc`,
  );
  return rows;
}

export interface StorageDayRow {
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly addedBytes: number;
  readonly removedBytes: number;
}

/** Oldest first. */
export async function listStorageDays(db: Queryable, days: number): Promise<StorageDayRow[]> {
  const { rows } = await db.query<StorageDayRow>(
    `select to_char(day, 'YYYY-MM-DD') as day, sum(added_bytes)::float8 as "addedBytes",
       sum(removed_bytes)::float8 as "removedBytes"
     from storage_days s where s.day > (now() at time zone 'UTC')::date - $1::int group by s.day order by s.day`,
    [days],
  );
  return rows;
}

export interface DiskRow {
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly measuredAt: Date;
}

export async function readDisk(db: Queryable): Promise<DiskRow | undefined> {
  const { rows } = await db.query<DiskRow>(
    'select total_bytes as "totalBytes", free_bytes as "freeBytes", measured_at as "measuredAt" from disk_measurements',
  );
  return rows[0];
}

export async function writeDisk(db: Queryable, disk: Omit<DiskRow, 'measuredAt'>): Promise<void> {
  await db.query(
    `insert into disk_measurements (total_bytes, free_bytes) values ($1, $2)
     on conflict (singleton) do update set total_bytes = $1, free_bytes = $2, measured_at = now()`,
    [disk.totalBytes, disk.freeBytes],
  );
}

export const taskKinds = ['retention', 'orphans-report', 'orphans-clean'] as const;
export type TaskKind = (typeof taskKinds)[number];

export interface TaskRow {
  readonly taskId: number;
  readonly kind: TaskKind;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly result: Record<string, unknown> | null;
  readonly error: string | null;
}

const taskColumns = `task_id as "taskId", kind, requested_by as "requestedBy", requested_at as "requestedAt",
  started_at as "startedAt", finished_at as "finishedAt", result, error`;

/** The newest of each kind. */
export async function listTasks(db: Queryable): Promise<TaskRow[]> {
  const { rows } = await db.query<TaskRow>(
    `select distinct on (kind) ${taskColumns} from janitor_tasks order by kind, task_id desc`,
  );
  return rows;
}

/** The open task of this kind, made where there is none. */
export async function requestTask(db: Queryable, kind: TaskKind, by: string): Promise<TaskRow> {
  const open = await db.query<TaskRow>(
    `select ${taskColumns} from janitor_tasks where kind = $1 and finished_at is null order by task_id limit 1`,
    [kind],
  );
  if (open.rows[0] !== undefined) return open.rows[0];
  const { rows } = await db.query<TaskRow>(
    `insert into janitor_tasks (kind, requested_by) values ($1, $2) returning ${taskColumns}`,
    [kind, by],
  );
  if (rows[0] === undefined) throw new Error('no task was made');
  return rows[0];
}

export async function openTasks(db: Queryable): Promise<TaskRow[]> {
  const { rows } = await db.query<TaskRow>(
    `select ${taskColumns} from janitor_tasks where finished_at is null order by task_id`,
  );
  return rows;
}

export async function startTask(db: Queryable, taskId: number): Promise<void> {
  await db.query('update janitor_tasks set started_at = now() where task_id = $1', [taskId]);
}

export async function finishTask(
  db: Queryable,
  taskId: number,
  outcome: { readonly result?: object; readonly error?: string },
): Promise<void> {
  await db.query('update janitor_tasks set finished_at = now(), result = $2, error = $3 where task_id = $1', [
    taskId,
    outcome.result === undefined ? null : JSON.stringify(outcome.result),
    outcome.error ?? null,
  ]);
}

/** Wakes the janitor without a task of its own: something was deleted. At commit, where inside a transaction. */
export async function wakeJanitor(db: Queryable): Promise<void> {
  await db.query("select pg_notify('janitor', '')");
}
