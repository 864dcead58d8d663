/** Publishing with a deadline, at the wire: nothing is kept for later, nothing waits for ever. */
import { afterEach, describe, expect, it } from 'vitest';
import { RecoverableError } from '@apiary/base/errors';
import { silentLogger } from '@apiary/base/logger';
import { rebootCommand } from '@apiary/contract';
import { freePort } from '@apiary/test-support/free-port';
import { waitFor } from '@apiary/test-support/wait-for';
import { connectBroker, type BrokerClient, type BrokerState } from './client.ts';
import { startFakeBroker, type FakeBroker } from './fake-broker.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function client(port: number, onStateChange?: (state: BrokerState) => void): BrokerClient {
  const made = connectBroker({
    host: '127.0.0.1',
    port,
    username: 'svc-dashboard',
    password: 'p',
    clientId: 'svc-dashboard',
    logger: silentLogger,
    reconnectMs: 50,
    ...(onStateChange === undefined ? {} : { onStateChange }),
  });
  cleanups.push(() => made.close());
  return made;
}
async function fakeBroker(): Promise<FakeBroker> {
  const broker = await startFakeBroker();
  cleanups.push(() => broker.close());
  return broker;
}
const published = (broker: FakeBroker) =>
  broker.connections.flatMap(({ received }) => received.filter(({ cmd }) => cmd === 'publish'));

describe('publish', () => {
  it('resolves on PUBACK; a command is QoS 1 and not retained', async () => {
    const broker = await fakeBroker();
    const mqtt = client(broker.port);
    await mqtt.ready(5000);
    const command = rebootCommand('0A1B2C3D4E5F60718293A4B5C6D7E8F9', new Date());
    await mqtt.publishCommand(command);
    expect(published(broker)).toMatchObject([{ topic: command.topic, qos: 1, retain: false }]);
  });

  it('rejects at once without a connection', async () => {
    const mqtt = client(await freePort());
    await expect(mqtt.publish('t', 'x')).rejects.toBeInstanceOf(RecoverableError);
    await expect(mqtt.ready(100)).rejects.toThrow('connecting to the broker');
  });

  it('rejects at its deadline and does not send again on the next connection', async () => {
    const broker = await fakeBroker();
    broker.answersPublish = false;
    const mqtt = client(broker.port);
    await mqtt.ready(5000);
    await expect(mqtt.publish('t', 'late', { timeoutMs: 50 })).rejects.toThrow('50 ms');
    broker.connections[0]?.socket.destroy();
    await broker.connection(1);
    broker.answersPublish = true;
    await waitFor(() => mqtt.connected, 'reconnection');
    await mqtt.publish('t', 'fresh');
    expect(published(broker).map((packet) => packet.cmd === 'publish' && String(packet.payload))).toEqual([
      'late',
      'fresh',
    ]);
  });

  it('rejects when the connection breaks before PUBACK, and does not send again', async () => {
    const broker = await fakeBroker();
    broker.answersPublish = false;
    const mqtt = client(broker.port);
    await mqtt.ready(5000);
    const publishing = mqtt.publish('t', 'once');
    await waitFor(() => published(broker).length === 1, 'publish');
    broker.connections[0]?.socket.destroy();
    await expect(publishing).rejects.toBeInstanceOf(RecoverableError);
    await broker.connection(1);
    await waitFor(() => mqtt.connected, 'reconnection');
    expect(published(broker)).toHaveLength(1);
  });
});

describe('connection', () => {
  it('tells every change and goes on after a refusal', async () => {
    const broker = await fakeBroker();
    broker.connackCode = 4;
    const states: boolean[] = [];
    const mqtt = client(broker.port, ({ connected }) => states.push(connected));
    await broker.connection(1);
    expect(mqtt.connected).toBe(false);
    broker.connackCode = 0;
    await waitFor(() => mqtt.connected, 'connection');
    broker.connections.at(-1)?.socket.destroy();
    await waitFor(() => states.length === 3, 'reconnection');
    expect(states).toEqual([true, false, true]);
  });

  it('closes within its deadline even if the broker is away', async () => {
    const mqtt = connectBroker({
      host: '127.0.0.1',
      port: await freePort(),
      username: 'u',
      password: 'p',
      clientId: 'c',
      logger: silentLogger,
    });
    await mqtt.close();
    expect(mqtt.connected).toBe(false);
  });
});
