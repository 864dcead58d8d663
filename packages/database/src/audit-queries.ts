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

export interface AuditFilter {
  readonly actor?: string | undefined;
  /** The word, or its beginning. */
  readonly action?: string | undefined;
  readonly cameraId?: string | undefined;
  readonly eventId?: string | undefined;
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
}

export async function listAudit(
  db: Queryable,
  limit: number,
  after: AuditPosition | undefined,
  filter: AuditFilter = {},
): Promise<{ entries: AuditRow[]; next: AuditPosition | undefined }> {
  const { rows } = await db.query<AuditRow>(
    `select audit_id as "auditId", at, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "atExact",
       actor, action, camera_id as "cameraId", event_id as "eventId", address, details
     from audit_log where ($2::timestamptz is null or (at, audit_id) < ($2, $3::bigint))
       and ($4::text is null or actor = $4) and ($5::text is null or starts_with(action, $5))
       and ($6::text is null or camera_id = $6) and ($7::text is null or event_id = $7)
       and ($8::timestamptz is null or at >= $8) and ($9::timestamptz is null or at < $9)
     order by at desc, audit_id desc limit $1`,
    [
      limit + 1,
      after?.atExact ?? null,
      after?.auditId ?? null,
      filter.actor ?? null,
      filter.action ?? null,
      filter.cameraId ?? null,
      filter.eventId ?? null,
      filter.from ?? null,
      filter.to ?? null,
    ],
  );
  const entries = rows.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: rows.length > limit ? last : undefined };
}
