/** The durable queue without a network: a client is a pair of streams, its disk a temporary folder. */
import { PassThrough } from 'node:stream';
import mqttPacket from 'mqtt-packet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Counters } from '@apiary/base/counters';
import { silentLogger } from '@apiary/base/logger';
import { tempDir, waitFor } from '@apiary/test-support';
import type { ConnectionInfo } from './connections.ts';
import { zoneLimits, type Zone, type ZoneLimits } from './limits.ts';
import { Sessions } from './sessions.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let nowMs: number;
let counters: Counters;
let opened: Sessions[];

beforeEach(async () => {
  dir = await tempDir();
  nowMs = 1_000_000;
  counters = new Counters();
  opened = [];
});
afterEach(async () => {
  for (const sessions of opened) await sessions.close();
  await dir[Symbol.asyncDispose]();
});

async function open(limits: Partial<Record<Zone, Partial<ZoneLimits>>> = {}): Promise<Sessions> {
  const sessions = await Sessions.open({
    dir: dir.path,
    logger: silentLogger,
    clock: { now: () => nowMs, date: () => new Date(nowMs) },
    counters,
    limits: {
      camera: { ...zoneLimits.camera, ...limits.camera },
      service: { ...zoneLimits.service, ...limits.service },
    },
  });
  opened.push(sessions);
  return sessions;
}

async function reopen(sessions: Sessions, limits: Parameters<typeof open>[0] = {}): Promise<Sessions> {
  opened = opened.filter((other) => other !== sessions);
  await sessions.close();
  return open(limits);
}

const connectionOf = (clientId: string, zone: Zone = 'service'): ConnectionInfo => ({
  clientId,
  userName: clientId,
  zone,
  ipAddress: '127.0.0.1',
  port: 1,
  listenerPort: 1883,
  protocolName: 'MQTT',
  protocolVersion: 4,
  keepaliveSeconds: 60,
  cleanStart: false,
  expirySeconds: 60,
  connectedAtMs: 1,
});

const subscribe = (
  sessions: Sessions,
  client: string,
  filter: string,
  zone: Zone = 'service',
): Promise<void> =>
  new Promise((resolve, reject) =>
    sessions.subscribe(connectionOf(client, zone), [[filter, 1]], (error) =>
      error === undefined ? resolve() : reject(error),
    ),
  );

const accept = (sessions: Sessions, topic: string, text: string, qos: 0 | 1 = 1): Promise<void> =>
  new Promise((resolve, reject) =>
    sessions.accept({ topic, payload: Buffer.from(text), qos }, (error) =>
      error === undefined ? resolve() : reject(error),
    ),
  );

/** A client that notes what it gets and acknowledges when told to. */
function attach(sessions: Sessions, clientId: string, acknowledge = true) {
  const socket = new PassThrough();
  const received: { text: string; dup: boolean; messageId: number | undefined }[] = [];
  const parser = mqttPacket.parser();
  parser.on('packet', (packet) => {
    if (packet.cmd !== 'publish') return;
    received.push({ text: packet.payload.toString(), dup: packet.dup, messageId: packet.messageId });
    if (acknowledge && packet.messageId !== undefined) sessions.get(clientId)?.acknowledge(packet.messageId);
  });
  socket.on('data', (chunk: Buffer) => parser.parse(chunk));
  sessions.get(clientId)?.attach(socket, connectionOf(clientId));
  return { socket, received, texts: () => received.map(({ text }) => text) };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_entry, index) => String(index));

test('messages wait on disk for a client that is away, over a restart, in order, once acknowledged gone', async () => {
  let sessions = await open();
  await subscribe(sessions, 'a', 'x/#');
  await Promise.all(numbers(100).map((text) => accept(sessions, 'x/y', text)));
  await accept(sessions, 'not/mine', 'no');
  sessions = await reopen(sessions);
  expect(sessions.get('a')?.length).toBe(100);
  const client = attach(sessions, 'a');
  await waitFor(() => client.received.length === 100, 'all messages');
  expect(client.texts()).toEqual(numbers(100));
  sessions.get('a')?.detach(nowMs);
  sessions = await reopen(sessions);
  expect(sessions.get('a')?.length).toBe(0);
  await accept(sessions, 'x/y', 'after');
  expect(sessions.get('a')?.length).toBe(1);
});

test('a queue longer than its place in memory is delivered whole and in order, new messages behind it', async () => {
  let sessions = await open();
  await subscribe(sessions, 'a', 'x');
  const count = 12_000;
  await Promise.all(numbers(count).map((text) => accept(sessions, 'x', text)));
  expect(sessions.get('a')?.length).toBe(count);
  sessions = await reopen(sessions);
  const client = attach(sessions, 'a');
  for (let index = count; index < count + 500; index += 1) await accept(sessions, 'x', String(index));
  await waitFor(() => client.received.length >= count + 500, 'all messages', 25_000);
  expect(client.texts()).toEqual(numbers(count + 500));
});

