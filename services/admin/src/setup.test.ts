/** Set-up from nothing, again, after losses, and where it must stop: nothing that exists may be made worthless. */
import { createECDH } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCertificates } from '@apiary/test-support/certificates';
import { tempDir } from '@apiary/test-support/temp-dir';
import { cp } from 'node:fs/promises';
import { postgresClusterDir, brokerDir, composeUsers } from './folders.ts';
import { markWelcomed, readWelcome, renderWelcome } from './welcome.ts';
import { renderSetup, setup, type SetupOptions } from './setup.ts';

/** `tempDir` by hand: rooms live as long as the file. */
const rooms: { [Symbol.asyncDispose](): Promise<void> }[] = [];
afterAll(() => Promise.all(rooms.map((room) => room[Symbol.asyncDispose]())));

let certificates: string;
beforeAll(async () => {
  certificates = (await testCertificates()).dir;
});

interface Room {
  readonly root: string;
  readonly at: (path: string) => string;
  run(environment?: Record<string, string>, options?: Partial<SetupOptions>): ReturnType<typeof setup>;
  secret(file: string): Promise<string>;
}

/** An empty installation; its certificates are ready, for speed. */
async function room(): Promise<Room> {
  const dir = await tempDir();
  rooms.push(dir);
  await cp(certificates, join(dir.path, 'certificates'), { recursive: true, preserveTimestamps: true });
  const at = (path: string): string => join(dir.path, path);
  return {
    root: dir.path,
    at,
    run: (environment = {}, options = {}) =>
      setup({ environment: { SERVER_ADDRESS: '127.0.0.1', ...environment }, root: dir.path, ...options }),
    secret: async (file) => (await readFile(at(`secrets/${file}`), 'utf8')).trim(),
  };
}

async function everything(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const states = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const { mode, mtimeMs } = await stat(path);
    const content = entry.isFile() ? await readFile(path, 'latin1') : '';
    return [path, `${mode} ${entry.isFile() ? mtimeMs : ''} ${content}`] as const;
  });
  return Object.fromEntries(await Promise.all(states));
}

