/** Clients of the parity suite: mqtt.js without its own reconnecting, so that every close is seen. */
import { randomBytes } from 'node:crypto';
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { withDeadline } from '@apiary/base/deadline';
import type { PemPair } from '@apiary/certgen/x509';
import type { BrokerUnderTest } from './broker-under-test.ts';

export const newCameraId = (): string => randomBytes(16).toString('hex').toUpperCase();

export interface Refusal {
  readonly refused: true;
  /** CONNACK code; undefined when the connection broke before it. */
  readonly code: number | undefined;
}

export interface TestClient {
  readonly mqtt: MqttClient;
  readonly sessionPresent: boolean;
  /** Everything received, oldest first. */
  readonly received: { topic: string; payload: string; packet: IPublishPacket }[];
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  readonly isClosed: () => boolean;
  /** What SUBACK says: the QoS, or 128. */
  subscribe(filter: string, qos?: 0 | 1): Promise<number>;
  /** Resolves at PUBACK (QoS 1) or when written (QoS 0). */
  publish(topic: string, payload: string, options?: { qos?: 0 | 1; retain?: boolean }): Promise<void>;
  /** DISCONNECT, then close. */
  leave(): Promise<void>;
  /** Drops the socket without DISCONNECT. */
  cut(): Promise<void>;
}

const opened = new Set<MqttClient>();
const stepTimeoutMs = 15_000;

/** Ends every client a test left open. */
export async function closeAll(): Promise<void> {
  await Promise.all([...opened].map((client) => client.endAsync(true).catch(() => undefined)));
  opened.clear();
}

type Options = Partial<IClientOptions>;

export function cameraOptions(broker: BrokerUnderTest, id: string, pair?: PemPair): IClientOptions {
  const { certificate, key } = pair ?? broker.camera;
  return {
    protocol: 'mqtts',
    host: broker.cameraHost,
    port: broker.cameraPort,
    ca: broker.ca,
    cert: certificate,
    key,
    clientId: id,
  };
}

export async function camera(
  broker: BrokerUnderTest,
  id: string,
  options: Options & { pair?: PemPair } = {},
): Promise<TestClient> {
  const { pair, ...rest } = options;
  return accepted(await tryConnect({ ...cameraOptions(broker, id, pair), ...rest }));
}

export function serviceOptions(broker: BrokerUnderTest, user: string): IClientOptions {
  return {
    protocol: 'mqtt',
    host: broker.innerHost,
    port: broker.innerPort,
    username: user,
    password: broker.passwords.get(user) ?? '',
    clientId: `parity-${randomBytes(8).toString('hex')}`,
  };
}

export async function service(
  broker: BrokerUnderTest,
  user = 'svc-mqtt-processor',
  options: Options = {},
): Promise<TestClient> {
  return accepted(await tryConnect({ ...serviceOptions(broker, user), ...options }));
}

function accepted(client: TestClient | Refusal): TestClient {
  if ('refused' in client) throw new Error(`the broker refused the connection with ${String(client.code)}`);
  return client;
}

export async function tryConnect(options: IClientOptions): Promise<TestClient | Refusal> {
  const mqtt = connect({
    clean: true,
    keepalive: 30,
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: stepTimeoutMs,
    resubscribe: false,
    ...options,
  });
  opened.add(mqtt);
  const received: TestClient['received'] = [];
  let gone = false;
  const closed = new Promise<void>((resolve) => {
    mqtt.once('close', () => {
      gone = true;
      resolve();
    });
  });
  mqtt.on('message', (topic, payload, packet) =>
    received.push({ topic, payload: payload.toString(), packet }),
  );
  mqtt.on('error', () => undefined);
  const outcome = new Promise<{ sessionPresent: boolean } | Refusal>((resolve) => {
    mqtt.once('packetreceive', (packet) => {
      if (packet.cmd !== 'connack') return;
      const code = packet.returnCode ?? 0;
      resolve(code === 0 ? { sessionPresent: packet.sessionPresent } : { refused: true, code });
    });
    void closed.then(() => resolve({ refused: true, code: undefined }));
  });
  const result = await withDeadline(outcome, stepTimeoutMs, 'CONNACK');
  if ('refused' in result) return result;
  const step = <T>(work: Promise<T>, what: string): Promise<T> => withDeadline(work, stepTimeoutMs, what);

  return {
    mqtt,
    sessionPresent: result.sessionPresent,
    received,
    closed,
    isClosed: () => gone,
    subscribe: (filter, qos = 1) =>
      step(
        new Promise((resolve) => {
          const onPacket = (packet: { cmd: string; granted?: unknown }): void => {
            if (packet.cmd !== 'suback') return;
            mqtt.off('packetreceive', onPacket);
            resolve((packet.granted as number[])[0] ?? -1);
          };
          mqtt.on('packetreceive', onPacket);
          mqtt.subscribe(filter, { qos }, () => undefined);
        }),
        `SUBACK of ${filter}`,
      ),
    publish: async (topic, payload, { qos = 1, retain = false } = {}) => {
      await step(mqtt.publishAsync(topic, payload, { qos, retain }), `PUBACK of ${topic}`);
    },
    leave: async () => {
      await step(mqtt.endAsync(), 'leaving');
    },
    cut: async () => {
      mqtt.stream.destroy();
      await step(closed, 'closing');
    },
  };
}
