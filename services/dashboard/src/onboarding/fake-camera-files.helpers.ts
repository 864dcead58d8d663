/** For tests: the files of a factory camera that a package is made from. */
import initSqlJs from 'sql.js';
import type { TestCertificates } from '@apiary/test-support/certificates';

export async function factoryDatabase(): Promise<Buffer> {
  const sql = await initSqlJs();
  const database = new sql.Database();
  database.run(`
    create table serverConf (ID integer primary key autoincrement, configSrvHost nvarchar(256), timeServer nvarchar(256));
    insert into serverConf values (1, 'config-hive-camera.example', 'time.example');
    create table userConf (ID integer primary key autoincrement, mode integer);
    insert into userConf values (1, 2);`);
  return Buffer.from(database.export());
}

export const factoryBundle = (certificates: TestCertificates): Buffer =>
  Buffer.from(`# Autorit\xe9\n${certificates.pairs.turn.certificate}`, 'latin1');

/** `serverConf.configSrvHost` and `userConf.mode` of a database. */
export async function settingsIn(bytes: Uint8Array): Promise<unknown[]> {
  const sql = await initSqlJs();
  const database = new sql.Database(bytes);
  const [first] = database.exec('select configSrvHost, mode from serverConf, userConf');
  return first?.values[0] ?? [];
}
