/**
 * One table of behaviour for both brokers: EMQX as measured (docs/ref/broker.md, "What the platform relies on") and
 * ours. Runs against the embedded broker, or against any other that broker-under-test.ts names by the environment.
 * Cameras get random ids, so a broker in use may be tested too.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cameraTopics, commandTopic, presenceTopic } from '@apiary/contract';
import { waitFor } from '@apiary/test-support';
import { brokerUnderTest, oddClient, type BrokerUnderTest } from './broker-under-test.ts';
import {
  camera,
  cameraOptions,
  closeAll,
  newCameraId,
  service,
  serviceOptions,
  tryConnect,
  type TestClient,
} from './mqtt-levers.ts';

let broker: BrokerUnderTest;

beforeAll(async () => {
  broker = await brokerUnderTest();
});
afterEach(closeAll);
afterAll(async () => {
  await broker.stop();
});

const refused = 128;
const allOf = (id: string): string => `prod/device/+/hive-cam/${id}/#`;

/** A service that hears everything this camera publishes. */
async function listenerFor(id: string): Promise<TestClient> {
  const listener = await service(broker);
  expect(await listener.subscribe(allOf(id))).toBe(1);
  return listener;
}

/** What `listener` has once a last, allowed message of camera `id` has arrived: all there is to come. */
async function heardBefore(listener: TestClient, id: string): Promise<string[]> {
  const last = await camera(broker, id);
  await last.publish(cameraTopics.status(id), 'last');
  await waitFor(() => listener.received.some(({ payload }) => payload === 'last'), 'the last message');
  return listener.received.map(({ payload }) => payload).filter((payload) => payload !== 'last');
}

describe('what a camera may hear', () => {
  const id = newCameraId();
  const other = newCameraId();

  test.each([
    commandTopic(id, 'system/setmode'),
    `prod/honeycomb/${id}`,
    `prod/honeycomb/${id}/#`,
    `prod/honeycomb/${id}/+/play`,
  ])('%s: granted', async (filter) => {
    const client = await camera(broker, id);
    expect(await client.subscribe(filter)).toBe(1);
  });

  test.each([
    `prod/honeycomb/${other}/#`,
    `prod/honeycomb/${id.toLowerCase()}/#`,
    'prod/honeycomb/+/system/setmode',
    'prod/honeycomb/#',
    'prod/#',
    '#',
    `+/honeycomb/${id}/x`,
    '$SYS/#',
    '$SYS/brokers/+/clients/+/connected',
    '$foo/x',
    allOf(id),
    `$share/g/prod/honeycomb/${id}/#`,
    `$share/g/prod/honeycomb/${other}/#`,
    '$share/g/#',
    `$queue/prod/honeycomb/${id}/#`,
    '$queue/#',
    `$exclusive/prod/honeycomb/${id}/#`,
  ])('%s: refused with 0x80, the connection stays', async (filter) => {
    const client = await camera(broker, id);
    expect(await client.subscribe(filter)).toBe(refused);
    expect(await client.subscribe(`prod/honeycomb/${id}/#`)).toBe(1);
  });

  test('a refused filter delivers nothing, in a durable session neither after it is resumed', async () => {
    const mine = newCameraId();
    const client = await camera(broker, mine, { clean: false });
    await client.subscribe(`prod/honeycomb/${mine}/#`);
    await client.subscribe('prod/honeycomb/#');
    await client.cut();
    const dashboard = await service(broker, 'svc-dashboard');
    await dashboard.publish(commandTopic(other, 'system/reboot'), 'not for me');
    await dashboard.publish(commandTopic(mine, 'system/reboot'), 'for me');
    const back = await camera(broker, mine, { clean: false });
    await dashboard.publish(commandTopic(other, 'system/reboot'), 'not for me');
    await dashboard.publish(commandTopic(mine, 'system/reboot'), 'last');
    await waitFor(() => back.received.length >= 2, 'both commands');
    expect(back.received.map(({ payload }) => payload)).toEqual(['for me', 'last']);
    await back.leave();
    await camera(broker, mine);
  });

  test('too many filters: the further ones are refused, the connection stays', async () => {
    const client = await camera(broker, id);
    let granted = 0;
    while ((await client.subscribe(`prod/honeycomb/${id}/${granted}`)) !== refused) {
      granted += 1;
      if (granted > 100) break;
    }
    expect(granted).toBe(32);
    await client.publish(cameraTopics.status(id), 'still here');
  });
});

