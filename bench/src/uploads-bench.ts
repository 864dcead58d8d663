/**
 * CPU of uploads beside a floor measured in the same run: a bare Node HTTPS server that only writes the body to a file.
 *   thumbnails   ZIPs of 50 KB, a full TLS handshake each
 *   recordings   ZIPs of 5 MB: seven segments that do not compress, and a key
 * Prints CPU milliseconds an upload of each server process (user + system, from /proc) and the ratio, the median of
 * rounds taken in turn; PostgreSQL's share stands apart. `--thumbnails 300 --recordings 40 --rounds 5`.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, readFileSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:https';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { zipSync, type Zippable } from 'fflate';
import { certificateFiles } from '@apiary/base/paths';
import {
  freePort,
  startTestDatabase,
  tempDir,
  testCertificates,
  waitFor,
  type TestDatabase,
} from '@apiary/test-support';

const concurrency = 6;
/** Few, so that the warm-up sees the first twenty uploads of each: those are captured raw, later ones are not. */
const cameras = 10;
const ticksPerSecond = 100;

interface Peer {
  readonly name: string;
  readonly port: number;
  readonly process: ChildProcess;
}

/** The floor: TLS as the config server's, the body piped to a file, 200. */
function serveFloor(port: number, certsDir: string, folder: string): void {
  const files = certificateFiles(certsDir, 'config_server');
  const options = {
    cert: readFileSync(files.certificate),
    key: readFileSync(files.key),
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
  } as const;
  const server = createServer(options, (incoming, response) => {
    pipeline(incoming, createWriteStream(join(folder, randomUUID()))).then(
      () => response.writeHead(200, { 'Content-Length': 0, Connection: 'close' }).end(),
      () => response.destroy(),
    );
  });
  server.listen(port, '127.0.0.1');
}

function put(port: number, ca: string, path: string, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request(
      {
        host: '127.0.0.1',
        port,
        ca,
        path,
        method: 'PUT',
        agent: false,
        maxVersion: 'TLSv1.2',
        timeout: 60_000,
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sending.on('timeout', () => sending.destroy(new Error('no answer')));
    sending.on('error', reject);
    sending.setHeader('Content-Length', body.length);
    sending.end(body);
  });
}

