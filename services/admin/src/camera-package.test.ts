/**
 * The camera package, byte for byte: only `configSrvHost` differs in the database, the camera's own CAs stay. Runs on a
 * database of the camera's schema made here, and on real files of a camera where a checkout has them beside it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import initSqlJs, { type Database, type SqlJsStatic } from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCa } from '@apiary/camera-package';
import { testCertificates, type TestCertificates } from '@apiary/test-support/certificates';
import { tempDir } from '@apiary/test-support/temp-dir';
import { makeCameraPackage, renderCameraPackage, type CameraPackageOptions } from './camera-package.ts';

const cameraId = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
let sql: SqlJsStatic;
let certificates: TestCertificates;
let dir: Awaited<ReturnType<typeof tempDir>>;
beforeAll(async () => {
  sql = await initSqlJs();
  certificates = await testCertificates();
  dir = await tempDir();
  await writeFile(join(dir.path, 'camera.db'), syntheticDatabase());
  await writeFile(join(dir.path, 'bundle.crt'), syntheticBundle());
});
afterAll(() => dir[Symbol.asyncDispose]());

/** Tables and factory values of contract §2.3, with rows in the upload queue and odd texts. */
function syntheticDatabase(): Uint8Array {
  const database = new sql.Database();
  database.run(`
    pragma page_size = 4096;
    create table serverConf (ID integer primary key autoincrement, configSrvHost nvarchar(256), timeServer nvarchar(256),
      mqttBrokerHost nvarchar(256), presignedUrlHost nvarchar(256));
    insert into serverConf values (1, 'config-hive-camera.example', 'time.example', '', '');
    create table userConf (ID integer primary key autoincrement, resolution integer, mode integer, cameraZoom nvarchar(8),
      timeZone nvarchar(64));
    insert into userConf values (1, 2, 2, '1.0', '');
    create table fileListInfo (ID integer primary key autoincrement, fileID nvarchar(64), recordType integer,
      fileName nvarchar(256), createTime bigint, eventID nvarchar(64));
    insert into fileListInfo values (7, '4FileName0', 4, 'Grüße-1-1.zip', 1546300800, x'00ff10');
    create table activityStop (ID integer primary key autoincrement, eventId nvarchar(64), creationTimestamp bigint);
    insert into activityStop values (1, '', 0);`);
  return database.export();
}

/** Latin-1 comments, OpenSSL's TRUSTED form, an ordinary block, and no line end after the last line. */
function syntheticBundle(): Buffer {
  const body = certificates.pairs.turn.certificate.split('\n').slice(1, -2).join('\n');
  const text =
    '# Autorit\xe9 de certification\n' +
    `-----BEGIN TRUSTED CERTIFICATE-----\n${body}\nMAAwAA==\n-----END TRUSTED CERTIFICATE-----\n` +
    `# second \xfc\n-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`;
  return Buffer.from(text, 'latin1');
}

const options = (more: Partial<CameraPackageOptions> = {}): CameraPackageOptions => ({
  settings: {
    DATA_DIR: dir.path,
    CERTS_DIR: certificates.dir,
    SERVER_ADDRESS: '192.168.50.10',
    CONFIG_PORT: 80,
  },
  cameraId: ` ${cameraId.toLowerCase()} `,
  databaseFile: join(dir.path, 'camera.db'),
  bundleFile: join(dir.path, 'bundle.crt'),
  ...more,
});

/** Every row of every table, and the schema; `serverConf.configSrvHost` apart. */
function contentOf(bytes: Uint8Array): { hosts: unknown; rest: unknown } {
  const database: Database = new sql.Database(bytes);
  try {
    const schema = database.exec('select type, name, tbl_name, sql from sqlite_master order by name');
    const tables = database.exec("select name from sqlite_master where type = 'table' order by name")[0];
    const rows = (tables?.values ?? []).map(([name]) => {
      const table = String(name);
      const [all] = database.exec(`select * from "${table}" order by 1`);
      if (all !== undefined && table === 'serverConf') {
        const index = all.columns.indexOf('configSrvHost');
        for (const row of all.values) row[index] = 'changed';
      }
      return [table, all];
    });
    const pragmas = ['page_size', 'encoding', 'user_version', 'journal_mode', 'auto_vacuum'].map((pragma) =>
      database.exec(`pragma ${pragma}`),
    );
    return {
      hosts: database.exec('select ID, configSrvHost from serverConf order by ID')[0]?.values,
      rest: { schema, rows, pragmas },
    };
  } finally {
    database.close();
  }
}

