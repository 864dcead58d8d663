/** What the notifier does with deliveries when it begins to work, and once a day. */
import type { TargetKey } from './notification-delivery-repository.ts';
import type { Queryable } from './pool.ts';

/**
 * Calls nobody heard the end of: sent again, once; where the receiver drops repeats, as often as it takes.
 * @param repeatable channels that drop repeats
 * @param olderThanSeconds 0: all; otherwise those that a statement which outlived its process left behind
 * @returns rows to be sent again, and rows given up
 */
export async function resumeUnclear(
  db: Queryable,
  repeatable: readonly string[],
  olderThanSeconds: number,
): Promise<{ again: number; givenUp: number }> {
  const { rows } = await db.query<{ again: number; given_up: number }>(
    `with settled as (
       update notification_deliveries set call_id = null, updated_at = now(),
         state = case when resent = 0 or channel = any($1) then 'waiting' else 'failed' end,
         due_at = case when resent = 0 or channel = any($1) then coalesce(due_at, now()) end,
         resent = case when resent = 0 or channel = any($1) then resent + 1 else resent end,
         reason = case when resent = 0 or channel = any($1) then reason else 'sent twice, both times without an answer' end
       where state = 'sending' and updated_at <= now() - make_interval(secs => $2) returning state)
     select count(*) filter (where state = 'waiting')::int as again, count(*) filter (where state = 'failed')::int as given_up
     from settled`,
    [repeatable, olderThanSeconds],
  );
  return { again: rows[0]?.again ?? 0, givenUp: rows[0]?.given_up ?? 0 };
}

/** Ends what is still to do for a target that is configured no more. */
export async function abandonTarget(db: Queryable, { channel, target }: TargetKey): Promise<number> {
  const { rowCount } = await db.query(
    `update notification_deliveries set due_at = null, updated_at = now(), amendable = false,
       state = case when state = 'waiting' then 'failed' else state end,
       reason = case when state = 'waiting' then 'no longer configured' else reason end
     where channel = $1 and target = $2 and due_at is not null and state <> 'sending'`,
    [channel, target],
  );
  return rowCount ?? 0;
}

/** When messages went out lately, one instant a call: pacing goes on where it was. */
export async function recentCalls(
  db: Queryable,
  { channel, target }: TargetKey,
  withinMs: number,
): Promise<number[]> {
  const { rows } = await db.query<{ ago: number }>(
    `select distinct on (call_id) (extract(epoch from now() - sent_at) * 1000)::float8 as ago
     from notification_deliveries
     where channel = $1 and target = $2 and sent_at > now() - make_interval(secs => $3)
     order by call_id`,
    [channel, target, withinMs / 1000],
  );
  return rows.map(({ ago }) => ago);
}

/** Forgets what is long over. */
export async function forgetDeliveries(db: Queryable, olderThanDays: number): Promise<number> {
  const { rowCount } = await db.query(
    'delete from notification_deliveries where created_at < now() - make_interval(days => $1)',
    [olderThanDays],
  );
  return rowCount ?? 0;
}
