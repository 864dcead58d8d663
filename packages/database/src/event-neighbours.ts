/** The events before and after one, for stepping from event to event. Each is one step along an index. */
import type { EventPosition } from './event-list.ts';
import { eventVisible } from './event-queries.ts';
import type { Queryable } from './pool.ts';

export interface EventNeighbours {
  /** Null: this is the newest. */
  readonly newer: string | null;
  /** Null: this is the oldest. */
  readonly older: string | null;
}

/** @param cameraIds undefined: of every camera */
export async function readNeighbours(
  db: Queryable,
  of: EventPosition,
  cameraIds: readonly string[] | undefined,
): Promise<EventNeighbours> {
  const [newer, older] = await Promise.all([
    neighbour(db, of, cameraIds, '>', 'asc'),
    neighbour(db, of, cameraIds, '<', 'desc'),
  ]);
  return { newer, older };
}

async function neighbour(
  db: Queryable,
  { startExact, eventId }: EventPosition,
  cameraIds: readonly string[] | undefined,
  comparison: '<' | '>',
  direction: 'asc' | 'desc',
): Promise<string | null> {
  const order = `order by e.start_timestamp ${direction}, e.event_id ${direction} limit 1`;
  const step = `select e.event_id, e.start_timestamp from activity_events e where ${eventVisible}
    and (e.start_timestamp, e.event_id) ${comparison} ($1::timestamptz, $2::text)`;
  const { rows } = await db.query<{ eventId: string }>(
    cameraIds === undefined
      ? `select e.event_id as "eventId" from (${step} ${order}) e`
      : `select e.event_id as "eventId" from unnest($3::text[]) as one_camera
         cross join lateral (${step} and e.camera_id = one_camera ${order}) e ${order}`,
    cameraIds === undefined ? [startExact, eventId] : [startExact, eventId, cameraIds],
  );
  return rows[0]?.eventId ?? null;
}
