/**
 * A platform as small as can be, for tests of the simulator: a hand-written HTTPS answerer on a TLS socket (so that the
 * bytes the camera sends are seen as they are) and a foreign MQTT broker, aedes, behind mutual TLS.
 */
import { Aedes, type Client, type PublishPacket } from 'aedes';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { configReply, certificateReply } from '@apiary/contract';
import { testCertificates } from '@apiary/test-support';

export interface SeenRequest {
  readonly head: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly tlsVersion: string | null;
  readonly connection: number;
}

export interface SeenMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  readonly retain: boolean;
}

export interface FakePlatform {
  readonly configHost: string;
  readonly ca: string;
  readonly requests: SeenRequest[];
  readonly messages: SeenMessage[];
  readonly broker: Aedes;
  readonly clients: {
    readonly id: string;
    readonly certificateName: string;
    readonly clean: boolean;
  }[];
  /** Answers the next requests whose target matches, until the list is empty: status and body. */
  readonly answers: { readonly match: RegExp; readonly status: number; readonly body?: string }[];
  command(cameraId: string, name: string, body: object): void;
  /** Cuts all MQTT sockets and refuses new ones until called with true. */
  setBrokerUp(up: boolean): Promise<void>;
  stop(): Promise<void>;
}

export async function startFakePlatform(): Promise<FakePlatform> {
  const certificates = await testCertificates();
  const { config_server: server, broker: brokerPair, camera_client: camera } = certificates.pairs;
  const requests: SeenRequest[] = [];
  const messages: SeenMessage[] = [];
  const clients: FakePlatform['clients'] = [];
  const answers: FakePlatform['answers'] = [];
  let connections = 0;

  const broker = await Aedes.createBroker();
  broker.on('publish', (packet: PublishPacket, client) => {
    if (client === null) return;
    const payload = Buffer.from(packet.payload);
    messages.push({ topic: packet.topic, payload, qos: packet.qos, retain: packet.retain });
  });
  const mqttServer = createServer(
    {
      cert: brokerPair.certificate,
      key: brokerPair.key,
      ca: certificates.ca,
      requestCert: true,
      rejectUnauthorized: true,
    },
    (socket) => {
      socket.on('error', () => undefined);
      const certificateName = String(socket.getPeerCertificate().subject.CN);
      broker.handle(socket);
      broker.once('client', (client: Client) =>
        clients.push({
          id: client.id,
          certificateName,
          clean: client.clean,
        }),
      );
    },
  );
  const sockets = trackSockets(mqttServer);
  await listen(mqttServer, 0);
  const mqttPort = portOf(mqttServer);

  const https = createServer({ cert: server.certificate, key: server.key }, (socket) => {
    const connection = ++connections;
    let data = Buffer.alloc(0);
    let continued = false;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      data = Buffer.concat([data, chunk]);
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = data.subarray(0, end).toString('latin1');
      const headers = headersOf(head);
      if (headers['expect'] === '100-continue' && !continued) {
        continued = true;
        socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      }
      const length = Number(headers['content-length'] ?? '0');
      const body = data.subarray(end + 4);
      if (body.length < length) return;
      const [method = '', target = ''] = head.split(' ');
      const tlsVersion = socket.getProtocol();
      requests.push({ head, method, target, headers, body, tlsVersion, connection });
      const planned = answers.findIndex(({ match }) => match.test(target));
      const [given] = planned < 0 ? [] : answers.splice(planned, 1);
      const answer = given ?? usual(target);
      const text = answer.body ?? '';
      socket.end(
        `HTTP/1.1 ${answer.status} X\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
      );
    });
  });
  trackSockets(https);
  await listen(https, 0);
  const httpsPort = portOf(https);
  const origin = `https://127.0.0.1:${httpsPort}`;

  function usual(target: string): { status: number; body?: string } {
    const id = /[0-9A-F]{32}/.exec(target)?.[0] ?? '';
    if (target.includes('/hivecam/cert/')) {
      const pem = {
        certificate: camera.certificate,
        privateKey: camera.key,
        ca: certificates.ca,
      };
      return { status: 200, body: JSON.stringify(certificateReply(pem, 'all')) };
    }
    if (target.includes('/hivecam/') && !target.includes('upload')) {
      const reply = configReply(id, {
        brokerHost: '127.0.0.1',
        brokerPort: mqttPort,
        configHost: '127.0.0.1',
        configPort: httpsPort,
        timeServer: 'time.google.com',
        wakeupIntervalSeconds: 604_800,
        statusIntervalSeconds: 600,
      });
      return { status: 200, body: JSON.stringify(reply) };
    }
    if (target.includes('presignedUploadUrl'))
      return {
        status: 200,
        body: JSON.stringify({ url: `${origin}/fileservice/upload/x/activity/some-id/name.zip` }),
      };
    return { status: 200 };
  }

  return {
    configHost: `127.0.0.1:${httpsPort}`,
    ca: certificates.ca,
    requests,
    messages,
    broker,
    clients,
    answers,
    command: (cameraId, name, body) => {
      const packet = {
        cmd: 'publish' as const,
        topic: `prod/honeycomb/${cameraId}/${name}`,
        payload: Buffer.from(JSON.stringify(body)),
        qos: 1 as const,
        retain: false,
        dup: false,
      };
      broker.publish(packet, () => undefined);
    },
    setBrokerUp: async (up) => {
      if (up) {
        await listen(mqttServer, mqttPort);
        return;
      }
      const closed = new Promise((resolve) => mqttServer.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    stop: async () => {
      await new Promise<void>((resolve) => broker.close(resolve));
      for (const each of [mqttServer, https]) {
        await new Promise((resolve) => each.close(resolve));
      }
    },
  };
}

function trackSockets(server: Server): Set<TLSSocket> {
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

function headersOf(head: string): Record<string, string> {
  return Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
      }),
  );
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
