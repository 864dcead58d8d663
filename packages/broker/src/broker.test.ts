/** What only the embedded broker can be asked, at the wire: its deadlines, its files, its slow clients. */
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FatalError } from '@apiary/base/errors';
import { silentLogger } from '@apiary/base/logger';
import { certificateFiles } from '@apiary/base/paths';
import { cameraTopics } from '@apiary/contract';
import { freePort, tempDir, testCertificates, waitFor } from '@apiary/test-support';
import { startBroker, type Broker, type BrokerOptions } from './broker.ts';

const cameraId = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
let dir: Awaited<ReturnType<typeof tempDir>>;
let certificates: Awaited<ReturnType<typeof testCertificates>>;
let options: BrokerOptions;
let broker: Broker | undefined;
const clients: MqttClient[] = [];
const sockets: Socket[] = [];

beforeEach(async () => {
  dir = await tempDir();
  certificates = await testCertificates();
  const certsDir = join(dir.path, 'certs');
  await mkdir(certsDir);
  const pair = certificateFiles(certsDir, 'broker');
  const ca = certificateFiles(certsDir, 'ca').certificate;
  const source = certificateFiles(certificates.dir, 'broker');
  await copyFile(source.certificate, pair.certificate);
  await copyFile(source.key, pair.key);
  await copyFile(certificateFiles(certificates.dir, 'ca').certificate, ca);
  const usersFile = join(dir.path, 'users.csv');
  const keysFile = join(dir.path, 'api-keys');
  await writeUsers(usersFile, 'first-password');
  await writeFile(keysFile, 'key:secret-of-the-test\n');
  options = {
    dataDir: join(dir.path, 'queue'),
    cameras: { host: '127.0.0.1', port: 0, files: { ...pair, ca } },
    services: { host: '127.0.0.1', port: 0, usersFile },
    api: { host: '127.0.0.1', port: 0, keysFile },
    logger: silentLogger,
    reloadIntervalMs: 50,
  };
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true).catch(() => undefined);
  for (const socket of sockets.splice(0)) socket.destroy();
  await broker?.stop();
  broker = undefined;
  await dir[Symbol.asyncDispose]();
});

const writeUsers = (path: string, password: string): Promise<void> =>
  writeFile(
    path,
    `user_id,password,is_superuser\nsvc-mqtt-processor,${password},false\nsvc-livestream,${password},false\n`,
  );