describe('what a camera may say', () => {
  test.each(['connection', 'status', 'message', 'anything'])('prod/device/%s/hive-cam/<id>', async (kind) => {
    const id = newCameraId();
    const listener = await listenerFor(id);
    const client = await camera(broker, id);
    await client.publish(`prod/device/${kind}/hive-cam/${id}`, 'as is');
    await client.publish(`prod/device/${kind}/hive-cam/${id}/and/deeper`, 'deeper', { qos: 0 });
    await waitFor(() => listener.received.length >= 2, 'both messages');
    expect(listener.received.map(({ payload }) => payload).sort()).toEqual(['as is', 'deeper']);
  });

  test('anything else is acknowledged as if accepted, and dropped; the connection stays', async () => {
    const [id, other] = [newCameraId(), newCameraId()];
    const listener = await listenerFor(other);
    const commands = await camera(broker, other);
    await commands.subscribe(`prod/honeycomb/${other}/#`);
    const client = await camera(broker, id);
    for (const topic of [
      cameraTopics.activityStart(other),
      cameraTopics.status(id.toLowerCase()),
      commandTopic(other, 'system/reboot'),
      commandTopic(id, 'system/reboot'),
      '$SYS/brokers/x/clients/y/connected',
      `$delayed/1/${cameraTopics.status(other)}`,
      'anything',
    ]) {
      await client.publish(topic, 'forged', { qos: 1 });
      await client.publish(topic, 'forged', { qos: 0 });
    }
    expect(client.isClosed()).toBe(false);
    expect(await heardBefore(listener, other)).toEqual([]);
    expect(commands.received).toEqual([]);
  });

  test('a will on the topic of another camera is dropped; on its own it is published', async () => {
    const [id, other] = [newCameraId(), newCameraId()];
    const listener = await listenerFor(other);
    const own = await listenerFor(id);
    const will = (topic: string) => ({ topic, payload: Buffer.from('will'), qos: 1 as const, retain: false });
    const forger = await camera(broker, id, { will: will(cameraTopics.connection(other)) });
    await forger.cut();
    const honest = await camera(broker, id, { will: will(cameraTopics.connection(id)) });
    await honest.cut();
    await waitFor(() => own.received.length > 0, 'the will');
    expect(await heardBefore(listener, other)).toEqual([]);
  });

  test('a topic with too many levels ends the connection', async () => {
    const id = newCameraId();
    const client = await camera(broker, id);
    client.mqtt.publish(`${cameraTopics.status(id)}/${'x/'.repeat(40)}x`, 'deep', { qos: 0 });
    await client.closed;
  });

  test('a packet beyond the limit ends the connection; one below it arrives', async () => {
    const id = newCameraId();
    const listener = await listenerFor(id);
    const client = await camera(broker, id);
    await client.publish(cameraTopics.status(id), 'x'.repeat(200 * 1024));
    await waitFor(() => listener.received.length === 1, 'the large message');
    client.mqtt.publish(cameraTopics.status(id), 'x'.repeat(300 * 1024), { qos: 0 });
    await client.closed;
    expect((await heardBefore(listener, id)).length).toBe(1);
  });

  test('the retain flag does not end the connection, and nothing is retained', async () => {
    const id = newCameraId();
    const first = await listenerFor(id);
    const client = await camera(broker, id);
    await client.publish(cameraTopics.status(id), 'kept?', { retain: true });
    await waitFor(() => first.received.length === 1, 'the live message');
    expect(first.received[0]?.packet.retain).toBe(false);
    const late = await listenerFor(id);
    expect(await heardBefore(late, id)).toEqual([]);
  });
});

