/** Settings of live view. */
import { loadSettings, readEnvironment, type Environment } from '@apiary/base/settings';

const names = [
  'LISTEN_HOST',
  'LISTEN_PORT',
  'DATABASE_HOST',
  'DATABASE_PORT',
  'DATABASE_NAME',
  'BROKER_HOST',
  'BROKER_PORT',
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
    listenHost: settings.LISTEN_HOST,
    listenPort: settings.LISTEN_PORT,
    database: {
      host: settings.DATABASE_HOST,
      port: settings.DATABASE_PORT,
      database: settings.DATABASE_NAME,
    },
    broker: { host: settings.BROKER_HOST, port: settings.BROKER_PORT },
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