/** Sends `count` uploads, `concurrency` at a time. */
async function load(peer: Peer, ca: string, category: string, count: number, body: Buffer): Promise<void> {
  let sent = 0;
  const sender = async (): Promise<void> => {
    while (sent < count) {
      sent += 1;
      const cameraId = (sent % cameras).toString(16).toUpperCase().padStart(32, 'B');
      const path = `/fileservice/upload/${cameraId}/${category}/${randomUUID()}/${randomUUID()}-1-0.zip`;
      const status = await put(peer.port, ca, path, body);
      if (status !== 200) throw new Error(`${peer.name} answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, sender));
}

/** CPU seconds a process has used, user and system. */
function cpuSeconds(pid: number | undefined): number {
  const fields =
    readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** CPU seconds of a PostgreSQL server: its main process, its children, those that ended included. */
async function databaseCpuSeconds(database: TestDatabase): Promise<number> {
  const { rows } = await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const parentOf = (pid: number | string): number | undefined => {
    try {
      return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
    } catch {
      return undefined;
    }
  };
  const main = parentOf(rows[0]?.pid ?? 0);
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === main);
  return [String(main), ...children].reduce((sum, pid) => sum + cpuSeconds(Number(pid)), 0);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const show = (value: number): string => value.toFixed(2);

async function measure(
  what: string,
  peers: { floor: Peer; server: Peer },
  database: TestDatabase,
  rounds: number,
  run: (peer: Peer) => Promise<void>,
  count: number,
): Promise<void> {
  for (const peer of [peers.floor, peers.server, peers.server]) await run(peer);
  const figures = {
    floor: [] as number[],
    server: [] as number[],
    ratio: [] as number[],
    database: [] as number[],
  };
  const started = Date.now();
  for (let round = 0; round < rounds; round += 1) {
    const used = async (peer: Peer): Promise<number> => {
      const before = cpuSeconds(peer.process.pid);
      await run(peer);
      return ((cpuSeconds(peer.process.pid) - before) * 1000) / count;
    };
    const floor = await used(peers.floor);
    const databaseBefore = await databaseCpuSeconds(database);
    const server = await used(peers.server);
    figures.database.push((((await databaseCpuSeconds(database)) - databaseBefore) * 1000) / count);
    figures.floor.push(floor);
    figures.server.push(server);
    figures.ratio.push(server / floor);
  }
  console.log(
    `${what}: bare server ${show(median(figures.floor))} ms CPU, config server ${show(median(figures.server))} ms CPU, ` +
      `ratio ${show(median(figures.ratio))} (${figures.ratio.map(show).join(' ')}), ` +
      `PostgreSQL ${show(median(figures.database))} ms; ${rounds} rounds of ${count} each, ` +
      `${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
}

function archive(entries: Record<string, Buffer>): Buffer {
  const input: Zippable = {};
  for (const [name, content] of Object.entries(entries))
    input[name] = [new Uint8Array(content), { level: 6 }];
  return Buffer.from(zipSync(input));
}

async function main(options: { thumbnails: number; recordings: number; rounds: number }): Promise<void> {
  await using dir = await tempDir();
  const database = await startTestDatabase();
  const certificates = await testCertificates();
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs', 'config-server'], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the config server could not be built');
  const started: ChildProcess[] = [];
  try {
    const address = database.addressOf('config-server');
    await mkdir(join(dir.path, 'secrets', 'config-server'), { recursive: true });
    await mkdir(join(dir.path, 'floor'));
    await writeFile(join(dir.path, 'secrets', 'config-server', 'database-password'), address.password);
    const ports = { floor: await freePort(), server: await freePort() };
    const run = (args: string[], env: Record<string, string>): ChildProcess => {
      const child = spawn(process.execPath, args, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { PATH: process.env['PATH'], ...env },
      });
      started.push(child);
      return child;
    };
    const floor = run(
      [process.argv[1] ?? '', 'floor', String(ports.floor), certificates.dir, join(dir.path, 'floor')],
      {},
    );
    const server = run(['services/config-server/dist/main.js'], {
      SERVER_ADDRESS: '127.0.0.1',
      CONFIG_PORT: String(ports.server),
      DATA_DIR: join(dir.path, 'data'),
      CERTS_DIR: certificates.dir,
      SECRETS_DIR: join(dir.path, 'secrets'),
      DATABASE_PORT: String(address.port),
      DATABASE_NAME: address.database,
      LOG_LEVEL: 'info',
    });
    const peers = {
      floor: { name: 'bare server', port: ports.floor, process: floor },
      server: { name: 'config server', port: ports.server, process: server },
    };
    const { ca } = certificates;
    const thumbnail = archive({
      '/thumbnail.jpg': Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(50_000)]),
    });
    const segments = Array.from({ length: 7 }, (_, n) => [`/1080p/${n}.ts`, randomBytes(715_000)] as const);
    const recording = archive({ ...Object.fromEntries(segments), '/aes.key': randomBytes(16) });
    for (const peer of Object.values(peers))
      await waitFor(
        () => load(peer, ca, 'thumbnail', 1, thumbnail).then(() => true),
        `${peer.name} to listen`,
      );

    const { thumbnails, recordings, rounds } = options;
    await measure(
      'thumbnails (50 KB)',
      peers,
      database,
      rounds,
      (peer) => load(peer, ca, 'thumbnail', thumbnails, thumbnail),
      thumbnails,
    );
    await measure(
      'recordings (5 MB)',
      peers,
      database,
      rounds,
      (peer) => load(peer, ca, 'activity', recordings, recording),
      recordings,
    );
  } finally {
    for (const child of started) {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    }
    await database.stop();
  }
}

const program = new Command().enablePositionalOptions();
program
  .command('floor', { hidden: true })
  .arguments('<port> <certs> <folder>')
  .action((port: string, certs: string, folder: string) => serveFloor(Number(port), certs, folder));
program
  .option('--thumbnails <count>', 'a round', Number, 300)
  .option('--recordings <count>', 'a round', Number, 30)
  .option('--rounds <count>', 'taken in turn', Number, 5)
  .action(main);
await program.parseAsync();
