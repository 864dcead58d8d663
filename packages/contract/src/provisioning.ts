/** Replies of the config server (contract §4.3, §4.4), key order as the proven server sends it. */
import { cameraTopics, commandPrefix } from './topics.ts';

export interface ConfigReplyInput {
  /** Host name or address of the broker that its certificate names. */
  readonly brokerHost: string;
  readonly brokerPort: number;
  /** Address and port of the config server as the camera reaches it. */
  readonly configHost: string;
  readonly configPort: number;
  readonly timeServer: string;
  readonly wakeupIntervalSeconds: number;
  readonly statusIntervalSeconds: number;
}

export function configReply(cameraId: string, input: ConfigReplyInput): object {
  const origin = `https://${input.configHost}:${input.configPort}`;
  return {
    mqtt: {
      broker: input.brokerHost,
      port: input.brokerPort,
      topics: {
        connect: cameraTopics.connection(cameraId),
        disconnect: cameraTopics.connection(cameraId),
        status: cameraTopics.status(cameraId),
        publish: cameraTopics.messagePrefix(cameraId),
        subscribe: commandPrefix(cameraId),
      },
    },
    timeServer: input.timeServer,
    wakeupInterval: input.wakeupIntervalSeconds,
    statusInterval: input.statusIntervalSeconds,
    fileUploadServerUrl: `${origin}/fileservice`,
    firmwareServerUrl: `${origin}/firmware`,
    certificateServerUrl: origin,
  };
}

/** PEM texts without surrounding white space; the three keys real cameras read come first. */
export function certificateReply(
  pem: { certificate: string; privateKey: string; ca: string },
  keys: 'all' | 'firmware',
): object {
  const certificatePem = pem.certificate.trim();
  const privateKey = pem.privateKey.trim();
  const caCertificate = pem.ca.trim();
  const firmware = { certificatePem, privateKey, caCertificate };
  return keys === 'firmware'
    ? firmware
    : { ...firmware, clientCert: certificatePem, clientKey: privateKey, caCert: caCertificate };
}
