/** The camera's settings database (contract §2.3): one value is changed, nothing else is touched or translated. */
import initSqlJs from 'sql.js';
import { FatalError, errorMessage } from '@apiary/base/errors';

/** Longest text the column is declared for. */
const hostMaxLength = 256;

/**
 * The same database with `serverConf.configSrvHost` set.
 * @param file bytes of the camera's own `/cali/master_ctrl.db`
 * @throws FatalError for people when the file is not such a database
 */
export async function withConfigHost(file: Uint8Array, host: string): Promise<Uint8Array> {
  if (host.length > hostMaxLength) throw new FatalError(`${host} is too long for the camera’s database.`);
  const sql = await initSqlJs();
  let database: InstanceType<typeof sql.Database> | undefined;
  try {
    // A copy: it works in the very bytes it is given, and those are somebody's backup.
    database = new sql.Database(Uint8Array.from(file));
    const integrity = database.exec('pragma integrity_check')[0]?.values[0]?.[0];
    if (integrity !== 'ok') throw new Error(`integrity check: ${String(integrity)}`);
    database.run('update serverConf set configSrvHost = ? where ID = 1', [host]);
    if (database.getRowsModified() !== 1) throw new Error('serverConf has no row with ID 1');
    return database.export();
  } catch (error) {
    throw new FatalError(
      `DB: this is not a camera’s master_ctrl.db (${errorMessage(error)}). Fetch /cali/master_ctrl.db from the camera again.`,
    );
  } finally {
    database?.close();
  }
}
