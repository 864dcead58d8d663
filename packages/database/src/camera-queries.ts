/**
 * Reads of `camera_registry` for screens, and the three columns the owner may change. A camera that a person removed is
 * none of these (camera-removal-repository.ts).
 */
import type { Queryable } from './pool.ts';

export interface CameraRow {
  readonly cameraId: string;
  readonly cameraName: string;
  /** Mode as last reported, lower case; `unknown` before the first report. */
  readonly status: string;
  readonly requestedMode: 'armed' | 'livestreamonly' | 'privacy' | null;
  readonly connectionStatus: 'connected' | 'disconnected';
  readonly connectionTimestamp: Date | null;
  readonly lastSeen: Date | null;
  readonly firmwareVersion: string | null;
  readonly hardwareVersion: string | null;
  readonly ipAddress: string | null;
  readonly location: string | null;
  readonly batteryLevel: number | null;
  readonly signalStrength: number | null;
  readonly temperature: number | null;
  readonly uptimeSeconds: number | null;
  readonly createdAt: Date;
  readonly revision: number;
}

const columns = `camera_id as "cameraId", camera_name as "cameraName", status, requested_mode as "requestedMode",
  connection_status as "connectionStatus", connection_timestamp as "connectionTimestamp", last_seen as "lastSeen",
  firmware_version as "firmwareVersion", hardware_version as "hardwareVersion", ip_address as "ipAddress", location,
  battery_level as "batteryLevel", signal_strength as "signalStrength", temperature,
  uptime_seconds as "uptimeSeconds", created_at as "createdAt", revision`;

/** All cameras by name. */
export async function listCameras(db: Queryable): Promise<CameraRow[]> {
  const { rows } = await db.query<CameraRow>(
    `select ${columns} from camera_registry where removed_at is null order by lower(camera_name), camera_id`,
  );
  return rows;
}

export async function readCameras(db: Queryable, cameraIds: readonly string[]): Promise<CameraRow[]> {
  const { rows } = await db.query<CameraRow>(
    `select ${columns} from camera_registry where camera_id = any($1) and removed_at is null order by revision`,
    [cameraIds],
  );
  return rows;
}

export async function readCamera(db: Queryable, cameraId: string): Promise<CameraRow | undefined> {
  return (await readCameras(db, [cameraId]))[0];
}

/**
 * Like `readCamera`, and holds the row until the transaction ends: a camera that comes back meanwhile waits, so its
 * restoration sees what this transaction stores.
 */
export async function lockCamera(db: Queryable, cameraId: string): Promise<CameraRow | undefined> {
  const { rows } = await db.query<CameraRow>(
    `select ${columns} from camera_registry where camera_id = $1 and removed_at is null for no key update`,
    [cameraId],
  );
  return rows[0];
}

/** Cameras changed after a revision, oldest change first, at most `limit`. */
export async function camerasChangedAfter(
  db: Queryable,
  revision: number,
  limit: number,
): Promise<CameraRow[]> {
  const { rows } = await db.query<CameraRow>(
    `select ${columns} from camera_registry where revision > $1 and removed_at is null order by revision limit $2`,
    [revision, limit],
  );
  return rows;
}

/** The new row, or undefined when there is no such camera. */
export async function renameCamera(
  db: Queryable,
  cameraId: string,
  name: string,
): Promise<CameraRow | undefined> {
  const { rows } = await db.query<CameraRow>(
    `update camera_registry set camera_name = $2, updated_at = now() where camera_id = $1 returning ${columns}`,
    [cameraId, name],
  );
  return rows[0];
}

/** Stores the mode asked for (null: nobody asked). What the camera reports goes to `status`, by the processor. */
export async function storeRequestedMode(
  db: Queryable,
  cameraId: string,
  mode: string | null,
): Promise<void> {
  await db.query(
    'update camera_registry set requested_mode = $2, requested_mode_at = now(), updated_at = now() where camera_id = $1',
    [cameraId, mode],
  );
}

/** The number the last visible change took. Changes still uncommitted may have lower ones. */
export async function currentRevision(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ revision: number }>(
    "select coalesce(pg_sequence_last_value('change_revision'::regclass), 0) as revision",
  );
  return rows[0]?.revision ?? 0;
}
