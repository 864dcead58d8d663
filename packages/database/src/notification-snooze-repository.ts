/** `notification_snoozes`: no alerts of one camera, or of the house, until an instant. */
import type { Queryable } from './pool.ts';

export interface Snooze {
  /** Null: the whole house. */
  readonly cameraId: string | null;
  readonly until: Date;
  readonly setBy: string;
}

/** Those that still last, the house first. */
export async function listSnoozes(db: Queryable): Promise<Snooze[]> {
  const { rows } = await db.query<Snooze>(
    `select camera_id as "cameraId", until_at as until, set_by as "setBy" from notification_snoozes
     where until_at > now() order by camera_id nulls first`,
  );
  return rows;
}

/** Replaces what was set before. */
export async function setSnooze(db: Queryable, { cameraId, until, setBy }: Snooze): Promise<void> {
  await db.query(
    `insert into notification_snoozes (camera_id, until_at, set_by) values ($1, $2, $3)
     on conflict (camera_id) do update set until_at = excluded.until_at, set_by = excluded.set_by, set_at = now()`,
    [cameraId, until, setBy],
  );
}

/**
 * From now on for `minutes`; never shortens what lasts longer.
 * @returns when it ends
 */
export async function prolongSnooze(
  db: Queryable,
  cameraId: string,
  minutes: number,
  setBy: string,
): Promise<Date> {
  const { rows } = await db.query<{ until: Date }>(
    `insert into notification_snoozes as s (camera_id, until_at, set_by)
     values ($1, now() + make_interval(mins => $2), $3)
     on conflict (camera_id) do update
       set until_at = greatest(s.until_at, excluded.until_at), set_by = excluded.set_by, set_at = now()
     returning until_at as until`,
    [cameraId, minutes, setBy],
  );
  return rows[0]?.until ?? new Date();
}

/** False: there was none. */
export async function endSnooze(db: Queryable, cameraId: string | null): Promise<boolean> {
  const { rowCount } = await db.query(
    'delete from notification_snoozes where camera_id is not distinct from $1',
    [cameraId],
  );
  return (rowCount ?? 0) > 0;
}
