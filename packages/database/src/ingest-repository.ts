/**
 * SQL of the processor's batches: many messages, few statements. Every function runs inside the caller's transaction.
 * Order of locks, kept by all who write both: camera rows sorted by id, then event rows sorted by id.
 *
 * Times go in as milliseconds since 1970 (arrays of numbers are cheap to send and cannot be malformed).
 */
import type pg from 'pg';

export type Queryable = Pick<pg.ClientBase, 'query'>;

/** What the processor knows of a camera before a batch. */
export interface CameraRow {
  readonly cameraId: string;
  readonly connected: boolean;
  readonly connectionChangedAtMs: number | undefined;
  /** Start of the broker session, as the broker names it. */
  readonly brokerSession: number | undefined;
  readonly brokerSessionEnded: boolean;
  readonly restoredSession: string | undefined;
  readonly lastSeenMs: number | undefined;
  readonly status: string;
  readonly firmwareVersion: string | undefined;
  readonly hardwareVersion: string | undefined;
  readonly ipAddress: string | undefined;
}

interface RawCameraRow {
  camera_id: string;
  connection_status: string;
  connection_ms: number | null;
  broker_session: string | null;
  broker_session_ended: boolean;
  restored_session: string | null;
  seen_ms: number | null;
  status: string;
  firmware_version: string | null;
  hardware_version: string | null;
  ip_address: string | null;
}

export async function readCameras(
  db: Queryable,
  cameraIds: readonly string[],
): Promise<Map<string, CameraRow>> {
  const { rows } = await db.query<RawCameraRow>({
    name: 'ingest-read-cameras',
    text: `select camera_id, connection_status, extract(epoch from connection_timestamp)::float8 * 1000 as connection_ms,
        broker_session, broker_session_ended, restored_session, extract(epoch from last_seen)::float8 * 1000 as seen_ms,
        status, firmware_version, hardware_version, ip_address
      from camera_registry where camera_id = any($1::text[])`,
    values: [cameraIds],
  });
  return new Map(
    rows.map((row) => [
      row.camera_id,
      {
        cameraId: row.camera_id,
        connected: row.connection_status === 'connected',
        connectionChangedAtMs: wholeMs(row.connection_ms),
        brokerSession: row.broker_session === null ? undefined : Number(row.broker_session),
        brokerSessionEnded: row.broker_session_ended,
        restoredSession: row.restored_session ?? undefined,
        lastSeenMs: wholeMs(row.seen_ms),
        status: row.status,
        firmwareVersion: row.firmware_version ?? undefined,
        hardwareVersion: row.hardware_version ?? undefined,
        ipAddress: row.ip_address ?? undefined,
      },
    ]),
  );
}

const wholeMs = (ms: number | null): number | undefined => (ms === null ? undefined : Math.round(ms));

/** New values of a camera; undefined leaves the column as it is. */
export interface CameraWrite {
  readonly cameraId: string;
  /** Used for a new row only: the name is the owner's. */
  readonly defaultName: string;
  readonly lastSeenMs: number | undefined;
  readonly firmwareVersion: string | undefined;
  readonly hardwareVersion: string | undefined;
  readonly ipAddress: string | undefined;
  /** Reported mode, lower case. */
  readonly status: string | undefined;
  readonly statusReportedAtMs: number | undefined;
  readonly connected: boolean;
  /** When `connected` changed, if it did. */
  readonly connectionChangedAtMs: number | undefined;
  readonly brokerSession: number | undefined;
  readonly brokerSessionEnded: boolean;
  readonly restoredSession: string | undefined;
  readonly batteryLevel: number | undefined;
  readonly signalStrength: number | undefined;
  readonly temperature: number | undefined;
  readonly uptimeSeconds: number | undefined;
}

