/** What live view asks of the database: cameras as they are now. */
import type { Queryable } from './pool.ts';

export interface LiveCameraRow {
  readonly cameraId: string;
  readonly cameraName: string;
  readonly connectionStatus: 'connected' | 'disconnected';
  /** Names the MQTT session: another value is another connection. */
  readonly brokerSession: string | null;
  /** Mode as last reported, lower case. */
  readonly status: string;
  /** As the camera reports it. */
  readonly ipAddress: string | null;
}

export async function readLiveCameras(db: Queryable, cameraIds: readonly string[]): Promise<LiveCameraRow[]> {
  const { rows } = await db.query<LiveCameraRow>(
    `select camera_id as "cameraId", camera_name as "cameraName", connection_status as "connectionStatus",
       broker_session as "brokerSession", status, ip_address as "ipAddress"
     from camera_registry where camera_id = any($1) and removed_at is null`,
    [cameraIds],
  );
  return rows;
}

export async function readLiveCamera(db: Queryable, cameraId: string): Promise<LiveCameraRow | undefined> {
  return (await readLiveCameras(db, [cameraId]))[0];
}
