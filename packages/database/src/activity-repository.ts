/**
 * SQL of the activity lifecycle (contract §7) as the processor writes it: one statement takes starts and stops of many
 * events in any order, any number of times. Columns of recordings and thumbnails belong to the config-server and are
 * never touched here.
 */
import type { ActivityKind } from '@apiary/contract';
import type { Queryable } from './ingest-repository.ts';

/** What the messages of a batch say about one event. Times in milliseconds since 1970. */
export interface ActivityChange {
  readonly eventId: string;
  readonly cameraId: string;
  readonly activityType: string;
  /** false: the type is the default and does not replace a known one. */
  readonly activityTypeGiven: boolean;
  readonly kind: ActivityKind;
  readonly start: ActivityStart | undefined;
  readonly stop: ActivityStop | undefined;
  readonly confidence: number | undefined;
  /** JSON text. */
  readonly region: string | undefined;
}

export interface ActivityStart {
  /** Effective time: orders lists. */
  readonly atMs: number;
  readonly source: 'camera' | 'receipt';
  readonly reportedMs: number | undefined;
  readonly receivedMs: number;
  /** false: a snapshot or an unknown activity message. It makes the event known, and a later start still counts. */
  readonly counts: boolean;
}

export interface ActivityStop {
  readonly atMs: number;
  readonly reportedMs: number | undefined;
  readonly receivedMs: number;
}

export interface ActivityResult {
  readonly written: number;
  readonly started: number;
  readonly stopped: number;
  /** The event id belongs to another camera: nothing was written. */
  readonly refused: readonly { eventId: string; cameraId: string }[];
}

// Fragments of the update: `e` is the row as it is, `excluded` what the batch brings.
const takesStart = `(e.start_received_at is null and (excluded.start_received_at is not null
  or (excluded.start_source in ('camera', 'receipt') and e.start_source in ('upload', 'stop'))))`;
const takesStop = '(excluded.stop_received_at is not null and e.stop_received_at is null)';
const source = `case when ${takesStart} then excluded.start_source else e.start_source end`;
// An upload's receipt is no proof of when the event began: it began no later than it ended.
const startAt = `case when ${takesStart} then excluded.start_timestamp
  when ${takesStop} and e.start_source = 'upload' then least(e.start_timestamp, excluded.end_timestamp)
  else e.start_timestamp end`;
const stopAt = `case when ${takesStop} then excluded.end_timestamp else e.end_timestamp end`;
const typeTaken = `(${takesStart} and (excluded.activity_type <> 'MOTION' or
  (select g.type_given from given g where g.event_id = excluded.event_id)))`;

const upsert = `with given as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::text[], $6::float8[], $7::text[],
      $8::float8[], $9::float8[], $10::float8[], $11::float8[], $12::float8[], $13::float8[], $14::text[])
      as g(event_id, camera_id, activity_type, type_given, kind, start_ms, source, reported_start_ms, start_received_ms,
        end_ms, reported_end_ms, stop_received_ms, confidence, region)),
  changed as (
    insert into activity_events as e (event_id, camera_id, camera_name, activity_type, kind, start_timestamp, start_source,
      reported_start, start_received_at, end_timestamp, reported_end, stop_received_at, duration_seconds, confidence, region)
    select g.event_id, g.camera_id, c.camera_name, g.activity_type, g.kind,
      to_timestamp(coalesce(start_ms, end_ms) / 1000), g.source, to_timestamp(reported_start_ms / 1000),
      to_timestamp(start_received_ms / 1000),
      case when end_ms is not null then to_timestamp(greatest(start_ms, end_ms) / 1000) end,
      to_timestamp(reported_end_ms / 1000), to_timestamp(stop_received_ms / 1000),
      case when start_ms is not null and end_ms is not null then greatest(0, (end_ms - start_ms) / 1000) end,
      g.confidence, g.region::jsonb
    from given g join camera_registry c on c.camera_id = g.camera_id
    order by g.event_id
    on conflict (event_id) do update set
      camera_name = coalesce(e.camera_name, excluded.camera_name),
      activity_type = case when ${typeTaken} then excluded.activity_type else e.activity_type end,
      kind = case when ${typeTaken} then excluded.kind else e.kind end,
      start_timestamp = ${startAt},
      start_source = ${source},
      reported_start = case when ${takesStart} then excluded.reported_start else e.reported_start end,
      start_received_at = case when ${takesStart} then excluded.start_received_at else e.start_received_at end,
      end_timestamp = case when ${stopAt} is not null then greatest(${stopAt}, ${startAt}) end,
      reported_end = case when ${takesStop} then excluded.reported_end else e.reported_end end,
      stop_received_at = coalesce(e.stop_received_at, excluded.stop_received_at),
      duration_seconds = case when ${stopAt} is not null and ${source} in ('camera', 'receipt')
        then greatest(0, extract(epoch from ${stopAt} - ${startAt})) end,
      confidence = case when ${takesStart} then coalesce(excluded.confidence, e.confidence)
        else coalesce(e.confidence, excluded.confidence) end,
      region = case when ${takesStart} then coalesce(excluded.region, e.region)
        else coalesce(e.region, excluded.region) end,
      updated_at = now()
    where e.camera_id = excluded.camera_id and (${takesStart} or ${takesStop})
    returning new.event_id, new.camera_id, new.camera_name, new.activity_type, new.kind, new.start_timestamp,
      new.reported_start, new.start_received_at,
      (old.start_received_at is null and new.start_received_at is not null) as started,
      (old.stop_received_at is null and new.stop_received_at is not null) as stopped),
  announced as (
    insert into outbox (topic, camera_id, event_id, payload, dedupe_key)
    select 'event-started', camera_id, event_id,
      jsonb_build_object('cameraName', camera_name, 'activityType', activity_type, 'kind', kind,
        'startedAt', start_timestamp, 'reportedAt', reported_start, 'receivedAt', start_received_at),
      'event-started:' || event_id
    from changed where started
    on conflict (dedupe_key) do nothing)
  select event_id, started, stopped from changed`;

