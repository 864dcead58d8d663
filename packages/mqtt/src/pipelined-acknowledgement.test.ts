/**
 * Pipelined acknowledgement at the wire: what leaves the socket, in which order, and what must never leave it. A raw
 * socket plays the broker, so a change inside mqtt.js shows here.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '@apiary/base/logger';
import { waitFor } from '@apiary/test-support/wait-for';
import { consume, type Consumer } from './client.ts';
import { startFakeBroker, type FakeBroker } from './fake-broker.ts';
import type { Delivery } from './pipelined-acknowledgement.ts';

let broker: FakeBroker;
let consumer: Consumer;
afterEach(async () => {
  await consumer.close();
  await broker.close();
});

async function harness(options: { maxInFlight?: number; maxInFlightBytes?: number } = {}) {
  broker = await startFakeBroker();
  const deliveries: Delivery[] = [];
  consumer = consume({
    host: '127.0.0.1',
    port: broker.port,
    username: 'u',
    password: 'p',
    clientId: 'svc-test',
    logger: silentLogger,
    reconnectMs: 50,
    filters: ['t'],
    onDelivery: (delivery) => deliveries.push(delivery),
    ...options,
  });
  const connection = await broker.connection(0);
  await waitFor(() => consumer.subscribed, 'subscription');
  const texts = () => deliveries.map(({ payload }) => payload.toString());
  const delivered = (count: number) => waitFor(() => deliveries.length >= count, `${count} deliveries`);
  return { deliveries, connection, texts, delivered };
}

describe('a durable session', () => {
  it('connects with clean = false and subscribes at QoS 1', async () => {
    const { connection } = await harness();
    expect(connection.received.find(({ cmd }) => cmd === 'connect')).toMatchObject({
      clean: false,
      clientId: 'svc-test',
      protocolVersion: 4,
    });
    expect(connection.received.find(({ cmd }) => cmd === 'subscribe')).toMatchObject({
      subscriptions: [{ topic: 't', qos: 1 }],
    });
  });

  it('hands over many messages before the first is acknowledged', async () => {
    const { connection, delivered, texts } = await harness();
    for (let id = 1; id <= 600; id += 1) connection.publish(id, `m${id}`);
    await delivered(600);
    expect(texts()[599]).toBe('m600');
    expect(connection.acknowledged()).toEqual([]);
    expect(consumer.deliveries.inFlight).toBe(600);
  });

  it('sends each PUBACK only when asked, and in order of arrival', async () => {
    const { connection, deliveries, delivered } = await harness();
    for (const id of [7, 8, 9]) connection.publish(id, `m${id}`);
    await delivered(3);
    deliveries[2]?.acknowledge();
    deliveries[1]?.acknowledge();
    connection.publish(10, 'm10');
    await delivered(4);
    expect(connection.acknowledged()).toEqual([]);
    deliveries[0]?.acknowledge();
    await waitFor(() => connection.acknowledged().length === 3, 'three acknowledgements');
    expect(connection.acknowledged()).toEqual([7, 8, 9]);
  });

  it('acknowledges once however often it is asked', async () => {
    const { connection, deliveries, delivered } = await harness();
    connection.publish(1, 'a');
    connection.publish(2, 'b');
    await delivered(2);
    deliveries[0]?.acknowledge();
    deliveries[0]?.acknowledge();
    deliveries[1]?.acknowledge();
    await waitFor(() => connection.acknowledged().length >= 2, 'acknowledgements');
    expect(connection.acknowledged()).toEqual([1, 2]);
    expect(consumer.deliveries.inFlight).toBe(0);
  });

  it('never acknowledges QoS 0', async () => {
    const { connection, deliveries, delivered } = await harness();
    connection.publish(0, 'zero', { qos: 0 });
    connection.publish(5, 'one');
    await delivered(2);
    deliveries[0]?.acknowledge();
    deliveries[1]?.acknowledge();
    await waitFor(() => connection.acknowledged().length > 0, 'acknowledgement');
    expect(connection.acknowledged()).toEqual([5]);
  });
});

describe('reconnection', () => {
  it('drops acknowledgements of the earlier connection: the id may mean another message now', async () => {
    const { connection, deliveries, delivered } = await harness();
    connection.publish(1, 'old');
    await delivered(1);
    broker.sessionPresent = true;
    connection.socket.destroy();
    const second = await broker.connection(1);
    second.publish(1, 'new');
    await delivered(2);
    deliveries[0]?.acknowledge();
    second.publish(2, 'third');
    await delivered(3);
    deliveries[2]?.acknowledge();
    deliveries[1]?.acknowledge();
    await waitFor(() => second.acknowledged().length >= 2, 'acknowledgements');
    expect(second.acknowledged()).toEqual([1, 2]);
    expect(consumer.deliveries.inFlight).toBe(0);
  });

  it('an acknowledgement given while the broker is away is not sent later', async () => {
    const { connection, deliveries, delivered } = await harness();
    connection.publish(3, 'old');
    await delivered(1);
    broker.sessionPresent = true;
    connection.socket.destroy();
    await waitFor(() => !consumer.connected, 'loss of the connection');
    deliveries[0]?.acknowledge();
    const second = await broker.connection(1);
    second.publish(4, 'new');
    await delivered(2);
    deliveries[1]?.acknowledge();
    await waitFor(() => second.acknowledged().length > 0, 'acknowledgement');
    expect(second.acknowledged()).toEqual([4]);
  });

  it('subscribes again when the broker lost the session, and only then', async () => {
    const { connection } = await harness();
    const subscribes = (index: number) =>
      broker.connections[index]?.received.filter(({ cmd }) => cmd === 'subscribe').length ?? 0;
    broker.sessionPresent = true;
    connection.socket.destroy();
    const second = await broker.connection(1);
    await waitFor(() => consumer.subscribed, 'known session');
    expect(subscribes(1)).toBe(0);
    broker.sessionPresent = false;
    second.socket.destroy();
    await broker.connection(2);
    await waitFor(() => subscribes(2) === 1, 'new subscription');
  });

  it('keeps trying when CONNACK refuses it', async () => {
    const { connection } = await harness();
    broker.connackCode = 3;
    connection.socket.destroy();
    await broker.connection(2);
    broker.connackCode = 0;
    await waitFor(() => consumer.connected, 'connection after refusals');
  });
});

describe('back-pressure', () => {
  it('stops reading at the bound and goes on when places are free', async () => {
    const { connection, deliveries, delivered } = await harness({ maxInFlight: 10 });
    for (let id = 1; id <= 50; id += 1) connection.publish(id, `m${id}`);
    await delivered(10);
    await waitFor(() => consumer.deliveries.held, 'hold');
    expect(deliveries.length).toBe(10);
    for (let taken = 0; taken < 50; taken += 1) {
      await delivered(taken + 1);
      deliveries[taken]?.acknowledge();
    }
    await waitFor(() => connection.acknowledged().length === 50, 'all acknowledged');
    expect(connection.acknowledged()).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it('bounds bytes too, but always lets one message through', async () => {
    const { connection, deliveries, delivered } = await harness({ maxInFlightBytes: 100 });
    connection.publish(1, 'x'.repeat(500));
    connection.publish(2, 'y');
    await delivered(1);
    await waitFor(() => consumer.deliveries.held, 'hold');
    deliveries[0]?.acknowledge();
    await delivered(2);
  });

  it('survives losing the connection while held', async () => {
    const { connection, deliveries, delivered } = await harness({ maxInFlight: 1 });
    connection.publish(1, 'a');
    connection.publish(2, 'b');
    await delivered(1);
    await waitFor(() => consumer.deliveries.held, 'hold');
    broker.sessionPresent = true;
    connection.socket.destroy();
    const second = await broker.connection(1);
    deliveries[0]?.acknowledge();
    second.publish(1, 'a', { dup: true });
    await waitFor(() => deliveries.at(-1)?.dup === true, 'redelivery');
    deliveries.forEach((delivery) => delivery.acknowledge());
    await waitFor(() => second.acknowledged().length === 1, 'acknowledgement');
  });
});