describe('first set-up', () => {
  it('makes folders and secrets of the agreed layout, closed to others', async () => {
    const home = await room();
    const result = await home.run();
    const found = (await readdir(home.at('secrets'), { recursive: true })).filter((path) =>
      path.includes('/'),
    );
    expect(found.sort()).toEqual(
      [
        'postgres/owner-password',
        'admin/owner-password',
        'admin/database-password-config-server',
        'admin/database-password-mqtt-processor',
        'admin/database-password-dashboard',
        'admin/database-password-livestream',
        'admin/database-password-notifier',
        'config-server/database-password',
        'mqtt-processor/database-password',
        'dashboard/database-password',
        'livestream/database-password',
        'notifier/database-password',
        'notifier/webhook-secret',
        'notifier/vapid-private-key',
        'dashboard/vapid-public-key',
        'mqtt-processor/broker-password',
        'dashboard/broker-password',
        'livestream/broker-password',
        'mqtt-processor/broker-api-key',
        'broker/api-keys',
        'broker/users.csv',
        'broker/node-cookie',
        'broker/dashboard-password',
        'dashboard/session-secret',
        'livestream/session-secret',
        'dashboard/admin-password',
        'coturn/turn-secret',
        'livestream/turn-secret',
      ].sort(),
    );
    for (const file of found) {
      expect((await stat(home.at(`secrets/${file}`))).mode & 0o777, file).toBe(0o600);
      expect((await stat(dirname(home.at(`secrets/${file}`)))).mode & 0o777, file).toBe(0o700);
      if (!/users\.csv|api-key|admin-password|vapid/.test(file))
        expect(await home.secret(file), file).toMatch(/^[A-Za-z][A-Za-z0-9]{31,}$/);
    }
    expect((await stat(home.at('data/uploads'))).mode & 0o7777).toBe(0o2750);
    expect((await stat(home.at('data/first-contact'))).mode & 0o7777).toBe(0o2770);
    expect((await stat(home.at('data/postgres'))).mode & 0o777).toBe(0o700);
    expect(result.certificates.every(({ action }) => action === 'kept')).toBe(true);
    expect(result.secretsWritten).toHaveLength(28);
    expect(result.warnings.join()).toContain('SERVER_NAME is empty');
  });

  it('gives every secret a value of its own, and its copies the same', async () => {
    const home = await room();
    await home.run();
    const copies = [
      ['postgres/owner-password', 'admin/owner-password'],
      ['notifier/database-password', 'admin/database-password-notifier'],
      ['mqtt-processor/broker-api-key', 'broker/api-keys'],
      ['coturn/turn-secret', 'livestream/turn-secret'],
      ['dashboard/session-secret', 'livestream/session-secret'],
    ] as const;
    const values = new Set<string>();
    for (const [one, other] of copies) {
      expect(await home.secret(one)).toBe(await home.secret(other));
      values.add(await home.secret(one));
    }
    for (const file of ['dashboard/session-secret', 'broker/node-cookie', 'dashboard/broker-password'])
      values.add(await home.secret(file));
    expect(values.size).toBe(7);
    expect(await home.secret('broker/api-keys')).toMatch(/^apiary-processor:[A-Za-z][A-Za-z0-9]{31,}$/);
  });

  it('makes a pair for web push, the public half in the form browsers take', async () => {
    const home = await room();
    await home.run();
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(Buffer.from(await home.secret('notifier/vapid-private-key'), 'base64url'));
    const publicKey = await home.secret('dashboard/vapid-public-key');
    expect(publicKey).toBe(pair.getPublicKey('base64url'));
    expect(Buffer.from(publicKey, 'base64url')).toHaveLength(65);
  });

  it('hands the bot’s token to the notifier, and keeps it when the setting is gone', async () => {
    const home = await room();
    await home.run({ TELEGRAM_BOT_TOKEN: '123456789:AAone' });
    expect(await home.secret('notifier/telegram-bot-token')).toBe('123456789:AAone');
    await home.run();
    expect(await home.secret('notifier/telegram-bot-token')).toBe('123456789:AAone');
    await home.run({ TELEGRAM_BOT_TOKEN: '123456789:AAtwo' });
    expect(await home.secret('notifier/telegram-bot-token')).toBe('123456789:AAtwo');
  });

  it('writes the broker’s accounts as EMQX imports them', async () => {
    const home = await room();
    await home.run();
    expect(await readFile(home.at('secrets/broker/users.csv'), 'utf8')).toBe(
      'user_id,password,is_superuser\n' +
        `svc-mqtt-processor,${await home.secret('mqtt-processor/broker-password')},false\n` +
        `svc-dashboard,${await home.secret('dashboard/broker-password')},false\n` +
        `svc-livestream,${await home.secret('livestream/broker-password')},false\n`,
    );
  });

  it('changes nothing when run again', async () => {
    const home = await room();
    await home.run();
    const before = await everything(home.root);
    const again = await home.run();
    expect(again.secretsWritten).toEqual([]);
    expect(renderSetup(again)).toMatch(/^Everything is in place; nothing changed\./);
    expect(await everything(home.root)).toEqual(before);
  });

  it('lists all faults of the settings at once and makes nothing', async () => {
    const home = await room();
    const broken = home.run({ CONFIG_PORT: '0', SERVER_NAME: 'no spaces please', LOG_LEVEL: 'loud' });
    await expect(broken).rejects.toMatchObject({
      faults: [
        expect.stringMatching(/^SERVER_NAME: /) as string,
        expect.stringMatching(/^CONFIG_PORT: /) as string,
        expect.stringMatching(/^LOG_LEVEL: /) as string,
      ],
    });
    expect(await readdir(home.root)).toEqual(['certificates']);
  });

  it('tells keys it does not know', async () => {
    const home = await room();
    await writeFile(home.at('.env'), 'CONFIG_PROT=81\n');
    expect((await home.run()).warnings.join()).toContain('CONFIG_PROT is not a key');
  });
});

describe('the first account’s password', () => {
  it('is generated and shown until somebody was welcomed', async () => {
    const home = await room();
    const { welcome, settings } = await home.run();
    expect(welcome).toMatchObject({ firstStart: true, dashboardUrl: 'https://127.0.0.1/' });
    expect(welcome.adminPassword).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    expect(welcome.adminPassword).toBe(await home.secret('dashboard/admin-password'));
    // The start failed for another reason, say a taken port: it is shown with the next one.
    expect((await home.run()).welcome.adminPassword).toBe(welcome.adminPassword);
    await markWelcomed(settings.DATA_DIR);
    const later = await readWelcome(settings);
    expect(later).toMatchObject({ firstStart: false, adminPassword: undefined });
    expect(renderWelcome(later)).not.toContain('Password');
  });

  it('is the one given, once, and then not shown', async () => {
    const home = await room();
    const first = await home.run({ ADMIN_PASSWORD: 'correct horse battery' });
    expect(await home.secret('dashboard/admin-password')).toBe('correct horse battery');
    expect(first.welcome).toMatchObject({ firstStart: true, adminPassword: undefined });
    await home.run({ ADMIN_PASSWORD: 'another horse battery' });
    expect(await home.secret('dashboard/admin-password')).toBe('correct horse battery');
  });

  it.each([
    'administrator',
    'Password1234',
    'changeme-2024',
    'adminadminadmin',
    'P@ssw0rd!2345',
    '123456789012',
    'keeper-keeper-1',
  ])('is refused when everybody tries it first: %s', async (password) => {
    const home = await room();
    const refused = home.run({ ADMIN_PASSWORD: password, ADMIN_USERNAME: 'keeper' });
    await expect(refused).rejects.toThrow(/ADMIN_PASSWORD: is a password everybody tries first/);
    await expect(refused).rejects.not.toThrow(password);
  });
});

