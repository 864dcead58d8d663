/** What the broker's process reads from the settings, and the files it uses. */
import { join } from 'node:path';
import { publicListenAddress } from '@apiary/base/address';
import type { Logger } from '@apiary/base/logger';
import { certificateFiles } from '@apiary/base/paths';
import { loadSettings, readEnvironment, type Environment } from '@apiary/base/settings';
import type { BrokerOptions } from '@apiary/broker';

const names = [
  'SERVER_ADDRESS',
  'MQTT_TLS_PORT',
  'LISTEN_HOST',
  'BROKER_PORT',
  'BROKER_API_PORT',
  'CERTS_DIR',
  'SECRETS_DIR',
  'DATA_DIR',
  'LOG_LEVEL',
] as const;

export type BrokerSettings = ReturnType<typeof loadBrokerSettings>;

export function loadBrokerSettings(environment: Environment = readEnvironment()) {
  return loadSettings(environment, names);
}

/**
 * The inner listener and the API bind LISTEN_HOST: loopback on a host, 0.0.0.0 in a container, where only the
 * container network reaches them. There the camera listener must not hide on the container's loopback either.
 */
export function toBrokerOptions(settings: BrokerSettings, logger: Logger): BrokerOptions {
  const inner = settings.LISTEN_HOST;
  const pair = certificateFiles(settings.CERTS_DIR, 'broker');
  const secrets = join(settings.SECRETS_DIR, 'broker');
  return {
    // EMQX keeps its own files beside it when both stacks use one DATA_DIR.
    dataDir: join(settings.DATA_DIR, 'broker', 'queue'),
    cameras: {
      host: inner === '0.0.0.0' ? inner : publicListenAddress(settings.SERVER_ADDRESS),
      port: settings.MQTT_TLS_PORT,
      files: { ...pair, ca: certificateFiles(settings.CERTS_DIR, 'ca').certificate },
    },
    services: { host: inner, port: settings.BROKER_PORT, usersFile: join(secrets, 'users.csv') },
    api: { host: inner, port: settings.BROKER_API_PORT, keysFile: join(secrets, 'api-keys') },
    logger,
  };
}
