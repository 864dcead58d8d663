/** Settings of what every service talks to, as the packages for it take them: the database, the broker, the own API. */
import type { Settings } from './settings-table.ts';

export const databaseSettingNames = ['DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_NAME'] as const;
export const brokerSettingNames = ['BROKER_HOST', 'BROKER_PORT'] as const;
export const listenSettingNames = ['LISTEN_HOST', 'LISTEN_PORT'] as const;

export const databaseSettings = (settings: Settings<(typeof databaseSettingNames)[number]>) => ({
  host: settings.DATABASE_HOST,
  port: settings.DATABASE_PORT,
  database: settings.DATABASE_NAME,
});

export const brokerSettings = (settings: Settings<(typeof brokerSettingNames)[number]>) => ({
  host: settings.BROKER_HOST,
  port: settings.BROKER_PORT,
});

export const listenSettings = (settings: Settings<(typeof listenSettingNames)[number]>) => ({
  listenHost: settings.LISTEN_HOST,
  listenPort: settings.LISTEN_PORT,
});
