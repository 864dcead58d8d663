/** Reads of `notification_deliveries` for the screen that shows what became of alerts, newest first, by keyset. */
import type { Queryable } from './pool.ts';

export const deliveryStates = ['waiting', 'sending', 'sent', 'summarised', 'suppressed', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export interface ListedDelivery {
  readonly deliveryId: number;
  readonly channel: string;
  readonly target: string;
  readonly kind: 'motion' | 'person' | 'sound' | 'online' | 'offline';
  readonly cameraId: string;
  readonly cameraName: string;
  readonly eventId: string | null;
  readonly happenedAt: Date;
  readonly state: DeliveryState;
  readonly reason: string | null;
  readonly shown: 'nothing' | 'text' | 'picture';
  readonly attempts: number;
  readonly lastError: string | null;
  readonly sentAt: Date | null;
  readonly latencyMs: number | null;
}

export interface DeliveryFilter {
  readonly channel?: string | undefined;
  readonly state?: DeliveryState | undefined;
  readonly cameraId?: string | undefined;
  /** Goes on below this id. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/** `next`: the id to go on from; undefined: that was all. */
export async function listDeliveries(
  db: Queryable,
  { channel, state, cameraId, after, limit }: DeliveryFilter,
): Promise<{ deliveries: ListedDelivery[]; next: number | undefined }> {
  const { rows } = await db.query<ListedDelivery>(
    `select d.delivery_id as "deliveryId", d.channel, d.target, d.kind, d.camera_id as "cameraId",
       c.camera_name as "cameraName", d.event_id as "eventId", d.happened_at as "happenedAt", d.state, d.reason,
       d.shown, d.attempts, d.last_error as "lastError", d.sent_at as "sentAt", d.latency_ms as "latencyMs"
     from notification_deliveries d join camera_registry c using (camera_id)
     where ($1::text is null or d.channel = $1) and ($2::text is null or d.state = $2)
       and ($3::text is null or d.camera_id = $3) and ($4::bigint is null or d.delivery_id < $4)
     order by d.delivery_id desc limit $5`,
    [channel ?? null, state ?? null, cameraId ?? null, after ?? null, limit + 1],
  );
  const deliveries = rows.slice(0, limit);
  return { deliveries, next: rows.length > limit ? deliveries.at(-1)?.deliveryId : undefined };
}
