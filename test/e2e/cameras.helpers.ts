/** Cameras for these suites, and the check that what was acknowledged to them is in the platform. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { simulatedCameraId, startCamera, type Camera, type CameraOptions } from '@apiary/camera-simulator';
import type { Platform } from '@apiary/test-support';

let made = 0;
/** Of this run, so that a platform that is used twice sees new cameras. */
const set = `e2e ${process.pid} ${Date.now()}`;

/** A camera like any other, but less patient, so that suites need not wait for its long pauses. */
export async function newCamera(platform: Platform, options: Partial<CameraOptions> = {}): Promise<Camera> {
  return startCamera({
    cameraId: simulatedCameraId(++made, set),
    configHost: platform.configHost,
    ca: await platform.caPem(),
    reconnectMinMs: 200,
    reconnectMaxMs: 2000,
    uploadRetryMs: 300,
    rebootMs: 500,
    ...options,
  });
}

/** Everything acknowledged to these cameras that the platform does not have, a line each. */
export async function missing(platform: Platform, cameras: readonly Camera[]): Promise<string[]> {
  const pool = new pg.Pool({
    connectionString: platform.info.databaseUrl,
    max: 1,
    connectionTimeoutMillis: 5000,
  });
  pool.on('error', () => undefined);
  try {
    const lines: string[] = [];
    for (const camera of cameras) {
      lines.push(...(await missingMessages(pool, camera)));
      lines.push(...(await missingFiles(pool, camera, platform.info.dataDir)));
    }
    return lines;
  } finally {
    await pool.end();
  }
}

async function missingMessages(pool: pg.Pool, camera: Camera): Promise<string[]> {
  const { rows } = await pool.query<{ id: string; started: boolean; ended: boolean }>(
    `select event_id as id, start_received_at is not null as started, end_timestamp is not null as ended
     from activity_events where camera_id = $1`,
    [camera.cameraId],
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  return [
    ...[...camera.ledger.starts].filter((id) => found.get(id)?.started !== true).map((id) => `start ${id}`),
    ...[...camera.ledger.stops].filter((id) => found.get(id)?.ended !== true).map((id) => `stop ${id}`),
  ];
}

async function missingFiles(pool: pg.Pool, camera: Camera, dataDir: string): Promise<string[]> {
  const { rows: recordings } = await pool.query<{
    sha256: string;
    path: string;
    variant: string;
    segments: number[];
  }>(
    `select encode(sha256, 'hex') as sha256, path, variant, segments from event_recordings where camera_id = $1`,
    [camera.cameraId],
  );
  const { rows: thumbnails } = await pool.query<{ id: string; path: string }>(
    'select event_id as id, thumbnail_path as path from activity_events where camera_id = $1 and thumbnail_path is not null',
    [camera.cameraId],
  );
  const recordingByHash = new Map(recordings.map((row) => [row.sha256, row]));
  const thumbnailByEvent = new Map(thumbnails.map((row) => [row.id, row.path]));
  const lines: string[] = [];
  for (const { eventId, category, fileName, sha256 } of camera.ledger.uploads) {
    const row = recordingByHash.get(sha256);
    const files =
      category === 'thumbnail'
        ? [thumbnailByEvent.get(eventId)]
        : (row?.segments.map((number) => join(row.path, row.variant, `${number}.ts`)) ?? [undefined]);
    for (const file of files) {
      if (file === undefined) lines.push(`${category} ${fileName}: no row`);
      else if (!(await isFilledFile(join(dataDir, file))))
        lines.push(`${category} ${fileName}: no file ${file}`);
    }
  }
  return lines;
}

async function isFilledFile(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size > 0;
  } catch {
    return false;
  }
}
