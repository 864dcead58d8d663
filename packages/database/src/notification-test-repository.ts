/** `notification_tests`: the dashboard wants a test message sent, the notifier, who has the credentials, sends it. */
import type { Queryable } from './pool.ts';

export interface TestResult {
  /** Chat id, name of the webhook, subscription id. */
  readonly target: string;
  /** Why it did not arrive; null: it did. */
  readonly error: string | null;
}

export interface NotificationTest {
  readonly testId: string;
  readonly channel: string;
  /** Web push: only to this user's browsers. */
  readonly userId: string | null;
  readonly askedBy: string;
}

/** @returns its id */
export async function askForTest(
  db: Queryable,
  test: Pick<NotificationTest, 'channel' | 'userId' | 'askedBy'>,
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    'insert into notification_tests (channel, user_id, asked_by) values ($1, $2, $3) returning test_id as id',
    [test.channel, test.userId, test.askedBy],
  );
  return rows[0]?.id ?? '';
}

/**
 * Null: not done yet. Undefined: there is no such test.
 * @param userId only a test of this user's own browsers
 */
export async function readTest(
  db: Queryable,
  testId: string,
  userId?: string,
): Promise<TestResult[] | null | undefined> {
  const { rows } = await db.query<{ results: TestResult[] | null }>(
    'select results from notification_tests where test_id = $1 and ($2::uuid is null or user_id = $2)',
    [testId, userId ?? null],
  );
  return rows[0]?.results;
}

/** Takes what was asked for in the last `maxAgeSeconds`. */
export async function takeTests(db: Queryable, maxAgeSeconds: number): Promise<NotificationTest[]> {
  const { rows } = await db.query<NotificationTest>(
    `update notification_tests set taken_at = now()
     where test_id in (
       select test_id from notification_tests
       where taken_at is null and asked_at > now() - make_interval(secs => $1) for update skip locked
     ) returning test_id as "testId", channel, user_id as "userId", asked_by as "askedBy"`,
    [maxAgeSeconds],
  );
  return rows;
}

export async function finishTest(
  db: Queryable,
  testId: string,
  results: readonly TestResult[],
): Promise<void> {
  await db.query('update notification_tests set results = $2, done_at = now() where test_id = $1', [
    testId,
    JSON.stringify(results),
  ]);
}

export async function forgetTests(db: Queryable, olderThanDays: number): Promise<void> {
  await db.query('delete from notification_tests where asked_at < now() - make_interval(days => $1)', [
    olderThanDays,
  ]);
}
