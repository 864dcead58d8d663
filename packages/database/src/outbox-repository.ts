/**
 * The outbox as its reader sees it: facts written in the transaction of their cause. Taking rows and writing what they
 * led to is one transaction of the caller's, so none is lost and none counts twice.
 */
import type { Queryable } from './pool.ts';

export interface OutboxRow {
  readonly outboxId: number;
  readonly topic:
    'event-started' | 'event-thumbnail' | 'event-recording' | 'camera-connected' | 'camera-disconnected';
  readonly cameraId: string;
  readonly eventId: string | null;
  /** event-started: kind, startedAt (ISO 8601). camera-…: at. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

/** Removes and returns the oldest rows, oldest first. */
export async function takeOutbox(db: Queryable, limit: number): Promise<OutboxRow[]> {
  const { rows } = await db.query<OutboxRow>({
    name: 'outbox-take',
    text: `delete from outbox where outbox_id in (select outbox_id from outbox order by outbox_id limit $1)
      returning outbox_id as "outboxId", topic, camera_id as "cameraId", event_id as "eventId", payload,
        created_at as "createdAt"`,
    values: [limit],
  });
  return rows.toSorted((a, b) => a.outboxId - b.outboxId);
}
