/** What the media server's process reads from the settings. */
import type { Logger } from '@apiary/base/logger';
import { loadSettings, readEnvironment, type Environment } from '@apiary/base/settings';
import type { MediaServerOptions } from '@apiary/media-server';

const names = [
  'SERVER_ADDRESS',
  'EXTERNAL_ADDRESS',
  'MEDIA_MIN_PORT',
  'MEDIA_MAX_PORT',
  'LISTEN_HOST',
  'MEDIA_CONTROL_PORT',
  'LOG_LEVEL',
] as const;

export type MediaServerSettings = ReturnType<typeof loadMediaServerSettings>;

export function loadMediaServerSettings(environment: Environment = readEnvironment()) {
  return loadSettings(environment, names);
}

/** The control port has no authentication and binds LISTEN_HOST: loopback on a host. */
export function toMediaServerOptions(settings: MediaServerSettings, logger: Logger): MediaServerOptions {
  return {
    host: settings.LISTEN_HOST,
    port: settings.MEDIA_CONTROL_PORT,
    minPort: settings.MEDIA_MIN_PORT,
    maxPort: settings.MEDIA_MAX_PORT,
    address: settings.SERVER_ADDRESS,
    furtherAddresses: settings.EXTERNAL_ADDRESS === undefined ? [] : [settings.EXTERNAL_ADDRESS],
    logger,
  };
}
