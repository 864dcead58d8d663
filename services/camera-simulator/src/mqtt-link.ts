/**
 * One MQTT connection as the camera's SDK makes it (contract §6.1): MQTT 3.1.1, TLS 1.2, the shared client certificate,
 * client id = camera id, clean session, a will on the connection topic. It lives once: reconnecting is the camera's
 * affair, because the firmware starts over by its own rules.
 */
import mqtt from 'mqtt';
import { isIP } from 'node:net';
import {
  checkServerIdentity,
  connect as tlsConnect,
  createSecureContext,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { RecoverableError } from '@apiary/base/errors';
import { splitHostPort, type ConnectTo } from './firmware-https.ts';
import type { DeviceCertificates } from './provisioning.ts';

/** What the SDK sends as user name; the broker must accept any. */
const sdkUserName = '?SDK=C&Version=2.1.1';

export interface MqttLinkOptions {
  readonly clientId: string;
  readonly host: string;
  readonly port: number;
  readonly certificates: DeviceCertificates;
  readonly will: { readonly topic: string; readonly payload: string };
  readonly keepaliveSeconds: number;
  readonly connectTimeoutMs: number;
  readonly connectTo?: ConnectTo;
  readonly onMessage: (topic: string, payload: Buffer) => void;
}

export interface MqttLink {
  /** Our end of the connection: what the camera reports as its address. */
  readonly localAddress: string;
  /** Resolves with a reason when the connection has ended, whoever ended it. */
  readonly closed: Promise<string>;
  /** Resolves when the broker acknowledged (QoS 1) or the bytes are out (QoS 0); rejects when the link ends first. */
  publish(topic: string, payload: string | Uint8Array, qos: 0 | 1): Promise<void>;
  subscribe(filter: string): Promise<void>;
  /** A DISCONNECT packet: the broker drops the will. */
  end(): Promise<void>;
  /** The socket is cut without a word: the broker sends the will. */
  cut(): void;
}

const contexts = new Map<string, SecureContext>();

function contextOf({ certificatePem, privateKey, caCertificate }: DeviceCertificates): SecureContext {
  const key = `${certificatePem}${caCertificate}`;
  let context = contexts.get(key);
  if (context === undefined) {
    context = createSecureContext({
      cert: certificatePem,
      key: privateKey,
      ca: caCertificate,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
    });
    contexts.set(key, context);
  }
  return context;
}

/**
 * The SDK's TLS matches DNS names and the CN, but no IP SAN (contract §3.2): that is why cameras in the field wanted a
 * name. A broker reached by address must carry it as its CN.
 */
export function checkBrokerName(host: string, certificate: PeerCertificate): Error | undefined {
  const commonName: unknown = certificate.subject.CN;
  if (commonName === host) return undefined;
  return isIP(host) === 0
    ? checkServerIdentity(host, certificate)
    : new Error(`the broker's certificate has CN ${String(commonName)}, the camera was told ${host}`);
}

/** @throws RecoverableError when the broker cannot be reached, is not trusted or refuses */
export function openMqttLink(options: MqttLinkOptions, signal: AbortSignal): Promise<MqttLink> {
  const named = `${options.host}:${options.port}`;
  const [host, port] = splitHostPort(options.connectTo?.[named] ?? named);
  let socket: TLSSocket | undefined;
  const client = new mqtt.MqttClient(
    () => {
      socket = tlsConnect({
        host,
        port,
        secureContext: contextOf(options.certificates),
        servername: isIP(options.host) === 0 ? options.host : '',
        checkServerIdentity: (_name, certificate) => checkBrokerName(options.host, certificate),
      });
      socket.setNoDelay(true);
      return socket;
    },
    {
      clientId: options.clientId,
      username: sdkUserName,
      clean: true,
      protocolVersion: 4,
      keepalive: options.keepaliveSeconds,
      reconnectPeriod: 0,
      connectTimeout: options.connectTimeoutMs,
      resubscribe: false,
      will: {
        topic: options.will.topic,
        payload: Buffer.from(options.will.payload),
        qos: 1,
        retain: false,
      },
    },
  );
  client.on('message', options.onMessage);

  return new Promise((resolve, reject) => {
    let reason = 'connection closed';
    let opened = false;
    const onAbort = (): void => {
      reason = 'power cut';
      client.end(true);
      socket?.destroy();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const closed = new Promise<string>((settle) => {
      client.once('close', () => {
        signal.removeEventListener('abort', onAbort);
        // Fails what is still unacknowledged; the camera sends it again on its next connection.
        client.end(true);
        socket?.destroy();
        if (!opened) reject(new RecoverableError(`no MQTT connection to ${named}: ${reason}`));
        settle(reason);
      });
    });
    client.on('error', (error) => {
      reason = error.message;
      socket?.destroy();
    });
    client.once('connect', () => {
      opened = true;
      resolve({
        localAddress: socket?.localAddress ?? '0.0.0.0',
        closed,
        publish: async (topic, payload, qos) => {
          await client.publishAsync(topic, Buffer.from(payload), { qos });
        },
        subscribe: async (filter) => {
          const [grant] = await client.subscribeAsync(filter, { qos: 1 });
          if (grant === undefined || grant.qos > 2)
            throw new RecoverableError(`the broker refused the subscription to ${filter}`);
        },
        end: async () => {
          reason = 'disconnected';
          await client.endAsync();
        },
        cut: () => {
          reason = 'cut';
          client.stream.destroy();
        },
      });
    });
    if (signal.aborted) onAbort();
  });
}
