/** `camera_state`: what the owner chose, by names of contract §6.4 and `mode`. Sent again after every reconnect. */
import type { Queryable } from './pool.ts';

export interface CameraStateRow {
  readonly settingName: string;
  readonly settingValue: string;
  readonly settingType: 'string' | 'boolean' | 'integer' | 'json';
}

export async function readCameraState(db: Queryable, cameraId: string): Promise<CameraStateRow[]> {
  const { rows } = await db.query<CameraStateRow>(
    `select setting_name as "settingName", setting_value as "settingValue", setting_type as "settingType"
     from camera_state where camera_id = $1 order by setting_name`,
    [cameraId],
  );
  return rows;
}

export async function storeCameraState(
  db: Queryable,
  cameraId: string,
  rows: readonly CameraStateRow[],
): Promise<void> {
  await db.query(
    `insert into camera_state (camera_id, setting_name, setting_value, setting_type)
     select $1, * from unnest($2::text[], $3::text[], $4::text[])
     on conflict (camera_id, setting_name) do update
       set setting_value = excluded.setting_value, setting_type = excluded.setting_type, updated_at = now()`,
    [
      cameraId,
      rows.map((row) => row.settingName),
      rows.map((row) => row.settingValue),
      rows.map((row) => row.settingType),
    ],
  );
}

/** Forgets choices: the default is sent again. */
export async function forgetCameraState(
  db: Queryable,
  cameraId: string,
  settingNames: readonly string[],
): Promise<void> {
  await db.query('delete from camera_state where camera_id = $1 and setting_name = any($2)', [
    cameraId,
    settingNames,
  ]);
}