describe('losses', () => {
  it('restores one copy of a shared secret from the other', async () => {
    const home = await room();
    await home.run();
    const owner = await home.secret('postgres/owner-password');
    await rm(home.at('secrets/postgres/owner-password'));
    await mkdir(postgresClusterDir(home.at('data')), { recursive: true });
    await writeFile(join(postgresClusterDir(home.at('data')), 'PG_VERSION'), '18\n');
    expect((await home.run()).secretsWritten).toEqual(['postgres/owner-password']);
    expect(await home.secret('postgres/owner-password')).toBe(owner);
  });

  it('restores a broker password from users.csv, and users.csv from the passwords', async () => {
    const home = await room();
    await home.run();
    const before = await readFile(home.at('secrets/broker/users.csv'), 'utf8');
    await rm(home.at('secrets/dashboard/broker-password'));
    await home.run();
    await rm(home.at('secrets/broker/users.csv'));
    await home.run();
    expect(await readFile(home.at('secrets/broker/users.csv'), 'utf8')).toBe(before);
  });

  it('refuses to invent an owner password for a database that exists, and writes nothing', async () => {
    const home = await room();
    await mkdir(postgresClusterDir(home.at('data')), { recursive: true });
    await writeFile(join(postgresClusterDir(home.at('data')), 'PG_VERSION'), '18\n');
    await expect(home.run()).rejects.toThrow(/DATA_DIR holds a database, but SECRETS_DIR has no/);
    expect(await readdir(home.at('secrets'))).toEqual([]);
  });

  it('refuses two different owner passwords', async () => {
    const home = await room();
    await home.run();
    await writeFile(home.at('secrets/admin/owner-password'), 'SomethingElseThatIsLongEnoughToBeASecret\n');
    await expect(home.run()).rejects.toThrow(/postgres\/owner-password and admin\/owner-password differ/);
  });

  it('warns when the broker keeps accounts that no longer fit', async () => {
    const home = await room();
    await home.run();
    await mkdir(join(brokerDir(home.at('data')), 'mnesia'));
    await rm(home.at('secrets/broker/users.csv'));
    await rm(home.at('secrets/dashboard/broker-password'));
    const { warnings } = await home.run();
    expect(warnings.join('\n')).toContain('password of broker user svc-dashboard is new');
  });

  it('counts an empty file as none, and closes what others could read', async () => {
    const home = await room();
    await home.run();
    await writeFile(home.at('secrets/dashboard/session-secret'), '\n');
    await chmod(home.at('secrets/broker/node-cookie'), 0o644);
    const { secretsWritten, warnings } = await home.run();
    expect(secretsWritten).toEqual(['dashboard/session-secret']);
    expect(warnings.join('\n')).toContain('broker/node-cookie could be read by others; closed to 0600');
    expect((await stat(home.at('secrets/broker/node-cookie'))).mode & 0o777).toBe(0o600);
  });
});

const isRoot = process.getuid?.() === 0;
describe('owners on the Compose stack', () => {
  it.runIf(isRoot)(
    'are the container users; going back to the embedded stack takes the data along',
    async () => {
      const home = await room();
      await home.run();
      await mkdir(home.at('data/uploads/camera'), { mode: 0o2750 });
      await writeFile(home.at('data/uploads/camera/file'), 'x');
      await home.run({}, { owners: 'compose' });
      const uid = async (path: string): Promise<number> => (await stat(home.at(path))).uid;
      expect(await uid('certificates/broker.key')).toBe(composeUsers.broker);
      expect(await uid('certificates/camera_client.key')).toBe(composeUsers['config-server']);
      expect(await uid('certificates/ca.key')).toBe(0);
      expect(await uid('secrets/postgres/owner-password')).toBe(composeUsers.postgres);
      expect(await uid('secrets/dashboard')).toBe(composeUsers.dashboard);
      expect(await uid('data/uploads/camera/file')).toBe(composeUsers['config-server']);
      expect((await stat(home.at('data/uploads'))).mode & 0o7777).toBe(0o2750);
      expect((await stat(home.at('data/uploads/camera'))).gid).toBe(10000);
      const before = await everything(home.root);
      await home.run({}, { owners: 'compose' });
      expect(await everything(home.root)).toEqual(before);
      await home.run();
      expect(await uid('data/uploads/camera/file')).toBe(0);
      expect(await uid('data/postgres')).toBe(0);
    },
  );
});