describe('who is a camera', () => {
  const id = newCameraId();

  test.each([
    '+',
    '#',
    id.toLowerCase(),
    id.slice(1),
    `${id}0`,
    `${id}\n`,
    'G'.repeat(32),
    '$SYS',
    `${id}/x`,
    '',
  ])('client id %j connects, and that is all', async (clientId) => {
    const victim = newCameraId();
    const listener = await listenerFor(victim);
    const client = await camera(broker, clientId);
    for (const filter of ['#', `prod/honeycomb/${clientId}`, `prod/honeycomb/${victim}/#`])
      expect(await client.subscribe(filter)).toBe(refused);
    await client.publish(cameraTopics.status(victim), 'forged');
    expect(await heardBefore(listener, victim)).toEqual([]);
  });

  test('a client id of more than 64 characters is refused with code 2', async () => {
    expect(await tryConnect(cameraOptions(broker, 'A'.repeat(65)))).toEqual({ refused: true, code: 2 });
  });

  test('user name and password are ignored: the certificate is the user', async () => {
    const client = await camera(broker, id, { username: 'svc-mqtt-processor', password: 'wrong' });
    expect(await client.subscribe('prod/device/#')).toBe(refused);
    expect(await client.subscribe(`prod/honeycomb/${id}/#`)).toBe(1);
    const metrics = await camera(broker, id, { username: '?SDK=C&Version=2.1.1' });
    expect(await metrics.subscribe(`prod/honeycomb/${id}/#`)).toBe(1);
  });

  test.each([
    ['without a CN', null],
    ['with a service as CN', 'svc-mqtt-processor'],
    ['with some other CN', 'someone'],
  ])('a certificate %s has no service rights', async (_what, commonName) => {
    const pair = await oddClient(broker, { commonName });
    const client = await camera(broker, id, {
      pair,
      username: 'svc-mqtt-processor',
      password: broker.passwords.get('svc-mqtt-processor') ?? '',
    });
    for (const filter of ['prod/device/#', '$SYS/brokers/+/clients/#', `prod/honeycomb/${newCameraId()}/#`])
      expect(await client.subscribe(filter)).toBe(refused);
  });
});

describe('services', () => {
  const user = 'svc-mqtt-processor';

  test.each([
    ['no user', { username: undefined, password: undefined }, 5],
    ['an empty user', { username: '', password: 'x' }, 5],
    ['an unknown user', { username: 'svc-nobody', password: 'x' }, 5],
    ['a wrong password', { username: user, password: 'wrong' }, 4],
    ['an empty password', { username: user, password: '' }, 4],
  ])('%s is refused', async (_what, credentials, code) => {
    const options = { ...serviceOptions(broker, user), ...credentials };
    expect(await tryConnect(options as ReturnType<typeof serviceOptions>)).toEqual({ refused: true, code });
  });

  test('each has its own rules', async () => {
    const processor = await service(broker);
    expect(await processor.subscribe('prod/device/+/hive-cam/#')).toBe(1);
    expect(await processor.subscribe('$SYS/brokers/+/clients/+/connected')).toBe(1);
    for (const filter of ['#', 'foo/#', 'prod/#', '$SYS/#'])
      expect(await processor.subscribe(filter)).toBe(refused);
    const dashboard = await service(broker, 'svc-dashboard');
    expect(await dashboard.subscribe('prod/device/#')).toBe(refused);
    expect(await dashboard.subscribe('prod/honeycomb/#')).toBe(refused);
    const id = newCameraId();
    const client = await camera(broker, id);
    await client.subscribe(`prod/honeycomb/${id}/#`);
    const listener = await listenerFor(id);
    await dashboard.publish(cameraTopics.status(id), 'forged');
    await dashboard.publish(commandTopic(id, 'system/reboot'), 'command');
    await waitFor(() => client.received.length === 1, 'the command');
    expect(client.received[0]).toMatchObject({ payload: 'command', packet: { qos: 1, retain: false } });
    expect(await heardBefore(listener, id)).toEqual([]);
  });
});

