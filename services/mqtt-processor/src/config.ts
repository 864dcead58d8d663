/** Settings of this service. */
import { loadSettings, readEnvironment, type Environment } from '@apiary/base/settings';

const names = [
  'LISTEN_HOST',
  'LISTEN_PORT',
  'DATABASE_HOST',
  'DATABASE_PORT',
  'DATABASE_NAME',
  'BROKER_HOST',
  'BROKER_PORT',
  'BROKER_API_URL',
  'DATA_DIR',
  'SECRETS_DIR',
  'STATUS_INTERVAL_SECONDS',
  'OFFLINE_AFTER_SECONDS',
  'COMMAND_TIMEOUT_SECONDS',
  'LOG_LEVEL',
] as const;

export type Config = ReturnType<typeof readConfig>;

/** @throws SettingsError naming every fault */
export function readConfig(environment: Environment = readEnvironment()) {
  return loadSettings(environment, names);
}

/** Silence after which a camera counts as disconnected, seconds. */
export const offlineAfterSeconds = (
  config: Pick<Config, 'OFFLINE_AFTER_SECONDS' | 'STATUS_INTERVAL_SECONDS'>,
): number =>
  config.OFFLINE_AFTER_SECONDS === 0 ? 2.5 * config.STATUS_INTERVAL_SECONDS : config.OFFLINE_AFTER_SECONDS;