async function service(user: string, password = 'first-password', clean = true): Promise<MqttClient> {
  const client = await connectAsync(
    `mqtt://127.0.0.1:${broker?.servicePort ?? 0}`,
    {
      username: user,
      password,
      clientId: user,
      clean,
      reconnectPeriod: 0,
    },
    false,
  );
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

async function camera(id = cameraId): Promise<MqttClient> {
  const { certificate: cert, key } = certificates.pairs.camera_client;
  const client = await connectAsync(
    `mqtts://127.0.0.1:${broker?.cameraPort ?? 0}`,
    {
      ca: certificates.ca,
      cert,
      key,
      clientId: id,
      reconnectPeriod: 0,
    },
    false,
  );
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

function silentConnection(port: number): Socket {
  const socket = createConnection(port, '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

test('connections that say nothing cost the others nothing, and are closed', async () => {
  broker = await startBroker(options);
  const silent = Array.from({ length: 100 }, (_entry, index) =>
    silentConnection(index % 2 === 0 ? (broker?.cameraPort ?? 0) : (broker?.servicePort ?? 0)),
  );
  // Half a CONNECT, then nothing.
  silent[1]?.write(Buffer.from([0x10, 0x50, 0x00]));
  let closed = 0;
  for (const socket of silent) socket.once('close', () => (closed += 1));
  const client = await camera();
  await client.publishAsync(cameraTopics.status(cameraId), 'x', { qos: 1 });
  await waitFor(() => closed === silent.length, 'all silent connections to be closed', 25_000);
  expect(client.connected).toBe(true);
});

test('garbage and a second CONNECT end the connection, not the broker', async () => {
  broker = await startBroker(options);
  const garbage = silentConnection(broker.servicePort);
  garbage.write('GET / HTTP/1.1\r\n\r\n');
  const plain = silentConnection(broker.cameraPort);
  plain.write(Buffer.from([0x10, 0x0c, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 0]));
  await Promise.all(
    [garbage, plain].map((socket) => new Promise((resolve) => socket.once('close', resolve))),
  );
  await camera();
});

test('a subscriber without durable session that stops reading holds up nobody', async () => {
  broker = await startBroker(options);
  const live = await service('svc-livestream');
  await live.subscribeAsync('prod/device/#', { qos: 0 });
  // Off the socket, and deaf: mqtt.js reads through a pipe.
  live.stream.unpipe();
  live.stream.pause();
  const received: number[] = [];
  const processor = await service('svc-mqtt-processor', 'first-password', false);
  processor.on('message', (_topic, payload) => received.push(payload.readUInt32BE(0)));
  await processor.subscribeAsync('prod/device/#', { qos: 1 });
  const client = await camera();
  const payload = Buffer.alloc(64 * 1024);
  for (let index = 0; index < 600; index += 1) {
    payload.writeUInt32BE(index);
    await client.publishAsync(cameraTopics.status(cameraId), Buffer.from(payload), { qos: 1 });
  }
  await waitFor(() => received.length === 600, 'all messages');
  expect(received).toEqual([...Array(600).keys()]);
  expect(broker.counters.get('delivery.dropped.slow_client')).toBeGreaterThan(0);
});

test('a certificate that changes on disk is served without a restart; a broken one is not taken up', async () => {
  broker = await startBroker(options);
  const served = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const { certificate: cert, key } = certificates.pairs.camera_client;
      const socket = tlsConnect(
        { host: '127.0.0.1', port: broker?.cameraPort ?? 0, ca: certificates.ca, cert, key, servername: '' },
        () => {
          resolve(socket.getPeerCertificate().fingerprint256);
          socket.destroy();
        },
      );
      socket.once('error', reject);
    });
  const before = await served();
  const connected = await camera();
  const { files } = options.cameras;
  await writeFile(files.certificate, 'half a file');
  const other = certificateFiles(certificates.dir, 'config_server');
  await copyFile(other.key, `${files.key}.new`);
  expect(await served()).toBe(before);
  await rename(`${files.key}.new`, files.key);
  await copyFile(other.certificate, files.certificate);
  await waitFor(async () => (await served()) !== before, 'the new certificate');
  expect(connected.connected).toBe(true);
});

test('users are read again when their file changes', async () => {
  broker = await startBroker(options);
  await service('svc-livestream');
  await writeUsers(options.services.usersFile, 'second-password-is-longer');
  await waitFor(async () => {
    await service('svc-mqtt-processor', 'second-password-is-longer');
    return true;
  }, 'the new password');
  await expect(service('svc-mqtt-processor', 'first-password')).rejects.toThrow(/Bad username or password/i);
});

test('what cannot work is said before the start, by file or port', async () => {
  await expect(
    startBroker({ ...options, services: { ...options.services, usersFile: '/nowhere/users.csv' } }),
  ).rejects.toThrow(FatalError);
  await rm(options.cameras.files.key);
  await expect(startBroker(options)).rejects.toThrow(/CERTS_DIR.*broker\.key/);
});

test('a taken port is named, and nothing is left open', async () => {
  const port = await freePort();
  broker = await startBroker({ ...options, cameras: { ...options.cameras, port } });
  const second = { ...options, dataDir: join(dir.path, 'second'), cameras: { ...options.cameras, port } };
  await expect(startBroker(second)).rejects.toThrow(`port ${port} (MQTT_TLS_PORT)`);
  await broker.stop();
  broker = await startBroker(second);
});