describe('presence', () => {
  async function watch(
    id: string,
  ): Promise<{ events: () => Record<string, unknown>[]; watcher: TestClient }> {
    const watcher = await service(broker);
    for (const event of ['connected', 'disconnected'] as const)
      expect(await watcher.subscribe(presenceTopic('+', id, event))).toBe(1);
    return {
      watcher,
      events: () =>
        watcher.received.map(({ topic, payload, packet }) => ({
          ...(JSON.parse(payload) as Record<string, unknown>),
          event: topic.split('/').at(-1),
          qos: packet.qos,
        })),
    };
  }

  test('coming and leaving are events with the fields the platform reads', async () => {
    const id = newCameraId();
    const { events } = await watch(id);
    const before = Date.now();
    const client = await camera(broker, id, { keepalive: 17 });
    await client.leave();
    await waitFor(() => events().length === 2, 'both events');
    const [connected, disconnected] = events();
    expect(connected).toMatchObject({
      event: 'connected',
      qos: 0,
      clientid: id,
      username: 'camera_client',
      proto_ver: 4,
      keepalive: 17,
      clean_start: true,
    });
    expect(disconnected).toMatchObject({ event: 'disconnected', clientid: id, reason: 'normal' });
    expect(disconnected?.['connected_at']).toBe(connected?.['connected_at']);
    expect(typeof connected?.['ipaddress']).toBe('string');
    expect(typeof connected?.['sockport']).toBe('number');
    for (const time of [connected?.['connected_at'], connected?.['ts'], disconnected?.['disconnected_at']]) {
      expect(Number.isInteger(time)).toBe(true);
      // Minutes, not seconds or microseconds.
      expect(Math.abs(Number(time) - before)).toBeLessThan(3_600_000);
    }
  });

  test('a cut connection, a silent one, and a cut service have their reasons', async () => {
    const id = newCameraId();
    const { events } = await watch(id);
    await (await camera(broker, id)).cut();
    await waitFor(() => events().length === 2, 'both events');
    expect(events()[1]?.['reason']).toBe('ssl_closed');

    const silent = await camera(broker, id, { keepalive: 2 });
    // mqtt.js would ping: it must not.
    silent.mqtt.removeAllListeners('packetsend');
    (silent.mqtt as unknown as { keepaliveManager?: { destroy(): void } }).keepaliveManager?.destroy();
    await waitFor(() => events().length === 4, 'the keepalive event');
    expect(events()[3]?.['reason']).toBe('keepalive_timeout');

    const name = serviceOptions(broker, 'svc-dashboard').clientId ?? '';
    const other = await watch(name);
    await (await service(broker, 'svc-dashboard', { clientId: name })).cut();
    await waitFor(() => other.events().length === 2, 'both events of the service');
    expect(other.events()[1]?.['reason']).toBe('tcp_closed');
  });

  test.each([
    ['clean', true, 'discarded'],
    ['durable', false, 'takenover'],
  ])(
    'a %s takeover: old out, will published, then new in; session keys differ',
    async (_what, clean, reason) => {
      const id = newCameraId();
      const { events } = await watch(id);
      const listener = await listenerFor(id);
      const will = {
        topic: cameraTopics.connection(id),
        payload: Buffer.from('will'),
        qos: 1,
        retain: false,
      } as const;
      const old = await camera(broker, id, { clean, will });
      const next = await camera(broker, id, { clean });
      await old.closed;
      await waitFor(() => events().length === 3, 'all events');
      expect(events().map(({ event }) => event)).toEqual(['connected', 'disconnected', 'connected']);
      const [first, second, third] = events();
      expect(second?.['reason']).toBe(reason);
      expect(second?.['connected_at']).toBe(first?.['connected_at']);
      expect(Number(third?.['connected_at'])).toBeGreaterThanOrEqual(Number(first?.['connected_at']));
      await waitFor(() => listener.received.some(({ payload }) => payload === 'will'), 'the will');
      expect(next.isClosed()).toBe(false);
      expect(await next.subscribe(`prod/honeycomb/${id}/#`)).toBe(1);
      await next.leave();
      await camera(broker, id);
    },
  );

  test('no will after a proper DISCONNECT', async () => {
    const id = newCameraId();
    const listener = await listenerFor(id);
    const will = {
      topic: cameraTopics.connection(id),
      payload: Buffer.from('will'),
      qos: 1,
      retain: false,
    } as const;
    await (await camera(broker, id, { will })).leave();
    expect(await heardBefore(listener, id)).toEqual([]);
  });

  test('forty connections with one id at once: one is alive at the end, and it works', async () => {
    const id = newCameraId();
    const clients = await Promise.all(
      Array.from({ length: 40 }, () => tryConnect(cameraOptions(broker, id))),
    );
    const alive = (): TestClient[] =>
      clients.flatMap((client) => ('refused' in client || client.isClosed() ? [] : [client]));
    await waitFor(() => alive().length === 1, 'one survivor');
    const [survivor] = alive();
    expect(await survivor?.subscribe(`prod/honeycomb/${id}/#`)).toBe(1);
    const { clients: listed } = await list('clientid,connected');
    expect(listed.filter((client) => client['clientid'] === id)).toEqual([{ clientid: id, connected: true }]);
  });
});

