/** `notification_rules` as rows; what a rule means is decided by @apiary/notification-rules. */
import type { Queryable } from './pool.ts';

export interface RuleRow {
  /** Null: the whole house. */
  readonly cameraId: string | null;
  /** A NotificationRule, not yet checked. */
  readonly rule: unknown;
  readonly updatedBy: string;
  readonly updatedAt: Date;
}

export async function listRules(db: Queryable): Promise<RuleRow[]> {
  const { rows } = await db.query<RuleRow>({
    name: 'notification-rules',
    text: `select camera_id as "cameraId", rule, updated_by as "updatedBy", updated_at as "updatedAt"
      from notification_rules order by camera_id nulls first`,
  });
  return rows;
}

/** Replaces the rule of a camera, or of the house (null). */
export async function saveRule(
  db: Queryable,
  cameraId: string | null,
  rule: object,
  updatedBy: string,
): Promise<void> {
  await db.query(
    `insert into notification_rules (camera_id, rule, updated_by) values ($1, $2, $3)
     on conflict (camera_id) do update set rule = excluded.rule, updated_by = excluded.updated_by, updated_at = now()`,
    [cameraId, JSON.stringify(rule), updatedBy],
  );
}

/** The level above holds again. False: there was none. */
export async function deleteRule(db: Queryable, cameraId: string | null): Promise<boolean> {
  const { rowCount } = await db.query(
    'delete from notification_rules where camera_id is not distinct from $1',
    [cameraId],
  );
  return (rowCount ?? 0) > 0;
}
