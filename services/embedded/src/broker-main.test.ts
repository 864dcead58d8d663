/**
 * The broker's process and its promise: what it acknowledged is delivered to a durable session, though the process is
 * killed again and again, the subscriber away or connected. And: it ends on SIGTERM, and keeps sessions over it.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { delay } from '@apiary/base/deadline';
import { cameraTopics } from '@apiary/contract';
import { tempDir, waitFor } from '@apiary/test-support';
import { brokerProcess, servicePassword, type BrokerProcess } from './broker-process.helpers.ts';

let broker: BrokerProcess;
let dir: Awaited<ReturnType<typeof tempDir>>;

beforeAll(async () => {
  dir = await tempDir();
  broker = await brokerProcess(dir.path);
  await broker.start();
});
afterAll(async () => {
  await broker.end();
  await dir[Symbol.asyncDispose]();
});

/** Receives, acknowledges and notes every message of `prod/device/#`. */
async function subscribe(received: string[]): Promise<MqttClient> {
  const client = await connectAsync({
    host: '127.0.0.1',
    port: broker.servicePort,
    username: 'svc-mqtt-processor',
    password: servicePassword,
    clientId: 'svc-mqtt-processor',
    clean: false,
    reconnectPeriod: 0,
  });
  client.on('error', () => undefined);
  client.on('message', (_topic, payload) => received.push(payload.toString()));
  await client.subscribeAsync('prod/device/+/hive-cam/#', { qos: 1 });
  return client;
}

async function connectCamera(id: string): Promise<MqttClient> {
  const { camera_client: pair } = broker.certificates.pairs;
  const client = await connectAsync({
    protocol: 'mqtts',
    host: '127.0.0.1',
    port: broker.cameraPort,
    ca: broker.certificates.ca,
    cert: pair.certificate,
    key: pair.key,
    clientId: id,
    reconnectPeriod: 0,
  });
  client.on('error', () => undefined);
  return client;
}

/** Publishes as fast as it is acknowledged, 20 at a time, until the broker is gone; adds what was acknowledged. */
async function publishUntilGone(
  client: MqttClient,
  topic: string,
  next: () => string,
  acknowledged: Set<string>,
) {
  let gone = false;
  const closed = new Promise<false>((resolve) => {
    client.once('close', () => {
      gone = true;
      resolve(false);
    });
  });
  const lane = async (): Promise<void> => {
    while (!gone) {
      const message = next();
      const taken = client.publishAsync(topic, message, { qos: 1 }).then(
        () => true,
        () => false,
      );
      if (await Promise.race([taken, closed])) acknowledged.add(message);
    }
  };
  await Promise.all(Array.from({ length: 20 }, lane));
  client.end(true);
}

test(
  'no acknowledged message is lost when the broker is killed under load',
  { timeout: 120_000 },
  async () => {
    const acknowledged = new Set<string>();
    const received: string[] = [];
    const cameras = Array.from({ length: 4 }, (_entry, index) => {
      let count = 0;
      return {
        id: randomBytes(16).toString('hex').toUpperCase(),
        name: `camera${index}`,
        next: () => `camera${index} ${(count += 1)}`,
      };
    });
    await (await subscribe(received)).endAsync();

    for (let round = 0; round < 6; round += 1) {
      const subscriber = round % 2 === 1 ? await subscribe(received) : undefined;
      const clients = await Promise.all(cameras.map(({ id }) => connectCamera(id)));
      const publishing = cameras.map(({ id, next }, index) => {
        const client = clients[index];
        if (client === undefined) throw new Error('a client for each camera');
        return publishUntilGone(client, cameraTopics.status(id), next, acknowledged);
      });
      await delay(randomInt(150, 700));
      await broker.end('SIGKILL');
      await Promise.all(publishing);
      subscriber?.end(true);
      await broker.start();
    }

    const last = await subscribe(received);
    const missing = (): string[] => {
      const got = new Set(received);
      return [...acknowledged].filter((message) => !got.has(message));
    };
    await waitFor(() => missing().length === 0, 'every acknowledged message', 30_000).catch(() => undefined);
    expect(missing()).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(500);
    await last.endAsync();

    // Repeats are allowed; per camera, first arrivals are in the order of publishing.
    for (const { name } of cameras) {
      const numbers = [...new Set(received)]
        .filter((message) => message.startsWith(`${name} `))
        .map((message) => Number(message.split(' ')[1]));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
    console.info(
      `6 kills: ${acknowledged.size} acknowledged, none missing, ${received.length - new Set(received).size} repeats`,
    );
  },
);

test('SIGTERM ends it cleanly; session and queue are there afterwards', async () => {
  const received: string[] = [];
  const subscriber = await subscribe(received);
  await waitFor(() => subscriber.connected, 'the subscriber');
  expect(await broker.end('SIGTERM')).toBe(0);
  await broker.start();
  const again = await connectAsync({
    host: '127.0.0.1',
    port: broker.servicePort,
    username: 'svc-mqtt-processor',
    password: servicePassword,
    clientId: 'svc-mqtt-processor',
    clean: false,
    reconnectPeriod: 0,
  });
  const response = await fetch(
    `http://127.0.0.1:${broker.apiPort}/api/v5/clients?fields=clientid,connected`,
    {
      headers: { authorization: `Basic ${Buffer.from('test:secret-of-the-test').toString('base64')}` },
    },
  );
  expect(await response.json()).toMatchObject({
    data: [{ clientid: 'svc-mqtt-processor', connected: true }],
  });
  await again.endAsync();
  await subscriber.endAsync(true);
});
