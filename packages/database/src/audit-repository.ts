/** Append-only record of what people and cameras were given or did. No service may change or delete a row. */
import type pg from 'pg';

/** A pool or a client inside a transaction. */
export type Queryable = Pick<pg.Pool | pg.PoolClient, 'query'>;

export interface AuditEntry {
  /** Who: a user name, `camera <id>`, or a service name. */
  readonly actor: string;
  /** What, as a stable snake_case word: `certificate_issued`, `login_succeeded`, `mode_requested`. */
  readonly action: string;
  readonly cameraId?: string;
  readonly eventId?: string;
  /** IP address of the peer's socket. */
  readonly address?: string;
  /** Anything else worth keeping; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** When it happened; the row's own time when left out. */
  readonly at?: Date;
}

/** Writes one row. Inside a transaction it is kept or lost with its cause. */
export async function recordAudit(client: Queryable, entry: AuditEntry): Promise<void> {
  await recordAudits(client, [entry]);
}

/** Writes many rows in one statement. */
export async function recordAudits(client: Queryable, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await client.query(
    `insert into audit_log (at, actor, action, camera_id, event_id, address, details)
     select coalesce(at, now()), actor, action, camera_id, event_id, address, coalesce(details, '{}')
     from jsonb_to_recordset($1::jsonb) as entry
       (at timestamptz, actor text, action text, camera_id text, event_id text, address text, details jsonb)`,
    [
      JSON.stringify(
        entries.map((entry) => ({
          at: entry.at?.toISOString(),
          actor: entry.actor,
          action: entry.action,
          camera_id: entry.cameraId,
          event_id: entry.eventId,
          address: entry.address,
          details: entry.details,
        })),
      ),
    ],
  );
}
