/** Settings of an installation as a person gave them. */
import { detectAddress } from '@apiary/base/address';
import {
  loadSettings,
  publicSettingNames,
  unknownKeys,
  type Environment,
  type Settings,
} from '@apiary/base/settings';
import { refuseKnownPassword } from './known-passwords.ts';

type WiringName =
  | 'LISTEN_HOST'
  | 'LISTEN_PORT'
  | 'DATABASE_HOST'
  | 'DATABASE_PORT'
  | 'DATABASE_NAME'
  | 'BROKER_HOST'
  | 'BROKER_PORT'
  | 'BROKER_API_URL'
  | 'BROKER_API_PORT'
  | 'DASHBOARD_URL'
  | 'TRUSTED_PROXIES'
  | 'WEB_ROOT';

export type InstallationSettings = Omit<Settings, WiringName>;

export interface Installation {
  /** Paths are absolute; SERVER_ADDRESS is detected when not given. */
  readonly settings: InstallationSettings;
  /** For people: misspelt keys. */
  readonly warnings: readonly string[];
}

/**
 * Every setting people may give, checked together.
 * @param root folder of `.env`, where relative paths start
 * @throws SettingsError naming every fault
 */
export async function loadInstallation(environment: Environment, root: string): Promise<Installation> {
  const given = environment['SERVER_ADDRESS']?.trim() ?? '';
  const complete = { ...environment, SERVER_ADDRESS: given === '' ? await detectAddress() : given };
  const settings = loadSettings(complete, publicSettingNames, root);
  refuseKnownPassword(settings.ADMIN_PASSWORD, settings.ADMIN_USERNAME);
  const warnings = unknownKeys(root).map((key) => `.env: ${key} is not a key of .env.example; ignored.`);
  return { settings, warnings };
}
