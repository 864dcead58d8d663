/** Settings of the config server. */
import { loadSettings, readEnvironment, type Environment, type Settings } from '@apiary/base/settings';

export const settingNames = [
  'SERVER_ADDRESS',
  'SERVER_NAME',
  'CONFIG_PORT',
  'MQTT_TLS_PORT',
  'HTTPS_PORT',
  'LISTEN_HOST',
  'DATA_DIR',
  'CERTS_DIR',
  'SECRETS_DIR',
  'DATABASE_HOST',
  'DATABASE_PORT',
  'DATABASE_NAME',
  'TIME_SERVER',
  'STATUS_INTERVAL_SECONDS',
  'WAKEUP_INTERVAL_SECONDS',
  'CERTIFICATE_REPLY_KEYS',
  'CERTIFICATE_NETWORKS',
  'CERTIFICATE_RATE_PER_MINUTE',
  'REQUIRE_APPROVAL',
  'UPLOAD_MAX_BYTES',
  'ZIP_MAX_ENTRIES',
  'ZIP_MAX_RATIO',
  'ZIP_MAX_SECONDS',
  'LOG_LEVEL',
] as const;

export type Config = Settings<(typeof settingNames)[number]>;

export function loadConfig(environment: Environment = readEnvironment()): Config {
  return loadSettings(environment, settingNames);
}