async function list(
  fields: string,
): Promise<{ clients: Record<string, unknown>[]; meta: Record<string, unknown> }> {
  const response = await fetch(`${broker.apiUrl}/api/v5/clients?limit=1000&page=1&fields=${fields}`, {
    headers: { authorization: `Basic ${Buffer.from(broker.apiKey).toString('base64')}` },
    signal: AbortSignal.timeout(10_000),
  });
  expect(response.status).toBe(200);
  const body = (await response.json()) as { data: Record<string, unknown>[]; meta: Record<string, unknown> };
  return { clients: body.data, meta: body.meta };
}

describe('REST', () => {
  test('lists who is connected, and durable sessions that are away', async () => {
    const [here, away] = [newCameraId(), newCameraId()];
    const watcher = await service(broker);
    await watcher.subscribe(presenceTopic('+', here, 'connected'));
    await camera(broker, here);
    const durable = await camera(broker, away, { clean: false });
    await durable.subscribe(`prod/honeycomb/${away}/#`);
    await durable.cut();
    const fields = 'clientid,connected,connected_at,username,ip_address,disconnected_at';
    const find = async (id: string) => (await list(fields)).clients.find(({ clientid }) => clientid === id);
    const row = await find(here);
    expect(row).toMatchObject({ connected: true, username: 'camera_client' });
    await waitFor(() => watcher.received.length === 1, 'the event');
    const event = JSON.parse(watcher.received[0]?.payload ?? '{}') as { connected_at: number };
    expect(Date.parse(String(row?.['connected_at']))).toBe(event.connected_at);
    const gone = await waitFor(async () => {
      const found = await find(away);
      return found?.['connected'] === false ? found : undefined;
    }, 'the durable session listed as away');
    expect(Date.parse(String(gone['disconnected_at']))).toBeGreaterThan(0);
    // A clean CONNECT ends the session.
    await (await camera(broker, away)).leave();
    await waitFor(async () => (await find(away)) === undefined, 'the session to be gone');
    expect((await list('clientid')).meta).toMatchObject({ page: 1, limit: 1000 });
  });

  test('needs the API key; /status does not', async () => {
    const get = (path: string, headers = {}) => fetch(`${broker.apiUrl}${path}`, { headers });
    expect((await get('/api/v5/clients')).status).toBe(401);
    const wrong = `Basic ${Buffer.from('parity:wrong').toString('base64')}`;
    expect((await get('/api/v5/clients', { authorization: wrong })).status).toBe(401);
    expect((await get('/status')).status).toBe(200);
  });
});

