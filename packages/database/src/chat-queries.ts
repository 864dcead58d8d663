/** What the bot needs of cameras and events to answer people in a chat. */
import { eventVisible } from './event-queries.ts';
import type { Queryable } from './pool.ts';

export interface LastPicture {
  readonly eventId: string;
  /** Relative to DATA_DIR. */
  readonly thumbnailPath: string;
  readonly takenAt: Date;
}

/** The newest picture of a camera that is still there. */
export async function lastPicture(db: Queryable, cameraId: string): Promise<LastPicture | undefined> {
  const { rows } = await db.query<LastPicture>(
    `select event_id as "eventId", thumbnail_path as "thumbnailPath", start_timestamp as "takenAt"
     from activity_events e
     where camera_id = $1 and thumbnail_path is not null and ${eventVisible}
     order by start_timestamp desc, event_id desc limit 1`,
    [cameraId],
  );
  return rows[0];
}

/** Camera id → start of its newest event. */
export async function lastEventTimes(db: Queryable): Promise<Map<string, Date>> {
  const { rows } = await db.query<{ cameraId: string; at: Date }>(
    `select c.camera_id as "cameraId", e.start_timestamp as at
     from camera_registry c cross join lateral (
       select start_timestamp from activity_events e
       where e.camera_id = c.camera_id and ${eventVisible} order by start_timestamp desc limit 1
     ) e`,
  );
  return new Map(rows.map(({ cameraId, at }) => [cameraId, at]));
}

/** Events a message is about: one, or those of a summary. */
export async function eventsOfMessage(
  db: Queryable,
  channel: string,
  target: string,
  messageId: string,
): Promise<{ eventId: string; cameraId: string }[]> {
  const { rows } = await db.query<{ eventId: string; cameraId: string }>(
    `select event_id as "eventId", camera_id as "cameraId" from notification_deliveries
     where channel = $1 and target = $2 and message_id = $3 and event_id is not null`,
    [channel, target, messageId],
  );
  return rows;
}

/** Marks events as looked at for every account: a household's chat speaks for the household. */
export async function markReviewedByAll(db: Queryable, eventIds: readonly string[]): Promise<void> {
  await db.query(
    `insert into event_reviews (user_id, event_id)
     select u.user_id, e.event_id from users u cross join activity_events e where e.event_id = any($1)
     on conflict do nothing`,
    [eventIds],
  );
}
