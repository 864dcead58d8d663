/** Against a real server: from nothing, again, with a server that comes late, and with secrets of another installation. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '@apiary/base/logger';
import { ownerRole, serviceRoles } from '@apiary/database/roles';
import { startTestDatabase, type TestDatabase } from '@apiary/test-support/database';
import { freePort } from '@apiary/test-support/free-port';
import { tempDir } from '@apiary/test-support/temp-dir';
import { waitFor } from '@apiary/test-support/wait-for';
import { migrateDatabase } from './migrate.ts';

let database: TestDatabase;
const services = Object.keys(serviceRoles) as (keyof typeof serviceRoles)[];
beforeAll(async () => {
  database = await startTestDatabase({ migrated: false });
});
afterAll(() => database.stop());

async function secrets(dir: string, ownerPassword: string, servicePassword: string): Promise<void> {
  await mkdir(join(dir, 'admin'), { recursive: true });
  await writeFile(join(dir, 'admin/owner-password'), `${ownerPassword}\n`);
  for (const service of services)
    await writeFile(join(dir, `admin/database-password-${service}`), `${servicePassword}\n`);
}

const environment = (secretsDir: string, port = database.owner.port) => ({
  DATABASE_PORT: String(port),
  SECRETS_DIR: secretsDir,
});

async function connects(service: keyof typeof serviceRoles, password: string): Promise<boolean> {
  const { host, port } = database.owner;
  const client = new pg.Client({ host, port, database: 'apiary', user: serviceRoles[service], password });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

describe('migrate', () => {
  it('makes the database, schema and roles; a second run applies nothing; new passwords take effect', async () => {
    await using dir = await tempDir();
    await secrets(dir.path, database.owner.password, "it's-a-first-password");
    const options = { environment: environment(dir.path), root: dir.path };
    expect((await migrateDatabase(options, silentLogger)).length).toBeGreaterThan(0);
    for (const service of services) expect(await connects(service, "it's-a-first-password")).toBe(true);
    expect(await migrateDatabase(options, silentLogger)).toEqual([]);

    await secrets(dir.path, database.owner.password, 'ASecondPassword');
    await migrateDatabase(options, silentLogger);
    expect(await connects('dashboard', 'ASecondPassword')).toBe(true);
    expect(await connects('dashboard', "it's-a-first-password")).toBe(false);
  });

  it('after lost secrets takes a new owner password, once a person let the owner in without one', async () => {
    await using dir = await tempDir();
    const setAccess = async (method: string): Promise<void> => {
      const { rows } = await database.pool.query<{ hba_file: string }>('show hba_file');
      await database.pool.query(
        `copy (select 'host all all 127.0.0.1/32 ${method}') to '${rows[0]?.hba_file ?? ''}'`,
      );
      await database.pool.query('select pg_reload_conf()');
    };
    const run = async (ownerPassword: string): Promise<void> => {
      await secrets(dir.path, ownerPassword, 'ASecondPassword');
      await migrateDatabase({ environment: environment(dir.path), root: dir.path }, silentLogger);
    };
    await setAccess('trust');
    // The reload is a signal; until the server has taken it, the new password is refused.
    await waitFor(() => run('ANewOwnerPassword').then(() => true), 'entry without a password');
    await setAccess('scram-sha-256');
    await waitFor(
      () =>
        run(database.owner.password).then(
          () => false,
          () => true,
        ),
      'the old password refused',
    );
    await run('ANewOwnerPassword');
    await database.pool.query(`alter role ${ownerRole} password '${database.owner.password}'`);
  });

  it('waits for a server that is still away', async () => {
    await using dir = await tempDir();
    await secrets(dir.path, database.owner.password, 'ASecondPassword');
    const restarted = database.restart();
    await migrateDatabase({ environment: environment(dir.path), root: dir.path }, silentLogger);
    await restarted;
  });

  it('gives up on a server that stays away, saying where it looked', async () => {
    await using dir = await tempDir();
    await secrets(dir.path, 'Irrelevant', 'Irrelevant');
    const port = await freePort();
    const options = { environment: environment(dir.path, port), root: dir.path, timeoutMs: 300 };
    await expect(migrateDatabase(options, silentLogger)).rejects.toThrow(
      `PostgreSQL at 127.0.0.1:${port} did not answer`,
    );
  });

  it('says that data and secrets are not from one installation', async () => {
    await using dir = await tempDir();
    await secrets(dir.path, 'SomebodyElsesOwnerPassword', 'Irrelevant');
    await expect(
      migrateDatabase({ environment: environment(dir.path), root: dir.path }, silentLogger),
    ).rejects.toThrow(/not from the same installation/);
    expect(ownerRole).toBe(database.owner.user);
  });
});
