/**
 * A real PostgreSQL for a test file: `const database = await startTestDatabase()` in beforeAll, `stop()` in afterAll.
 * Schema and roles are those of the product, so a service under test connects with its own least-privileged role.
 */
import { join } from 'node:path';
import pg from 'pg';
import {
  migrate,
  ownerRole,
  serviceRoles,
  type DatabaseAddress,
  type ServiceWithRole,
} from '@apiary/database';
import { initialiseCluster, startServer } from '@apiary/postgres-server';
import { freePort } from './free-port.ts';
import { tempDir } from './temp-dir.ts';

export interface TestDatabase {
  /** Superuser and owner of the schema. */
  readonly owner: DatabaseAddress;
  /** As the service itself would connect. */
  addressOf(service: ServiceWithRole): DatabaseAddress;
  /** A pool of the owner, for looking at rows. */
  readonly pool: pg.Pool;
  /** Empties all tables. */
  clear(): Promise<void>;
  /** Stops the server and starts it again on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const password = 'test-only-password';

export async function startTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const dir = await tempDir();
  const dataDir = join(dir.path, 'postgres');
  const port = await freePort();
  await initialiseCluster({ dataDir, owner: ownerRole, password });
  const start = () =>
    startServer({
      dataDir,
      port,
      owner: ownerRole,
      password,
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
    });
  let server = await start();
  const address = (user: string): DatabaseAddress => ({
    host: '127.0.0.1',
    port,
    database: 'postgres',
    user,
    password,
  });
  const owner = address(ownerRole);
  if (options.migrated !== false) {
    await migrate(owner, Object.fromEntries(Object.keys(serviceRoles).map((service) => [service, password])));
  }
  const pool = new pg.Pool({ ...owner, max: 4 });
  pool.on('error', () => undefined);
  return {
    owner,
    addressOf: (service) => address(serviceRoles[service]),
    pool,
    clear: async () => {
      await pool.query(
        'truncate camera_registry, unclaimed_cameras, users, audit_log restart identity cascade',
      );
    },
    restart: async () => {
      await server.stop();
      server = await start();
    },
    stop: async () => {
      await pool.end();
      await server.stop();
      await dir[Symbol.asyncDispose]();
    },
  };
}
