/** Facts of the past, for a dry run of rules: events that began, and changes of a camera's connection. Paged by keyset. */
import { eventVisible } from './event-queries.ts';
import type { Queryable } from './pool.ts';

export interface PastFact {
  readonly cameraId: string;
  readonly kind: 'motion' | 'person' | 'sound' | 'online' | 'offline';
  readonly at: Date;
}

const pageSize = 2000;

/**
 * Oldest first, in pages. Connection changes are those a camera or the broker reported; one that was only concluded
 * from silence left no row and is not counted.
 * @param from inclusive
 * @param to exclusive
 * @param cameras undefined: all
 */
export async function* pastFacts(
  db: Queryable,
  from: Date,
  to: Date,
  cameras?: readonly string[],
): AsyncGenerator<PastFact[]> {
  let after: { exact: string; key: string } = { exact: from.toISOString(), key: '' };
  for (;;) {
    const { rows } = await db.query<PastFact & { exact: string; key: string }>({
      text: page,
      values: [after.exact, after.key, to, cameras ?? null, pageSize, from],
    });
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last;
  }
}

// An event no start message came for was never told to anybody. Keys keep two facts of one instant apart.
const page = `with facts as (
    (select camera_id, kind, start_timestamp as at, 'event:' || event_id as key
     from activity_events e
     where start_timestamp >= $1::timestamptz and start_timestamp < $3 and start_received_at is not null
       and ($4::text[] is null or camera_id = any($4)) and ${eventVisible}
       and (start_timestamp, 'event:' || event_id) > ($1::timestamptz, $2)
     order by start_timestamp, 'event:' || event_id limit $5)
    union all
    (select camera_id, case event_type when 'connection' then 'online' else 'offline' end, timestamp,
       'status:' || status_event_id
     from (
       select camera_id, event_type, timestamp, status_event_id,
         lag(event_type) over (partition by camera_id order by timestamp, status_event_id) as before
       from status_events
       where event_type in ('connection', 'disconnect') and timestamp >= $6 and timestamp < $3
         and ($4::text[] is null or camera_id = any($4))
     ) s
     where before is distinct from event_type and (timestamp, 'status:' || status_event_id) > ($1::timestamptz, $2)
     order by timestamp, 'status:' || status_event_id limit $5)
  )
  select camera_id as "cameraId", kind, at, key,
    to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as exact
  from facts order by at, key limit $5`;
