/** Settings of the dashboard. */
import { resolve } from 'node:path';
import { oidcSettingNames, oidcSettings } from './auth/oidc-settings.ts';
import {
  brokerSettingNames,
  brokerSettings,
  databaseSettingNames,
  databaseSettings,
  listenSettingNames,
  listenSettings,
} from '@apiary/base/inner-settings';
import { readEnvironment, loadSettings, type Environment } from '@apiary/base/settings';

const names = [
  ...listenSettingNames,
  ...databaseSettingNames,
  ...brokerSettingNames,
  'DATA_DIR',
  'SECRETS_DIR',
  'CERTS_DIR',
  'SERVER_ADDRESS',
  'CONFIG_PORT',
  'ADMIN_USERNAME',
  'COMMAND_TIMEOUT_SECONDS',
  'TIME_ZONE',
  'LIVESTREAM_URL',
  'HEALTH_URLS',
  'WEB_PUSH_HOSTS',
  ...oidcSettingNames,
  'TRUSTED_PROXIES',
  'WEB_ROOT',
  'LOG_LEVEL',
] as const;

export type DashboardConfig = ReturnType<typeof loadConfig>;

export function loadConfig(environment: Environment = readEnvironment()) {
  const settings = loadSettings(environment, names);
  return {
    ...listenSettings(settings),
    database: databaseSettings(settings),
    broker: brokerSettings(settings),
    dataDir: settings.DATA_DIR,
    secretsDir: settings.SECRETS_DIR,
    certsDir: settings.CERTS_DIR,
    configHost: `${settings.SERVER_ADDRESS}:${settings.CONFIG_PORT}`,
    adminUsername: settings.ADMIN_USERNAME,
    commandTimeoutSeconds: settings.COMMAND_TIMEOUT_SECONDS,
    liveView: settings.LIVESTREAM_URL !== '',
    webPushHosts: settings.WEB_PUSH_HOSTS,
    timeZone: settings.TIME_ZONE,
    healthUrls: settings.HEALTH_URLS,
    oidc: oidcSettings(settings),
    trustedProxies: settings.TRUSTED_PROXIES,
    webRoot: settings.WEB_ROOT === '' ? undefined : resolve(settings.WEB_ROOT),
    logLevel: settings.LOG_LEVEL,
  };
}
