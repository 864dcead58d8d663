/**
 * Test support of this package: the broker's side of a raw socket, packet by packet, with mqtt-packet alone. It does
 * nothing by itself but answer CONNECT and SUBSCRIBE, so that a test decides what is acknowledged and when.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { delay } from '@apiary/base/deadline';

export interface FakeConnection {
  readonly socket: Socket;
  readonly received: Packet[];
  send(packet: Packet): void;
  publish(messageId: number, text: string, options?: { dup?: boolean; qos?: 0 | 1 }): void;
  acknowledged(): number[];
}

export interface FakeBroker {
  readonly port: number;
  readonly connections: FakeConnection[];
  /** Of the next connections. */
  sessionPresent: boolean;
  /** Return code of the next CONNACKs. */
  connackCode: number;
  /** Grants given in SUBACK. */
  grant: number;
  /** Answers PUBLISH with PUBACK. */
  answersPublish: boolean;
  /** The n-th connection, once it is there. */
  connection(index: number): Promise<FakeConnection>;
  close(): Promise<void>;
}

export async function startFakeBroker(): Promise<FakeBroker> {
  const connections: FakeConnection[] = [];
  const server: Server = createServer((socket) => {
    const parser = mqttPacket.parser();
    const received: Packet[] = [];
    const send = (packet: Packet): void => {
      socket.write(mqttPacket.generate(packet));
    };
    const connection: FakeConnection = {
      socket,
      received,
      send,
      publish: (messageId, text, options = {}) =>
        send({
          cmd: 'publish',
          topic: 't',
          payload: text,
          qos: options.qos ?? 1,
          messageId,
          dup: options.dup ?? false,
          retain: false,
        }),
      acknowledged: () =>
        received.flatMap((packet) => (packet.cmd === 'puback' ? [packet.messageId ?? -1] : [])),
    };
    parser.on('packet', (packet: Packet) => {
      received.push(packet);
      if (packet.cmd === 'connect') {
        send({ cmd: 'connack', returnCode: broker.connackCode, sessionPresent: broker.sessionPresent });
      } else if (packet.cmd === 'subscribe') {
        const { messageId, subscriptions } = packet;
        if (messageId !== undefined)
          send({ cmd: 'suback', messageId, granted: subscriptions.map(() => broker.grant) });
      } else if (packet.cmd === 'publish' && broker.answersPublish && packet.messageId !== undefined) {
        send({ cmd: 'puback', messageId: packet.messageId });
      } else if (packet.cmd === 'pingreq') {
        send({ cmd: 'pingresp' });
      }
    });
    socket.on('data', (chunk: Buffer) => parser.parse(chunk));
    socket.on('error', () => undefined);
    connections.push(connection);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const broker: FakeBroker = {
    port: (server.address() as AddressInfo).port,
    connections,
    sessionPresent: false,
    connackCode: 0,
    grant: 1,
    answersPublish: true,
    connection: async (index) => {
      for (let tries = 0; tries < 500; tries += 1) {
        const found = connections[index];
        if (found?.received.some(({ cmd }) => cmd === 'connect') === true) return found;
        await delay(10);
      }
      throw new Error(`connection ${index} never came`);
    },
    close: async () => {
      for (const { socket } of connections) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return broker;
}
