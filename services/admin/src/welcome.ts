/** What `make up` says at the end: where to go and, until it was said once, how to log in. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { adminPasswordFile } from './secret-layout.ts';
import { readSecretFile } from './secrets.ts';
import type { InstallationSettings } from './config.ts';

export interface Welcome {
  readonly dashboardUrl: string;
  readonly adminUsername: string;
  /** The installation has not yet welcomed anybody. */
  readonly firstStart: boolean;
  /** At the first start only, and only when it was generated. */
  readonly adminPassword: string | undefined;
}

type WelcomeSettings = Pick<
  InstallationSettings,
  | 'DATA_DIR'
  | 'SECRETS_DIR'
  | 'SERVER_NAME'
  | 'SERVER_ADDRESS'
  | 'HTTPS_PORT'
  | 'ADMIN_USERNAME'
  | 'ADMIN_PASSWORD'
>;

/** Lies with the data: who starts again with empty data gets a new account, and its password shown again. */
const marker = (dataDir: string): string => join(dataDir, '.welcomed');

export async function readWelcome(settings: WelcomeSettings): Promise<Welcome> {
  const firstStart = !existsSync(marker(settings.DATA_DIR));
  const password = firstStart ? await readSecretFile(settings.SECRETS_DIR, adminPasswordFile) : undefined;
  return {
    dashboardUrl: dashboardUrl(settings),
    adminUsername: settings.ADMIN_USERNAME,
    firstStart,
    adminPassword: password === settings.ADMIN_PASSWORD ? undefined : password,
  };
}

/** Call after the welcome was shown and everything is healthy. */
export async function markWelcomed(dataDir: string): Promise<void> {
  await writeFile(marker(dataDir), `${new Date().toISOString()}\n`, { flag: 'a' });
}

export function dashboardUrl(
  settings: Pick<WelcomeSettings, 'SERVER_NAME' | 'SERVER_ADDRESS' | 'HTTPS_PORT'>,
): string {
  const port = settings.HTTPS_PORT === 443 ? '' : `:${settings.HTTPS_PORT}`;
  return `https://${settings.SERVER_NAME ?? settings.SERVER_ADDRESS}${port}/`;
}

/** Lines for a terminal. */
export function renderWelcome(welcome: Welcome): string {
  const lines = [`Dashboard: ${welcome.dashboardUrl}`];
  if (welcome.firstStart) lines.push(`User: ${welcome.adminUsername}`);
  if (welcome.adminPassword !== undefined)
    lines.push(
      `Password: ${welcome.adminPassword}   (shown this once; \`make info\` tells where it is kept)`,
    );
  return lines.join('\n');
}