/**
 * Inserts or completes events and puts `event-started` in the outbox for every start that counts, once an event id.
 * The cameras' rows must exist.
 */
export async function writeActivities(
  db: Queryable,
  changes: readonly ActivityChange[],
): Promise<ActivityResult> {
  let written = 0;
  let started = 0;
  let stopped = 0;
  const refused: { eventId: string; cameraId: string }[] = [];
  // One statement touches an event id once; a second camera naming the same id has to wait for the next round.
  for (const round of rounds(changes)) {
    const { rows } = await db.query<{ event_id: string; started: boolean; stopped: boolean }>({
      name: 'ingest-activities',
      text: upsert,
      values: [
        round.map((row) => row.eventId),
        round.map((row) => row.cameraId),
        round.map((row) => row.activityType),
        round.map((row) => row.activityTypeGiven),
        round.map((row) => row.kind),
        round.map((row) => row.start?.atMs ?? null),
        round.map((row) => row.start?.source ?? 'stop'),
        round.map((row) => row.start?.reportedMs ?? null),
        round.map((row) => (row.start?.counts === true ? row.start.receivedMs : null)),
        round.map((row) => row.stop?.atMs ?? null),
        round.map((row) => row.stop?.reportedMs ?? null),
        round.map((row) => row.stop?.receivedMs ?? null),
        round.map((row) => row.confidence ?? null),
        round.map((row) => row.region ?? null),
      ],
    });
    written += rows.length;
    started += rows.filter((row) => row.started).length;
    stopped += rows.filter((row) => row.stopped).length;
    if (rows.length < round.length) {
      const done = new Set(rows.map((row) => row.event_id));
      refused.push(
        ...(await foreignEvents(
          db,
          round.filter((row) => !done.has(row.eventId)),
        )),
      );
    }
  }
  return { written, started, stopped, refused };
}

function rounds(changes: readonly ActivityChange[]): ActivityChange[][] {
  const result: { ids: Set<string>; changes: ActivityChange[] }[] = [];
  for (const change of changes) {
    let round = result.find(({ ids }) => !ids.has(change.eventId));
    if (round === undefined) result.push((round = { ids: new Set(), changes: [] }));
    round.ids.add(change.eventId);
    round.changes.push(change);
  }
  return result.map((round) => round.changes);
}

/** Which of these changes named an event of another camera (the others were repeats). */
async function foreignEvents(
  db: Queryable,
  changes: readonly ActivityChange[],
): Promise<{ eventId: string; cameraId: string }[]> {
  const { rows } = await db.query<{ event_id: string; camera_id: string }>({
    name: 'ingest-foreign-events',
    text: `select g.event_id, g.camera_id from unnest($1::text[], $2::text[]) as g(event_id, camera_id)
      join activity_events e on e.event_id = g.event_id where e.camera_id <> g.camera_id`,
    values: [changes.map((row) => row.eventId), changes.map((row) => row.cameraId)],
  });
  return rows.map((row) => ({ eventId: row.event_id, cameraId: row.camera_id }));
}

/** The newest event of a camera whose id we had to make, begun no later than `beforeMs` and within `withinMs` of it. */
export async function newestMadeEvent(
  db: Queryable,
  cameraId: string,
  madePrefix: string,
  beforeMs: number,
  withinMs: number,
): Promise<{ eventId: string; stopped: boolean; reportedEndMs: number | undefined } | undefined> {
  const { rows } = await db.query<{ event_id: string; stopped: boolean; reported_ms: number | null }>({
    name: 'ingest-newest-made-event',
    text: `select event_id, stop_received_at is not null as stopped, extract(epoch from reported_end)::float8 * 1000 as reported_ms
      from activity_events where camera_id = $1 and starts_with(event_id, $2) and start_received_at is not null
        and start_timestamp between to_timestamp($3::float8 / 1000) and to_timestamp($4::float8 / 1000)
      order by start_timestamp desc, event_id desc limit 1`,
    values: [cameraId, madePrefix, beforeMs - withinMs, beforeMs],
  });
  const row = rows[0];
  return row === undefined
    ? undefined
    : {
        eventId: row.event_id,
        stopped: row.stopped,
        reportedEndMs: row.reported_ms === null ? undefined : Math.round(row.reported_ms),
      };
}
