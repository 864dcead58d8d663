/**
 * Back from a power cut: every camera boots at once (configuration, certificates, MQTT by mutual TLS) and the clock runs
 * until the last is connected, and until the platform's own rows say so. Aim: 100 cameras in 5 s. Beside it, in the same
 * run: the floor, bare TLS servers that answer the same requests with canned bytes.
 *
 *   node scripts/run-typescript.mjs bench/src/reconnect-bench.ts [--cameras 100] [--cuts 3]
 *
 * Starts an embedded stack of its own; TEST_PLATFORM=running takes the one that runs, on either stack. All cameras live
 * in this one process, so its CPU is theirs. More than two cuts of 100 cameras within a minute meet
 * CERTIFICATE_RATE_PER_MINUTE, and show its effect. Figures, never a test.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { delay } from '@apiary/base/deadline';
import { firmwareFetch, simulatedCameraId, startCamera, type Camera } from '@apiary/camera-simulator';
import { testCertificates } from '@apiary/test-support/certificates';
import { Platform } from '@apiary/test-support/platform';
import { waitFor } from '@apiary/test-support/wait-for';
import { cpuSeconds } from './process-cpu.ts';

const { values } = parseArgs({
  options: {
    cameras: { type: 'string', default: '100' },
    cuts: { type: 'string', default: '2' },
    'bare-server': { type: 'boolean', default: false },
  },
});
const [cameraCount, cuts] = [Number(values.cameras), Number(values.cuts)];
const timeoutMs = 120_000;
const pauseMs = 3000;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const seconds = (ms: number): string => (ms / 1000).toFixed(2).padStart(6);

async function main(): Promise<void> {
  const platform = await Platform.open();
  const cameras: Camera[] = [];
  const pool = new pg.Pool({ connectionString: platform.info.databaseUrl, max: 1 });
  pool.on('error', () => undefined);
  const failures = new Map<string, number>();
  try {
    say(`${cameraCount} cameras in one process, ${platform.info.stack} stack at ${platform.info.configUrl}`);
    say('');
    say('                      last connected  median   rows say so   CPU-s: cameras   platform');
    const ca = await platform.caPem();
    const started = Date.now();
    for (let n = 0; n < cameraCount; n += 1) {
      cameras.push(
        startCamera({
          cameraId: simulatedCameraId(n, 'reconnect bench'),
          configHost: platform.configHost,
          ca,
          onFact: (fact) => {
            if (fact.fact !== 'boot step failed' && fact.fact !== 'connection failed') return;
            const reason = fact.reason.replace(/[0-9A-F]{32}/, '{ID}');
            failures.set(reason, (failures.get(reason) ?? 0) + 1);
          },
        }),
      );
    }
    await measure('first boot', platform, pool, cameras, started);
    for (let cut = 1; cut <= cuts; cut += 1) {
      await delay(pauseMs);
      const cutAt = Date.now();
      void Promise.all(cameras.map((camera) => camera.powerCut()));
      await measure(`power cut ${cut}`, platform, pool, cameras, cutAt);
    }
    for (let cut = 1; cut <= cuts; cut += 1) await floor(cut);
    say('');
    for (const [reason, count] of failures) say(`tried again ${count} times: ${reason}`);
    say(`this process holds ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
  } finally {
    await Promise.all(cameras.map((camera) => camera.stop()));
    await pool.end();
    await platform.close();
  }
}

async function measure(
  name: string,
  platform: Platform,
  pool: pg.Pool,
  cameras: readonly Camera[],
  startedAtMs: number,
): Promise<void> {
  const pids = platform.info.services.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  const platformBefore = sum(pids.map(cpuSeconds));
  const ownBefore = process.cpuUsage();
  const connections = cameras.map((camera) => camera.connections);
  const times: number[] = [];
  await Promise.all(
    cameras.map(async (camera, index) => {
      await camera.until(
        () => camera.connected && camera.connections > (connections[index] ?? 0),
        timeoutMs,
        `camera ${index} connecting`,
      );
      times.push(Date.now() - startedAtMs);
    }),
  );
  const own = process.cpuUsage(ownBefore);
  await waitFor(
    async () => {
      const { rows } = await pool.query<{ n: number }>(
        `select count(*)::int as n from camera_registry
         where camera_id = any($1) and connection_status = 'connected' and last_seen >= $2`,
        [cameras.map(({ cameraId }) => cameraId), new Date(startedAtMs)],
      );
      return rows[0]?.n === cameras.length;
    },
    'all rows saying connected',
    timeoutMs,
  );
  const rowsMs = Date.now() - startedAtMs;
  const platformCpu = pids.length === 0 ? '     –' : (sum(pids.map(cpuSeconds)) - platformBefore).toFixed(2);
  say(
    `${name.padEnd(20)} ${seconds(Math.max(...times))} s      ${seconds(median(times))} s   ${seconds(rowsMs)} s     ` +
      `${((own.user + own.system) / 1e6).toFixed(2).padStart(8)}       ${platformCpu.padStart(8)}`,
  );
}

/** The same three handshakes a camera, against servers that know two answers and do nothing else. */
async function floor(round: number): Promise<void> {
  const child = fork(process.argv[1] ?? '', ['--bare-server']);
  try {
    const { pairs, ca } = await testCertificates();
    const [https, mqtt] = await bareServerPorts(child, pairs);
    const cpuBefore = cpuSeconds(child.pid ?? 0);
    const ownBefore = process.cpuUsage();
    const startedAtMs = Date.now();
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: cameraCount }, async () => {
        for (const path of ['hivecam/X', 'hivecam/cert/X'])
          await firmwareFetch({ method: 'GET', url: `https://127.0.0.1:${https}/${path}`, ca });
        const socket = connect({
          host: '127.0.0.1',
          port: mqtt,
          ca,
          cert: pairs.camera_client.certificate,
          key: pairs.camera_client.key,
          maxVersion: 'TLSv1.2',
        });
        await once(socket, 'data');
        times.push(Date.now() - startedAtMs);
        socket.destroy();
      }),
    );
    const own = process.cpuUsage(ownBefore);
    const cpu = cpuSeconds(child.pid ?? 0) - cpuBefore;
    say(
      `${`bare servers ${round}`.padEnd(20)} ${seconds(Math.max(...times))} s      ${seconds(median(times))} s                  ` +
        `${((own.user + own.system) / 1e6).toFixed(2).padStart(8)}       ${cpu.toFixed(2).padStart(8)}`,
    );
  } finally {
    child.kill();
  }
}