describe('durable sessions', () => {
  const durable = (clientId: string, options = {}) =>
    service(broker, 'svc-mqtt-processor', { clean: false, clientId, ...options });
  const newName = (): string => serviceOptions(broker, 'svc-mqtt-processor').clientId ?? '';

  /** Ends the session on the broker. */
  async function forget(clientId: string): Promise<void> {
    await (await service(broker, 'svc-mqtt-processor', { clientId })).leave();
  }

  test('what was published while a service is away arrives in order when it returns', async () => {
    const [id, name] = [newCameraId(), newName()];
    const first = await durable(name);
    expect(first.sessionPresent).toBe(false);
    await first.subscribe(allOf(id));
    await first.leave();
    const client = await camera(broker, id);
    const count = 1500;
    await Promise.all(
      Array.from({ length: count }, (_entry, index) =>
        client.publish(cameraTopics.status(id), String(index)),
      ),
    );
    const back = await durable(name);
    expect(back.sessionPresent).toBe(true);
    await waitFor(() => back.received.length >= count, 'all messages');
    expect(back.received.map(({ payload }) => Number(payload))).toEqual([...Array(count).keys()]);
    await back.leave();
    await forget(name);
  });

  test('QoS 0 is kept too while a service is away: cameras may publish that way', async () => {
    const [id, name] = [newCameraId(), newName()];
    const first = await durable(name);
    await first.subscribe(allOf(id));
    await first.leave();
    const client = await camera(broker, id);
    await client.publish(cameraTopics.activityStart(id), 'by QoS 0', { qos: 0 });
    await client.publish(cameraTopics.activityStop(id), 'by QoS 1', { qos: 1 });
    const back = await durable(name);
    await waitFor(() => back.received.length >= 2, 'both');
    expect(back.received.map(({ payload }) => payload)).toEqual(['by QoS 0', 'by QoS 1']);
    await back.leave();
    await forget(name);
  });

  test('a service that is slow loses nothing of a burst', async () => {
    const [id, name] = [newCameraId(), newName()];
    const slow = await durable(name);
    await slow.subscribe(allOf(id));
    slow.mqtt.stream.pause();
    const client = await camera(broker, id);
    const count = 5000;
    for (let index = 0; index < count; index += 500) {
      await Promise.all(
        Array.from({ length: 500 }, (_entry, offset) =>
          client.publish(cameraTopics.status(id), String(index + offset)),
        ),
      );
    }
    slow.mqtt.stream.resume();
    await waitFor(() => slow.received.length >= count, 'all messages', 25_000);
    expect(slow.received.map(({ payload }) => Number(payload))).toEqual([...Array(count).keys()]);
    await slow.leave();
    await forget(name);
  });

  test('what was not acknowledged comes again, first and in order', async () => {
    const [id, name] = [newCameraId(), newName()];
    const first = await durable(name, { manualConnect: false });
    await first.subscribe(allOf(id));
    // Passing an error keeps mqtt.js from sending PUBACK.
    first.mqtt.handleMessage = (_packet, done) => done(new Error('not acknowledged'));
    const client = await camera(broker, id);
    for (const payload of ['1', '2', '3']) await client.publish(cameraTopics.status(id), payload);
    await waitFor(() => first.received.length >= 3, 'the first delivery');
    await first.cut();
    await client.publish(cameraTopics.status(id), '4');
    const back = await durable(name);
    await waitFor(() => back.received.length >= 4, 'the second delivery');
    expect(back.received.map(({ payload }) => payload)).toEqual(['1', '2', '3', '4']);
    expect(back.received[0]?.packet.dup).toBe(true);
    await back.leave();
    await forget(name);
  });
});

test('a hundred cameras are back at once after a power cut', async () => {
  const ids = Array.from({ length: 100 }, newCameraId);
  const clients = await Promise.all(
    ids.map(async (id) => {
      const client = await camera(broker, id);
      expect(await client.subscribe(`prod/honeycomb/${id}/#`)).toBe(1);
      await client.publish(cameraTopics.connection(id), '{"status":"connected"}');
      return client;
    }),
  );
  expect(clients.filter((client) => client.isClosed())).toEqual([]);
});
