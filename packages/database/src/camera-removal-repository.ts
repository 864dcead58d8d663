/**
 * Cameras that a person took off the house. The row stays, so that kept events have a camera; it comes back by itself
 * when the camera is heard again, unless its id is blocked. Where the events go as well, they are hidden at once and the
 * janitor deletes them and then the row.
 */
import type { Queryable } from './pool.ts';

export interface RemovedCameraRow {
  readonly cameraId: string;
  readonly revision: number;
}

const columns = 'camera_id as "cameraId", revision';

/** Inside a transaction that holds the camera's row (`lockCamera`). */
export async function removeCamera(
  db: Queryable,
  cameraId: string,
  options: { readonly withEvents: boolean; readonly block: boolean },
): Promise<void> {
  await db.query(
    'update camera_registry set removed_at = now(), removes_events = $2, updated_at = now() where camera_id = $1',
    [cameraId, options.withEvents],
  );
  if (options.block)
    await db.query(
      `insert into unclaimed_cameras (camera_id, blocked_at) values ($1, now())
       on conflict (camera_id) do update set blocked_at = now(), approved_at = null`,
      [cameraId],
    );
}

export async function readRemovedCameras(
  db: Queryable,
  cameraIds: readonly string[],
): Promise<RemovedCameraRow[]> {
  const { rows } = await db.query<RemovedCameraRow>(
    `select ${columns} from camera_registry where camera_id = any($1) and removed_at is not null`,
    [cameraIds],
  );
  return rows;
}

/** Cameras removed after a revision, at most `limit`. */
export async function camerasRemovedAfter(
  db: Queryable,
  revision: number,
  limit: number,
): Promise<RemovedCameraRow[]> {
  const { rows } = await db.query<RemovedCameraRow>(
    `select ${columns} from camera_registry where removed_at is not null and revision > $1 order by revision limit $2`,
    [revision, limit],
  );
  return rows;
}
