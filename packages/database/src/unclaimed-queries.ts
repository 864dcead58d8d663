/** Ids that asked for configuration and were never heard of since: what the owner sees of them and decides. */
import type { Queryable } from './pool.ts';

export interface UnclaimedRow {
  readonly cameraId: string;
  readonly address: string | null;
  readonly configRequests: number;
  readonly certificateRequests: number;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  readonly approvedAt: Date | null;
  readonly blockedAt: Date | null;
}

const columns = `camera_id as "cameraId", address, config_requests as "configRequests",
  certificate_requests as "certificateRequests", first_seen as "firstSeen", last_seen as "lastSeen",
  approved_at as "approvedAt", blocked_at as "blockedAt"`;

/** The most recent first; bounded, because anyone on the LAN can make up ids. */
export async function listUnclaimed(db: Queryable, limit = 200): Promise<UnclaimedRow[]> {
  const { rows } = await db.query<UnclaimedRow>(
    `select ${columns} from unclaimed_cameras order by last_seen desc, camera_id limit $1`,
    [limit],
  );
  return rows;
}

export async function readUnclaimed(db: Queryable, cameraId: string): Promise<UnclaimedRow | undefined> {
  const { rows } = await db.query<UnclaimedRow>(
    `select ${columns} from unclaimed_cameras where camera_id = $1`,
    [cameraId],
  );
  return rows[0];
}

/** The id was given certificates within the last day. */
export async function certificateIssued(db: Queryable, cameraId: string): Promise<boolean> {
  const { rows } = await db.query<{ issued: boolean }>(
    `select exists (select from audit_log where at > now() - interval '1 day'
       and camera_id = $1 and action = 'certificate_issued') as issued`,
    [cameraId],
  );
  return rows[0]?.issued === true;
}

/** The row as decided, or undefined when the id is not (or no longer) unclaimed. */
export async function decideUnclaimed(
  db: Queryable,
  cameraId: string,
  decision: 'approve' | 'block',
): Promise<UnclaimedRow | undefined> {
  const { rows } = await db.query<UnclaimedRow>(
    `update unclaimed_cameras set
       approved_at = case when $2 then now() end, blocked_at = case when not $2 then now() end
     where camera_id = $1 returning ${columns}`,
    [cameraId, decision === 'approve'],
  );
  return rows[0];
}
