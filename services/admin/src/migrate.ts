/** Brings the database up to date as its owner: the one task that holds the owner's password. */
import { delay } from '@apiary/base/deadline';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { type Logger } from '@apiary/base/logger';
import { readSecret } from '@apiary/base/secrets';
import { loadSettings, type Environment } from '@apiary/base/settings';
import {
  createPool,
  isTransient,
  migrate,
  ownerRole,
  serviceRoles,
  type DatabaseAddress,
  type ServiceWithRole,
} from '@apiary/database';

export interface MigrateOptions {
  readonly environment: Environment;
  readonly root: string;
  /** How long to wait for a server that does not answer yet. Default 120 s: recovery after a power cut. */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 120_000;
const retryMs = 250;

/**
 * Waits for the server, makes the database, roles and schema, sets the roles' passwords. Safe at every start.
 * @returns names of the steps applied
 * @throws FatalError for people when the server stays away or refuses the owner
 */
export async function migrateDatabase(options: MigrateOptions, logger: Logger): Promise<string[]> {
  const settings = loadSettings(
    options.environment,
    ['DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_NAME', 'SECRETS_DIR'],
    options.root,
  );
  const secret = (name: string): Promise<string> => readSecret(settings.SECRETS_DIR, 'admin', name);
  const owner: DatabaseAddress = {
    host: settings.DATABASE_HOST,
    port: settings.DATABASE_PORT,
    database: settings.DATABASE_NAME,
    user: ownerRole,
    password: await secret('owner-password'),
  };
  const services = Object.keys(serviceRoles) as ServiceWithRole[];
  const passwords = Object.fromEntries(
    await Promise.all(
      services.map(async (service) => [service, await secret(`database-password-${service}`)] as const),
    ),
  ) as Record<ServiceWithRole, string>;

  await ensureDatabase(owner, logger, options.timeoutMs ?? defaultTimeoutMs);
  const applied = await migrate(owner, passwords);
  logger.info({ fact: 'database is up to date', applied });
  return applied;
}

/** Resolves when the server answers the owner and the database exists. */
async function ensureDatabase(owner: DatabaseAddress, logger: Logger, timeoutMs: number): Promise<void> {
  const pool = createPool({ ...owner, database: 'postgres' }, logger, { applicationName: 'migrate', max: 1 });
  const deadline = Date.now() + timeoutMs;
  let told = false;
  try {
    for (;;) {
      try {
        const { rowCount } = await pool.query('select 1 from pg_database where datname = $1', [
          owner.database,
        ]);
        // The name is a setting, not input from outside; quoted all the same.
        if (rowCount === 0) await pool.query(`create database "${owner.database.replaceAll('"', '""')}"`);
        await setOwnerPassword(pool, owner);
        return;
      } catch (error) {
        const reason = errorMessage(error);
        // Another run made the database in between: look again.
        if (hasState(error, '42P04')) continue;
        if (hasState(error, '28P01')) throw new FatalError(wrongPassword);
        if (!isTransient(error)) throw error;
        if (Date.now() > deadline)
          throw new FatalError(
            `PostgreSQL at ${owner.host}:${owner.port} did not answer within ${Math.round(timeoutMs / 1000)} s: ${reason}`,
            { cause: error },
          );
        if (!told) logger.info({ fact: 'waiting for PostgreSQL', reason });
        told = true;
        await delay(retryMs);
      }
    }
  } finally {
    await pool.end();
  }
}

/**
 * No change but after lost secrets, when a person let the owner in without a password (README): then the new one takes
 * effect here.
 */
async function setOwnerPassword(pool: ReturnType<typeof createPool>, owner: DatabaseAddress): Promise<void> {
  const { rows } = await pool.query<{ statement: string }>(
    "select format('alter role %I password %L', $1::text, $2::text) as statement",
    [owner.user, owner.password],
  );
  await pool.query(rows[0]?.statement ?? '');
}

const wrongPassword =
  'PostgreSQL refuses the owner’s password: DATA_DIR and SECRETS_DIR are not from the same installation. ' +
  'Put SECRETS_DIR back from your backup (services/admin/README.md tells what to do without one).';

/** SQLSTATE of the server's answer. */
const hasState = (error: unknown, state: string): boolean =>
  error instanceof Error && 'code' in error && error.code === state;