type Pairs = Awaited<ReturnType<typeof testCertificates>>['pairs'];

async function bareServerPorts(child: ChildProcess, pairs: Pairs): Promise<[number, number]> {
  child.send(pairs);
  const [ports] = (await once(child, 'message')) as [[number, number]];
  return ports;
}

/** In the child: replies the size of the real ones, a CONNACK for whoever has a certificate. */
function bareServer(): void {
  process.once('message', (pairs: Pairs) => {
    const reply = (length: number): string =>
      `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${'x'.repeat(length)}`;
    const https = createServer(
      { cert: pairs.config_server.certificate, key: pairs.config_server.key, maxVersion: 'TLSv1.2' },
      (socket) =>
        answer(socket, (head) => socket.end(reply(head.toString('latin1').includes('cert') ? 10_000 : 1000))),
    );
    const mqtt = createServer(
      {
        cert: pairs.broker.certificate,
        key: pairs.broker.key,
        ca: pairs.ca.certificate,
        requestCert: true,
        rejectUnauthorized: true,
      },
      (socket) => {
        socket.on('error', () => undefined);
        socket.write(Buffer.from('20020000', 'hex'));
      },
    );
    void Promise.all([listening(https), listening(mqtt)]).then((ports) => process.send?.(ports));
  });
}

function answer(socket: TLSSocket, with_: (head: Buffer) => void): void {
  socket.on('error', () => undefined);
  socket.once('data', with_);
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

if (values['bare-server']) bareServer();
else await main();