describe('camera package', () => {
  it('has the files of the contract, closed to others, and checksums that md5sum accepts', async () => {
    const made = await makeCameraPackage(options());
    expect(made.folder).toBe(join(dir.path, 'camera-packages', 'camera_files', cameraId));
    expect((await readdir(made.folder)).sort()).toEqual([
      'ca-bundle.trust.crt',
      'checksums.txt',
      'master_ctrl.db',
      'mqtt.key',
      'mqtt.pem',
      'mqttCA.crt',
      'root-mqttCA.crt',
    ]);
    for (const file of await readdir(made.folder))
      expect((await stat(join(made.folder, file))).mode & 0o077, file).toBe(0);
    expect(await readFile(join(made.folder, 'checksums.txt'), 'utf8')).toMatch(
      /^([0-9a-f]{32} {2}\S+\n){6}$/,
    );
    execFileSync('md5sum', ['--check', '--strict', 'checksums.txt'], { cwd: made.folder, stdio: 'pipe' });
    const read = (file: string) => readFile(join(made.folder, file), 'utf8');
    expect(await read('mqttCA.crt')).toBe(certificates.ca);
    expect(await read('root-mqttCA.crt')).toBe(certificates.ca);
    expect(await read('mqtt.key')).toBe(certificates.pairs.camera_client.key);
    expect(await read('mqtt.pem')).toBe(
      certificates.pairs.camera_client.certificate + certificates.pairs.camera_client.key,
    );
  });

  it('changes one value of the database and nothing else', async () => {
    const made = await makeCameraPackage(options());
    const before = contentOf(await readFile(join(dir.path, 'camera.db')));
    const after = contentOf(await readFile(join(made.folder, 'master_ctrl.db')));
    expect(before.hosts).toEqual([[1, 'config-hive-camera.example']]);
    expect(after.hosts).toEqual([[1, '192.168.50.10:80']]);
    expect(after.rest).toEqual(before.rest);
  });

  it('keeps the camera’s CAs byte for byte and adds ours once', async () => {
    const made = await makeCameraPackage(options());
    const own = await readFile(join(dir.path, 'bundle.crt'));
    const first = await readFile(join(made.folder, 'ca-bundle.trust.crt'));
    expect(first.subarray(0, own.length).equals(own)).toBe(true);
    expect(first.subarray(own.length).toString('utf8')).toBe(
      `\n# CA of the Apiary this camera belongs to\n${certificates.ca}`,
    );
    const again = await makeCameraPackage(options({ bundleFile: join(made.folder, 'ca-bundle.trust.crt') }));
    expect((await readFile(join(again.folder, 'ca-bundle.trust.crt'))).equals(first)).toBe(true);
  });

  it('adds ours to the factory’s CA file where that is given', async () => {
    const factoryCaFile = join(dir.path, 'bundle.crt');
    const made = await makeCameraPackage(options({ factoryCaFile }));
    const cali = await readFile(join(made.folder, 'cali-mqttCA.crt'), 'latin1');
    expect(cali.startsWith('# Autorit\xe9 de certification\n')).toBe(true);
    expect(cali.endsWith(certificates.ca)).toBe(true);
    expect(renderCameraPackage(made)).toContain('→ /cali/certs/mqttCA.crt');
  });

  it('tells where each file goes, the database last', async () => {
    const made = await makeCameraPackage(options());
    expect(made.uploads).toEqual([
      { file: 'ca-bundle.trust.crt', cameraPath: '/etc/ssl/certs/ca-bundle.trust.crt' },
      { file: 'root-mqttCA.crt', cameraPath: '/root/certs/mqttCA.crt' },
      { file: 'mqtt.pem', cameraPath: '/root/certs/mqtt.pem' },
      { file: 'mqtt.key', cameraPath: '/root/certs/mqtt.key' },
      { file: 'master_ctrl.db', cameraPath: '/cali/master_ctrl.db' },
    ]);
  });

  it.each([
    ['an id that is none', { cameraId: '../../etc' }, /^ID: must be/],
    ['a database that is not there', { databaseFile: '/nowhere.db' }, /^DB: cannot read/],
    [
      'a database that is none',
      { databaseFile: fileURLToPath(import.meta.url) },
      /^DB: this is not a camera’s/,
    ],
    [
      'a bundle without certificates',
      { bundleFile: fileURLToPath(new URL('./folders.ts', import.meta.url)) },
      /^BUNDLE: this file holds no certificate/,
    ],
  ])('refuses %s', async (_label, more, message) => {
    await expect(makeCameraPackage(options(more))).rejects.toThrow(message);
  });

  it('refuses a database whose serverConf is empty', async () => {
    const database = new sql.Database(syntheticDatabase());
    database.run('delete from serverConf');
    const file = join(dir.path, 'empty.db');
    await writeFile(file, database.export());
    await expect(makeCameraPackage(options({ databaseFile: file }))).rejects.toThrow(/no row with ID 1/);
  });
});

/** Files taken off a camera lie beside some checkouts; they are nobody's to publish. */
const realFile = (name: string): string =>
  fileURLToPath(new URL(`../../../../shared/data/${name}`, import.meta.url));
const haveReal = existsSync(realFile('master_ctrl.db')) && existsSync(realFile('ca-bundle.trust.crt'));
const reason = haveReal ? '' : ' [skipped: no files of a real camera beside this checkout]';

describe(`files of a real camera${reason}`, () => {
  it.skipIf(!haveReal)('change as little', async () => {
    const real = { databaseFile: realFile('master_ctrl.db'), bundleFile: realFile('ca-bundle.trust.crt') };
    const made = await makeCameraPackage(options(real));
    const [before, after] = [
      await readFile(real.databaseFile),
      await readFile(join(made.folder, 'master_ctrl.db')),
    ];
    expect(after.length).toBe(before.length);
    expect(contentOf(after).hosts).toEqual([[1, '192.168.50.10:80']]);
    expect(contentOf(after).rest).toEqual(contentOf(before).rest);
    const own = await readFile(real.bundleFile);
    const bundle = await readFile(join(made.folder, 'ca-bundle.trust.crt'));
    expect(bundle.subarray(0, own.length).equals(own)).toBe(true);
    expect(withCa(bundle, Buffer.from(certificates.ca), 'BUNDLE')).toBe(bundle);
  });
});
