/**
 * Files that people name in the settings instead of their content. A container sees nothing but its own folder of
 * SECRETS_DIR: a file elsewhere would be missed only when everything else has started, by a service that ends at once.
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { FatalError } from '@apiary/base/errors';
import type { InstallationSettings } from './config.ts';

interface GivenFile {
  readonly setting: 'TELEGRAM_BOT_TOKEN_FILE' | 'OIDC_CLIENT_SECRET_FILE' | 'OIDC_CA_FILE';
  readonly consumer: 'notifier' | 'dashboard';
  /** Else nobody reads it. */
  readonly used: (settings: InstallationSettings) => boolean;
}

const withProvider = (settings: InstallationSettings): boolean => settings.OIDC_ISSUER !== undefined;
const givenFiles: readonly GivenFile[] = [
  {
    setting: 'TELEGRAM_BOT_TOKEN_FILE',
    consumer: 'notifier',
    used: (settings) => settings.TELEGRAM_ENABLED,
  },
  { setting: 'OIDC_CLIENT_SECRET_FILE', consumer: 'dashboard', used: withProvider },
  { setting: 'OIDC_CA_FILE', consumer: 'dashboard', used: withProvider },
];

/** @throws FatalError naming every file that its reader will not find, and where to put it */
export async function checkGivenFiles(
  settings: InstallationSettings,
  owners: 'compose' | 'self',
): Promise<void> {
  const faults: string[] = [];
  for (const { setting, consumer, used } of givenFiles) {
    const file = settings[setting];
    if (file === undefined || !used(settings)) continue;
    const hasFolder = file.includes('/');
    if (hasFolder && owners === 'compose')
      faults.push(
        `${setting}: containers cannot see ${file}. Copy it to SECRETS_DIR/${consumer} (as root; set-up hands it ` +
          'to its reader) and set its name without a folder.',
      );
    else if (!(await exists(hasFolder ? file : join(settings.SECRETS_DIR, consumer, file))))
      faults.push(
        hasFolder
          ? `${setting}: there is no file ${file}.`
          : `${setting}: there is no file ${file} in SECRETS_DIR/${consumer}.`,
      );
  }
  if (faults.length > 0) throw new FatalError(faults.join('\n'));
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}
