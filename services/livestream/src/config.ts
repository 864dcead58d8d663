/** Settings of live view. */
import {
  brokerSettingNames,
  brokerSettings,
  databaseSettingNames,
  databaseSettings,
  listenSettingNames,
  listenSettings,
} from '@apiary/base/inner-settings';
import { loadSettings, readEnvironment, type Environment } from '@apiary/base/settings';

const names = [
  ...listenSettingNames,
  ...databaseSettingNames,
  ...brokerSettingNames,
  'SECRETS_DIR',
  'KURENTO_URL',
  'SERVER_ADDRESS',
  'SERVER_NAME',
  'EXTERNAL_ADDRESS',
  'HTTPS_PORT',
  'DASHBOARD_PORT',
  'SIGNALING_PORT',
  'TURN_AVAILABLE',
  'TURN_PORT',
  'TURN_TLS_PORT',
  'MEDIA_MIN_PORT',
  'MEDIA_MAX_PORT',
  'LIVE_GRACE_SECONDS',
  'LIVE_KEEPALIVE_SECONDS',
  'LIVE_MAX_VIEWERS_PER_STREAM',
  'LIVE_MAX_MINUTES',
  'TRUSTED_PROXIES',
  'LOG_LEVEL',
] as const;

export type LivestreamConfig = ReturnType<typeof loadConfig>;

export function loadConfig(environment: Environment = readEnvironment()) {
  const settings = loadSettings(environment, names);
  return {
    ...listenSettings(settings),
    database: databaseSettings(settings),
    broker: brokerSettings(settings),
    secretsDir: settings.SECRETS_DIR,
    mediaServerUrl: settings.KURENTO_URL,
    serverAddress: settings.SERVER_ADDRESS,
    serverName: settings.SERVER_NAME,
    externalAddress: settings.EXTERNAL_ADDRESS,
    /** Ports our own pages are served on. */
    pagePorts: [settings.HTTPS_PORT, settings.DASHBOARD_PORT, settings.SIGNALING_PORT],
    turn: settings.TURN_AVAILABLE ? { port: settings.TURN_PORT, tlsPort: settings.TURN_TLS_PORT } : undefined,
    mediaPorts: { minPort: settings.MEDIA_MIN_PORT, maxPort: settings.MEDIA_MAX_PORT },
    graceMs: settings.LIVE_GRACE_SECONDS * 1000,
    keepaliveMs: settings.LIVE_KEEPALIVE_SECONDS * 1000,
    maxViewersPerStream: settings.LIVE_MAX_VIEWERS_PER_STREAM,
    /** 0 = no limit. */
    maxMinutes: settings.LIVE_MAX_MINUTES,
    trustedProxies: settings.TRUSTED_PROXIES,
    logLevel: settings.LOG_LEVEL,
  };
}