test('no more is sent than the window allows; unacknowledged messages come first after a reconnect, marked', async () => {
  const sessions = await open({ service: { maxInFlight: 3 } });
  await subscribe(sessions, 'a', 'x');
  for (const text of numbers(5)) await accept(sessions, 'x', text);
  const first = attach(sessions, 'a', false);
  await waitFor(() => first.received.length === 3, 'a full window');
  sessions.get('a')?.acknowledge(first.received[1]?.messageId ?? 0);
  await waitFor(() => first.received.length === 4, 'the next message');
  sessions.get('a')?.detach(nowMs);
  const second = attach(sessions, 'a');
  await waitFor(() => second.received.length === 4, 'the rest');
  expect(second.received.map(({ text, dup }) => [text, dup])).toEqual([
    ['0', true],
    ['2', true],
    ['3', true],
    ['4', false],
  ]);
});

test('a client that stops reading does not make memory grow with its queue, and loses nothing', async () => {
  const sessions = await open();
  await subscribe(sessions, 'a', 'x');
  const client = attach(sessions, 'a');
  client.socket.pause();
  const payload = 'p'.repeat(50_000);
  for (let index = 0; index < 100; index += 1) await accept(sessions, 'x', `${index} ${payload}`);
  expect(client.socket.writableLength).toBeLessThan(2 * 1024 * 1024);
  client.socket.resume();
  await waitFor(() => client.received.length === 100, 'all messages');
  expect(client.texts().map((text) => text.split(' ')[0])).toEqual(numbers(100));
});

test('beyond the limit the oldest message is dropped and counted', async () => {
  const sessions = await open({ service: { maxQueueLength: 10 } });
  await subscribe(sessions, 'a', 'x');
  for (const text of numbers(13)) await accept(sessions, 'x', text);
  expect(counters.get('delivery.dropped.queue_full')).toBe(3);
  const client = attach(sessions, 'a');
  await waitFor(() => client.received.length === 10, 'what is left');
  expect(client.texts()).toEqual(numbers(13).slice(3));
});

test('QoS 0 is kept for a client that is away, and left to the live path for one that is here', async () => {
  const sessions = await open();
  await subscribe(sessions, 'a', 'x');
  await accept(sessions, 'x', 'away', 0);
  const client = attach(sessions, 'a');
  await waitFor(() => client.received.length === 1, 'the message');
  expect(client.received[0]?.messageId).toBeUndefined();
  await accept(sessions, 'x', 'here', 0);
  await accept(sessions, 'x', 'last', 1);
  await waitFor(() => client.received.length === 2, 'the last message');
  expect(client.texts()).toEqual(['away', 'last']);
});

test('sessions expire by zone when their client stays away, and take their queue along', async () => {
  let sessions = await open();
  await subscribe(sessions, 'camera', 'x', 'camera');
  await subscribe(sessions, 'service', 'x');
  await accept(sessions, 'x', 'message');
  sessions = await reopen(sessions);
  nowMs += zoneLimits.camera.sessionExpiryMs;
  sessions.dropExpired();
  expect(sessions.list().map(({ clientId }) => clientId)).toEqual(['service']);
  sessions = await reopen(sessions);
  expect(sessions.list().map(({ clientId, length }) => [clientId, length])).toEqual([['service', 1]]);
  attach(sessions, 'service');
  nowMs += 10 * zoneLimits.service.sessionExpiryMs;
  sessions.dropExpired();
  expect(sessions.get('service')).toBeDefined();
});

test('a dropped session leaves nothing behind, and a new one of the same client starts empty', async () => {
  let sessions = await open();
  await subscribe(sessions, 'a', 'x');
  await accept(sessions, 'x', 'old');
  sessions.drop('a');
  await subscribe(sessions, 'a', 'y');
  await accept(sessions, 'x', 'not subscribed');
  await accept(sessions, 'y', 'new');
  sessions = await reopen(sessions);
  const client = attach(sessions, 'a');
  await waitFor(() => client.received.length === 1, 'the new message');
  expect(client.texts()).toEqual(['new']);
});

test('an unsubscribed filter gets no more, what was queued is still delivered', async () => {
  const sessions = await open();
  await subscribe(sessions, 'a', 'x');
  await accept(sessions, 'x', 'before');
  sessions.unsubscribe('a', ['x']);
  await accept(sessions, 'x', 'after');
  const client = attach(sessions, 'a');
  await waitFor(() => client.received.length === 1, 'the message');
  expect(client.texts()).toEqual(['before']);
});

test('a message that cannot be written is not taken: its sender gets the error', async () => {
  const sessions = await open();
  await subscribe(sessions, 'a', 'x');
  opened = [];
  await sessions.close();
  await expect(accept(sessions, 'x', 'late')).rejects.toThrow();
});