/** Inserts or updates cameras; a change of connection puts `camera-connected` or `camera-disconnected` in the outbox. */
export async function writeCameras(db: Queryable, cameras: readonly CameraWrite[]): Promise<void> {
  if (cameras.length === 0) return;
  const sorted = [...cameras].sort((a, b) => (a.cameraId < b.cameraId ? -1 : 1));
  await db.query({
    name: 'ingest-write-cameras',
    text: `with written as (
        insert into camera_registry as c (camera_id, camera_name, last_seen, firmware_version, hardware_version, ip_address,
          status, status_reported_at, connection_status, connection_timestamp, broker_session, broker_session_ended,
          restored_session, battery_level, signal_strength, temperature, uptime_seconds)
        select camera_id, camera_name, to_timestamp(seen_ms / 1000), firmware, hardware, ip, coalesce(mode, 'unknown'),
          to_timestamp(mode_ms / 1000), connection, to_timestamp(connection_ms / 1000), session, session_ended, restored,
          battery, signal, temperature, uptime
        from unnest($1::text[], $2::text[], $3::float8[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[],
          $9::text[], $10::float8[], $11::text[], $12::boolean[], $13::text[], $14::float8[], $15::float8[],
          $16::float8[], $17::float8[])
          as g(camera_id, camera_name, seen_ms, firmware, hardware, ip, mode, mode_ms, connection, connection_ms, session,
            session_ended, restored, battery, signal, temperature, uptime)
        on conflict (camera_id) do update set
          last_seen = greatest(c.last_seen, excluded.last_seen),
          firmware_version = coalesce(excluded.firmware_version, c.firmware_version),
          hardware_version = coalesce(excluded.hardware_version, c.hardware_version),
          ip_address = coalesce(excluded.ip_address, c.ip_address),
          status = case when excluded.status_reported_at is null then c.status else excluded.status end,
          status_reported_at = coalesce(excluded.status_reported_at, c.status_reported_at),
          connection_status = excluded.connection_status,
          connection_timestamp = case when c.connection_status = excluded.connection_status
            then c.connection_timestamp else coalesce(excluded.connection_timestamp, now()) end,
          broker_session = excluded.broker_session,
          broker_session_ended = excluded.broker_session_ended,
          restored_session = coalesce(excluded.restored_session, c.restored_session),
          battery_level = coalesce(excluded.battery_level, c.battery_level),
          signal_strength = coalesce(excluded.signal_strength, c.signal_strength),
          temperature = coalesce(excluded.temperature, c.temperature),
          uptime_seconds = coalesce(excluded.uptime_seconds, c.uptime_seconds),
          updated_at = now()
        returning new.camera_id, new.camera_name, new.connection_status, new.connection_timestamp,
          coalesce(old.connection_status, 'disconnected') <> new.connection_status as changed)
      insert into outbox (topic, camera_id, payload)
      select 'camera-' || connection_status, camera_id,
        jsonb_build_object('cameraName', camera_name, 'at', connection_timestamp, 'recordedAt', now())
      from written where changed`,
    values: [
      sorted.map((row) => row.cameraId),
      sorted.map((row) => row.defaultName),
      sorted.map((row) => row.lastSeenMs ?? null),
      sorted.map((row) => row.firmwareVersion ?? null),
      sorted.map((row) => row.hardwareVersion ?? null),
      sorted.map((row) => row.ipAddress ?? null),
      sorted.map((row) => row.status ?? null),
      sorted.map((row) => row.statusReportedAtMs ?? null),
      sorted.map((row) => (row.connected ? 'connected' : 'disconnected')),
      sorted.map((row) => row.connectionChangedAtMs ?? null),
      sorted.map((row) => (row.brokerSession === undefined ? null : String(row.brokerSession))),
      sorted.map((row) => row.brokerSessionEnded),
      sorted.map((row) => row.restoredSession ?? null),
      sorted.map((row) => row.batteryLevel ?? null),
      sorted.map((row) => row.signalStrength ?? null),
      sorted.map((row) => row.temperature ?? null),
      sorted.map((row) => row.uptimeSeconds ?? null),
    ],
  });
}

