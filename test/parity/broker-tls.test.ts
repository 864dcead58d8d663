/** The camera listener's TLS, as both brokers do it (docs/ref/broker.md). Broker and settings: broker-under-test.ts. */
import { connect, type ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PemPair } from '@apiary/certgen/x509';
import { brokerUnderTest, oddClient, type BrokerUnderTest } from './broker-under-test.ts';

let broker: BrokerUnderTest;

beforeAll(async () => {
  broker = await brokerUnderTest();
});
afterAll(async () => {
  await broker.stop();
});

/** CONNECT of MQTT 3.1.1, clean, with the id given. */
function connectPacket(id: string): Buffer {
  const head = [0x10, 12 + id.length, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, id.length];
  return Buffer.concat([Buffer.from(head), Buffer.from(id)]);
}

/** The CONNACK code, or undefined when the connection ended without one. */
function connack(options: ConnectionOptions, pair: PemPair = broker.camera): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect({
      host: broker.cameraHost,
      port: broker.cameraPort,
      ca: broker.ca,
      cert: pair.certificate,
      key: pair.key,
      timeout: 15_000,
      ...options,
    });
    socket.on('secureConnect', () => socket.write(connectPacket('0A1B2C3D4E5F60718293A4B5C6D7E8F9')));
    socket.on('data', (data: Buffer) => {
      resolve(data[3]);
      socket.destroy();
    });
    for (const event of ['error', 'close', 'timeout'])
      socket.on(event, () => {
        resolve(undefined);
        socket.destroy();
      });
  });
}

const v12 = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;

test.each<[string, ConnectionOptions]>([
  ['TLS 1.2', v12],
  ['TLS 1.3', { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }],
  ['static RSA AES128-GCM', { ...v12, ciphers: 'AES128-GCM-SHA256' }],
  ['static RSA AES256-GCM', { ...v12, ciphers: 'AES256-GCM-SHA384' }],
  ['static RSA AES256-SHA256', { ...v12, ciphers: 'AES256-SHA256' }],
  ['ECDHE-RSA-AES128-SHA', { ...v12, ciphers: 'ECDHE-RSA-AES128-SHA' }],
  ['group P-384', { ecdhCurve: 'P-384' }],
  ['group P-521', { ecdhCurve: 'P-521' }],
])('%s: accepted', async (_what, options) => {
  expect(await connack(options)).toBe(0);
});

test('TLS 1.1: refused', async () => {
  expect(await connack({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).toBe(
    undefined,
  );
});

test.each([v12, { minVersion: 'TLSv1.3' } as const])(
  'no certificate, with %o: no CONNACK',
  async (options) => {
    expect(await connack({ ...options, cert: undefined, key: undefined })).toBe(undefined);
  },
);

test.each([
  ['a foreign CA of the same look', { otherCa: true }],
  ['an expired certificate', { expired: true }],
])('%s: no CONNACK', async (_what, odd) => {
  expect(await connack({}, await oddClient(broker, odd))).toBe(undefined);
});

test('a resumed TLS 1.2 session is still the camera it was', async () => {
  const session = await new Promise<Buffer>((resolve, reject) => {
    const socket = connect({
      host: broker.cameraHost,
      port: broker.cameraPort,
      ca: broker.ca,
      cert: broker.camera.certificate,
      key: broker.camera.key,
      ...v12,
    });
    socket.once('session', (ticket: Buffer) => {
      resolve(ticket);
      socket.end();
    });
    socket.once('error', reject);
  });
  const id = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
  const topic = `prod/honeycomb/${id}/#`;
  const subscribe = Buffer.concat([
    Buffer.from([0x82, 5 + topic.length, 0, 1, 0, topic.length]),
    Buffer.from(topic),
    Buffer.from([1]),
  ]);
  const granted = await new Promise<number | undefined>((resolve, reject) => {
    const socket = connect({
      host: broker.cameraHost,
      port: broker.cameraPort,
      ca: broker.ca,
      cert: broker.camera.certificate,
      key: broker.camera.key,
      session,
      ...v12,
    });
    let data = Buffer.alloc(0);
    socket.once('secureConnect', () => {
      expect(socket.isSessionReused()).toBe(true);
      socket.write(Buffer.concat([connectPacket(id), subscribe]));
    });
    socket.on('data', (chunk: Buffer) => {
      data = Buffer.concat([data, chunk]);
      if (data.length < 9) return;
      resolve(data[8]);
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(undefined));
  });
  expect(granted).toBe(1);
});
