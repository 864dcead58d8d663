/** Connections of a service to PostgreSQL. */
import pg from 'pg';
import { RecoverableError, errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';

export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** bigint columns as numbers (ours stay far below 2^53), so that rows need no conversion. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * A pool that survives restarts of the server: an idle connection that breaks is logged and replaced. Every statement
 * is held to `statementTimeoutMs`.
 */
export function createPool(
  address: DatabaseAddress,
  logger: Logger,
  options: { applicationName: string; max?: number; statementTimeoutMs?: number },
): pg.Pool {
  const pool = new pg.Pool({
    ...address,
    application_name: options.applicationName,
    max: options.max ?? 5,
    connectionTimeoutMillis: 5000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    keepAlive: true,
  });
  pool.on('error', (error) => {
    logger.warn({ fact: 'database connection lost', reason: errorMessage(error) });
  });
  // The pool listens to idle connections only: one that breaks while in use would end the process, although the
  // statement under way is rejected as well.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  return pool;
}

/** Runs `work` in one transaction; rolls back and rethrows when it fails. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** SQLSTATE classes that mean "the server is away or busy", not "this statement is wrong". */
const transientStates = /^(08|53|55|57|58|40)/;

/** The same statement may succeed later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof RecoverableError) return true;
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) return transientStates.test(code);
  // Socket errors and pg's own "Connection terminated", "timeout exceeded when trying to connect".
  return code !== undefined || /connection|timeout|terminat/i.test(error.message);
}

/** What a repository needs of a pool or of a client inside a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>;
