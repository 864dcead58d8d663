/**
 * `house_requests`: somebody in a chat wants the house armed or disarmed. The notifier asks and waits, the dashboard
 * carries it out; a request is taken once, and never after the one who asked was told that it failed.
 */
import type { Queryable } from './pool.ts';

export type HouseWish = 'arm' | 'disarm';

export interface HouseOutcome {
  /** Cameras that were told. */
  readonly told: number;
  /** Cameras that are away, and are told when they connect. */
  readonly later: number;
  /** Names of cameras that could not be told. */
  readonly failed: readonly string[];
  /** Nothing was done at all, and why. */
  readonly error?: string;
}

export interface HouseRequest {
  readonly requestId: string;
  readonly wish: HouseWish;
  /** As the audit log is to name them. */
  readonly askedBy: string;
}

/** @returns its id */
export async function askHouse(db: Queryable, wish: HouseWish, askedBy: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    'insert into house_requests (wish, asked_by) values ($1, $2) returning request_id as id',
    [wish, askedBy],
  );
  return rows[0]?.id ?? '';
}

export async function readHouseOutcome(db: Queryable, requestId: string): Promise<HouseOutcome | undefined> {
  const { rows } = await db.query<{ outcome: HouseOutcome }>(
    'select outcome from house_requests where request_id = $1 and done_at is not null',
    [requestId],
  );
  return rows[0]?.outcome;
}

/** True: nobody had begun, and nobody will. */
export async function withdrawHouseRequest(db: Queryable, requestId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'update house_requests set taken_at = now() where request_id = $1 and taken_at is null',
    [requestId],
  );
  return rowCount === 1;
}

/** Takes what was asked in the last `maxAgeSeconds`, oldest first. What is older was given up by the one who asked. */
export async function takeHouseRequests(db: Queryable, maxAgeSeconds: number): Promise<HouseRequest[]> {
  const { rows } = await db.query<HouseRequest>(
    `with taken as (
       update house_requests set taken_at = now()
       where request_id in (
         select request_id from house_requests
         where taken_at is null and asked_at > now() - make_interval(secs => $1) for update skip locked
       ) returning request_id, wish, asked_by, asked_at
     ) select request_id as "requestId", wish, asked_by as "askedBy" from taken order by asked_at`,
    [maxAgeSeconds],
  );
  return rows;
}

export async function finishHouseRequest(
  db: Queryable,
  requestId: string,
  outcome: HouseOutcome,
): Promise<void> {
  await db.query('update house_requests set outcome = $2, done_at = now() where request_id = $1', [
    requestId,
    JSON.stringify(outcome),
  ]);
}

export async function forgetHouseRequests(db: Queryable, olderThanDays: number): Promise<void> {
  await db.query('delete from house_requests where asked_at < now() - make_interval(days => $1)', [
    olderThanDays,
  ]);
}
