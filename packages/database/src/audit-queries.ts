/** Reads of the audit log, newest first, by keyset. Writing is audit-repository.ts. */
import type { Queryable } from './pool.ts';

export interface AuditRow {
  readonly auditId: number;
  readonly at: Date;
  /** `at` with microseconds, for the keyset position. */
  readonly atExact: string;
  readonly actor: string;
  readonly action: string;
  readonly cameraId: string | null;
  readonly eventId: string | null;
  readonly address: string | null;
  readonly details: Record<string, unknown>;
}

export interface AuditPosition {
  readonly atExact: string;
  readonly auditId: number;
}

export async function listAudit(
  db: Queryable,
  limit: number,
  after: AuditPosition | undefined,
): Promise<{ entries: AuditRow[]; next: AuditPosition | undefined }> {
  const { rows } = await db.query<AuditRow>(
    `select audit_id as "auditId", at, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "atExact",
       actor, action, camera_id as "cameraId", event_id as "eventId", address, details
     from audit_log ${after === undefined ? '' : 'where (at, audit_id) < ($2::timestamptz, $3::bigint)'}
     order by at desc, audit_id desc limit $1`,
    after === undefined ? [limit + 1] : [limit + 1, after.atExact, after.auditId],
  );
  const entries = rows.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: rows.length > limit ? last : undefined };
}
