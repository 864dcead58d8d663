/** SQL of commands under way and of what is re-sent to a camera that came back: the processor's side of camera_commands. */
import type { Queryable } from './ingest-repository.ts';

export interface OpenCommand {
  readonly requestId: string;
  readonly cameraId: string;
  readonly command: string;
  /** `{"mode":…}`, `{"settings":{…}}` or `{}`. */
  readonly expected: Readonly<Record<string, unknown>>;
  readonly requestedAtMs: number;
  /** undefined: waits for the camera's next connection, or is being published right now. */
  readonly publishedAtMs: number | undefined;
}

export interface CommandOutcome {
  readonly requestId: string;
  readonly outcome: 'confirmed' | 'refused';
  readonly detail: string;
}

interface RawCommand {
  request_id: string;
  camera_id: string;
  command: string;
  expected: Record<string, unknown>;
  requested_ms: number;
  published_ms: number | null;
}

const columns = `request_id, camera_id, command, expected, extract(epoch from requested_at)::float8 * 1000 as requested_ms,
  extract(epoch from published_at)::float8 * 1000 as published_ms`;

const fromRow = (row: RawCommand): OpenCommand => ({
  requestId: row.request_id,
  cameraId: row.camera_id,
  command: row.command,
  expected: row.expected,
  requestedAtMs: row.requested_ms,
  publishedAtMs: row.published_ms ?? undefined,
});

/** Commands without an outcome, oldest first. */
export async function openCommands(db: Queryable, cameraIds: readonly string[]): Promise<OpenCommand[]> {
  const { rows } = await db.query<RawCommand>({
    name: 'commands-open',
    text: `select ${columns} from camera_commands where outcome is null and camera_id = any($1::text[])
      order by requested_at, request_id`,
    values: [cameraIds],
  });
  return rows.map(fromRow);
}

export async function settleCommands(db: Queryable, outcomes: readonly CommandOutcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await db.query({
    name: 'commands-settle',
    text: `update camera_commands c set outcome = g.outcome, outcome_detail = g.detail, outcome_at = now()
      from unnest($1::text[], $2::text[], $3::text[]) as g(request_id, outcome, detail)
      where c.request_id = g.request_id and c.outcome is null`,
    values: [
      outcomes.map((row) => row.requestId),
      outcomes.map((row) => row.outcome),
      outcomes.map((row) => row.detail),
    ],
  });
}

/**
 * Ends published commands whose deadline has passed.
 * @param fallbackSeconds deadline of a row that has none, from its publishing
 * @returns how many timed out, and milliseconds until the next deadline (undefined: nothing is open)
 */
export async function timeOutCommands(
  db: Queryable,
  fallbackSeconds: number,
): Promise<{ timedOut: number; nextMs: number | undefined }> {
  const deadline = 'coalesce(deadline, published_at + make_interval(secs => $1::float8))';
  const { rowCount } = await db.query(
    `update camera_commands set outcome = 'timeout', outcome_detail = 'the camera did not confirm in time', outcome_at = now()
     where outcome is null and published_at is not null and ${deadline} <= now()`,
    [fallbackSeconds],
  );
  const { rows } = await db.query<{ next_ms: number | null }>(
    `select extract(epoch from min(${deadline}) - now())::float8 * 1000 as next_ms
     from camera_commands where outcome is null and published_at is not null`,
    [fallbackSeconds],
  );
  return { timedOut: rowCount ?? 0, nextMs: rows[0]?.next_ms ?? undefined };
}

export interface Restoration {
  readonly cameraId: string;
  /** The connection this is for; written to `restored_session` when done. */
  readonly connectionKey: string;
  readonly mode: string | undefined;
  readonly settings: readonly { settingName: string; settingValue: string; settingType: string }[];
  /** Commands stored while the camera was away, oldest first. */
  readonly pending: readonly OpenCommand[];
}

/** Names the connection a camera is in: the broker session where known, else the change of status. */
const connectionKey = `case when broker_session is not null and not broker_session_ended then broker_session
  else 'since ' || (extract(epoch from connection_timestamp) * 1000)::bigint end`;

/** Connected cameras whose stored state has not been re-sent on their present connection. */
export async function camerasToRestore(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ camera_id: string }>(
    `select camera_id from camera_registry where connection_status = 'connected'
       and restored_session is distinct from ${connectionKey}`,
  );
  return rows.map((row) => row.camera_id);
}

/** What is to be re-sent to a camera; undefined when it is away or has it already. */
export async function readRestoration(db: Queryable, cameraId: string): Promise<Restoration | undefined> {
  const { rows } = await db.query<{ key: string; requested_mode: string | null }>(
    `select ${connectionKey} as key, requested_mode from camera_registry
     where camera_id = $1 and connection_status = 'connected' and restored_session is distinct from ${connectionKey}`,
    [cameraId],
  );
  const camera = rows[0];
  if (camera === undefined) return undefined;
  const { rows: state } = await db.query<{
    setting_name: string;
    setting_value: string;
    setting_type: string;
  }>('select setting_name, setting_value, setting_type from camera_state where camera_id = $1', [cameraId]);
  const { rows: commands } = await db.query<RawCommand>(
    `select ${columns} from camera_commands where camera_id = $1 and outcome is null and published_at is null
       and command in ('system/setmode', 'settings/update') order by requested_at, request_id`,
    [cameraId],
  );
  const storedMode = state.find((row) => row.setting_name === 'mode')?.setting_value;
  return {
    cameraId,
    connectionKey: camera.key,
    mode: camera.requested_mode ?? storedMode,
    settings: state
      .filter((row) => row.setting_name !== 'mode')
      .map((row) => ({
        settingName: row.setting_name,
        settingValue: row.setting_value,
        settingType: row.setting_type,
      })),
    pending: commands.map(fromRow),
  };
}

/** Marks commands as published just now, with a fresh deadline. */
export async function markPublished(
  db: Queryable,
  requestIds: readonly string[],
  timeoutSeconds: number,
): Promise<void> {
  if (requestIds.length === 0) return;
  await db.query(
    `update camera_commands set published_at = now(), deadline = now() + make_interval(secs => $2::float8)
     where request_id = any($1::text[]) and published_at is null`,
    [requestIds, timeoutSeconds],
  );
}

export async function markRestored(db: Queryable, cameraId: string, key: string): Promise<void> {
  await db.query('update camera_registry set restored_session = $2 where camera_id = $1', [cameraId, key]);
}
