/**
 * Schema steps in order, named without extension so that a database migrated from source and one migrated from a
 * bundle agree. Add new ones at the end; never change one that was released.
 */
import knex, { type Knex } from 'knex';
import * as createSchema from '../migrations/20261124120000_create_schema.ts';
import * as grantLiveView from '../migrations/20261124180000_grant_live_view.ts';
import * as notifications from '../migrations/20261124190000_notifications.ts';
import * as people from '../migrations/20261124191000_people.ts';
import * as houseReviewRetention from '../migrations/20261124192000_house_review_retention.ts';
import * as notificationRequests from '../migrations/20261124193500_notification_requests.ts';
import { serviceRoles } from './roles.ts';
import type { DatabaseAddress } from './pool.ts';

const steps: readonly { name: string; migration: Knex.Migration }[] = [
  { name: '20261124120000_create_schema', migration: createSchema },
  { name: '20261124180000_grant_live_view', migration: grantLiveView },
  { name: '20261124190000_notifications', migration: notifications },
  { name: '20261124191000_people', migration: people },
  { name: '20261124192000_house_review_retention', migration: houseReviewRetention },
  { name: '20261124193500_notification_requests', migration: notificationRequests },
];

const migrationSource: Knex.MigrationSource<(typeof steps)[number]> = {
  getMigrations: () => Promise.resolve([...steps]),
  getMigrationName: (step) => step.name,
  getMigration: (step) => Promise.resolve(step.migration),
};

/**
 * Brings roles and schema up to date. Safe to run at every start and by two at once (knex holds a lock row; a lock
 * left by a crash is cleared, since only one-shot tasks of this installation migrate).
 * @param owner address with the owner's credentials
 * @param rolePasswords password a service name; roles without one keep theirs
 */
export async function migrate(
  owner: DatabaseAddress,
  rolePasswords: Partial<Record<keyof typeof serviceRoles, string>>,
): Promise<string[]> {
  const db = knex({
    client: 'pg',
    connection: { ...owner, application_name: 'migrate' },
    pool: { min: 0, max: 2 },
  });
  try {
    return await db.transaction(async (lock) => {
      // One migrator at a time; released with the transaction, even if this process is killed.
      await lock.raw('select pg_advisory_xact_lock(7401)');
      await ensureRoles(db, rolePasswords);
      await db.migrate.forceFreeMigrationsLock({ migrationSource });
      const [, applied] = (await db.migrate.latest({ migrationSource })) as [number, string[]];
      await db.raw('select ensure_status_partitions()');
      return applied;
    });
  } finally {
    await db.destroy();
  }
}

async function ensureRoles(db: Knex, passwords: Partial<Record<string, string>>): Promise<void> {
  for (const [service, role] of Object.entries(serviceRoles)) {
    const exists =
      (await db.raw<{ rows: unknown[] }>('select 1 from pg_roles where rolname = ?', [role])).rows.length > 0;
    if (!exists) await db.raw('create role ?? login', [role]);
    const password = passwords[service];
    // ALTER ROLE takes no parameters; format() quotes on the server's side.
    if (password !== undefined) {
      const { rows } = await db.raw<{ rows: { statement: string }[] }>(
        "select format('alter role %I password %L', ?::text, ?::text) as statement",
        [role, password],
      );
      await db.raw(rows[0]?.statement ?? '');
    }
  }
}