export interface StatusEventRow {
  readonly cameraId: string;
  readonly eventType: 'connection' | 'disconnect' | 'heartbeat' | 'state' | 'message';
  readonly status: string | undefined;
  /** Orders lists. */
  readonly timestampMs: number;
  readonly reportedAtMs: number | undefined;
  readonly receivedAtMs: number;
  /** The broker says it may have sent this before. */
  readonly redelivered: boolean;
  readonly clientId: string | undefined;
  readonly ipAddress: string | undefined;
  readonly firmwareVersion: string | undefined;
  readonly batteryLevel: number | undefined;
  readonly temperature: number | undefined;
  readonly uptime: number | undefined;
  readonly signalStrength: number | undefined;
  /** JSON text. */
  readonly rawPayload: string | undefined;
  /** Hex; of topic and payload. */
  readonly digest: string;
}

/** A redelivered message without a time of its own is looked for among those received within the last day. */
export async function insertStatusEvents(db: Queryable, rows: readonly StatusEventRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db.query({
    name: 'ingest-status-events',
    text: `insert into status_events (camera_id, camera_name, event_type, status, timestamp, reported_at, received_at,
        client_id, ip_address, firmware_version, battery_level, temperature, uptime, signal_strength, raw_payload, digest)
      select g.camera_id, c.camera_name, event_type, g.status, to_timestamp(at_ms / 1000), to_timestamp(reported_ms / 1000),
        to_timestamp(received_ms / 1000), client_id, ip, firmware, battery, g.temperature, uptime, signal, raw::jsonb,
        decode(digest, 'hex')
      from unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::float8[], $7::boolean[], $8::text[],
        $9::text[], $10::text[], $11::float8[], $12::float8[], $13::float8[], $14::float8[], $15::text[], $16::text[])
        with ordinality as g(camera_id, event_type, status, at_ms, reported_ms, received_ms, redelivered, client_id, ip, firmware, battery,
          temperature, uptime, signal, raw, digest, position)
      join camera_registry c on c.camera_id = g.camera_id
      where not (redelivered and reported_ms is null and exists (
        select from status_events s where s.camera_id = g.camera_id and s.event_type = g.event_type
          and s.timestamp > to_timestamp(at_ms / 1000) - interval '1 day' and s.digest = decode(g.digest, 'hex')))
      order by position
      on conflict (camera_id, event_type, timestamp, digest) do nothing`,
    values: [
      rows.map((row) => row.cameraId),
      rows.map((row) => row.eventType),
      rows.map((row) => row.status ?? null),
      rows.map((row) => row.timestampMs),
      rows.map((row) => row.reportedAtMs ?? null),
      rows.map((row) => row.receivedAtMs),
      rows.map((row) => row.redelivered),
      rows.map((row) => row.clientId ?? null),
      rows.map((row) => row.ipAddress ?? null),
      rows.map((row) => row.firmwareVersion ?? null),
      rows.map((row) => row.batteryLevel ?? null),
      rows.map((row) => row.temperature ?? null),
      rows.map((row) => row.uptime ?? null),
      rows.map((row) => row.signalStrength ?? null),
      rows.map((row) => row.rawPayload ?? null),
      rows.map((row) => row.digest),
    ],
  });
}

/** Cameras that count as connected but were last heard before the given instant. */
export async function silentCameras(db: Queryable, heardBeforeMs: number): Promise<string[]> {
  const { rows } = await db.query<{ camera_id: string }>(
    `select camera_id from camera_registry where connection_status = 'connected'
       and coalesce(greatest(last_seen, connection_timestamp), '-infinity') < to_timestamp($1::float8 / 1000)`,
    [heardBeforeMs],
  );
  return rows.map((row) => row.camera_id);
}

/** Cameras whose broker session is, as far as we know, still up. */
export async function camerasWithSession(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ camera_id: string }>(
    'select camera_id from camera_registry where broker_session is not null and not broker_session_ended',
  );
  return rows.map((row) => row.camera_id);
}

/** Partitions of the months ahead. */
export async function maintain(db: Queryable): Promise<void> {
  await db.query('select ensure_status_partitions()');
}
