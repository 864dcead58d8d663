/**
 * Prepares an installation: settings, folders, secrets, certificates. Safe to run at every start; a second run changes
 * nothing. The embedded supervisor calls it, the Compose stack runs it as a one-shot service.
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '@apiary/base/settings';
import { ensureCertificates, type CertificateOutcome, type EnsureOptions } from '@apiary/certgen';
import { loadInstallation, type InstallationSettings } from './config.ts';
import { brokerDir, ensureFolders, postgresClusterDir } from './folders.ts';
import { checkGivenFiles } from './given-files.ts';
import { giveToComposeUsers } from './owners.ts';
import { ensureSecrets } from './secrets.ts';
import { readWelcome, type Welcome } from './welcome.ts';

export interface SetupOptions extends EnsureOptions {
  readonly environment: Environment;
  /** Folder of `.env`, where relative paths start. */
  readonly root: string;
  /** `compose`: hand files to the users of the containers; needs root. */
  readonly owners?: 'compose' | 'self';
}

export interface SetupResult {
  readonly settings: InstallationSettings;
  readonly certificates: readonly CertificateOutcome[];
  /** Secrets made in this run, relative to SECRETS_DIR; never their values. */
  readonly secretsWritten: readonly string[];
  /** What to show once everything is healthy. `firstStart` stays true until `markWelcomed()` was called. */
  readonly welcome: Welcome;
  /** For people. */
  readonly warnings: readonly string[];
}

/**
 * @throws SettingsError with every fault of the settings
 * @throws FatalError for people: certificates, secrets or named files that do not fit together; nothing was replaced
 */
export async function setup(options: SetupOptions): Promise<SetupResult> {
  const { settings, warnings } = await loadInstallation(options.environment, options.root);
  const { DATA_DIR: dataDir, CERTS_DIR: certsDir, SECRETS_DIR: secretsDir } = settings;
  const owners = options.owners ?? 'self';
  await checkGivenFiles(settings, owners);
  await ensureFolders(dataDir, owners);
  const secrets = await ensureSecrets(secretsDir, {
    databaseExists: await exists(join(postgresClusterDir(dataDir), 'PG_VERSION')),
    brokerAccountsExist: await exists(join(brokerDir(dataDir), 'mnesia')),
    adminPassword: settings.ADMIN_PASSWORD,
    botToken: settings.TELEGRAM_BOT_TOKEN,
  });
  const certificates = await ensureCertificates(
    certsDir,
    { address: settings.SERVER_ADDRESS, serverName: settings.SERVER_NAME },
    options,
  );
  if (owners === 'compose') await giveToComposeUsers(certsDir, secretsDir);
  const nameless = settings.SERVER_NAME === undefined ? [namelessWarning(settings.SERVER_ADDRESS)] : [];
  return {
    settings,
    certificates,
    secretsWritten: secrets.written,
    welcome: await readWelcome(settings),
    warnings: [...warnings, ...secrets.warnings, ...nameless],
  };
}

export const namelessWarning = (address: string): string =>
  `SERVER_NAME is empty: the broker is announced as ${address}. Cameras in the field wanted a DNS name: add an entry ` +
  `such as cams.home.arpa → ${address} to your router’s DNS and set SERVER_NAME to it.`;

/** Lines for a log or a terminal: what changed, then warnings. */
export function renderSetup(result: SetupResult): string {
  const lines = result.certificates
    .filter(({ action, reason }) => action !== 'kept' || reason !== undefined)
    .map(({ name, action, reason }) => `${name}: ${action}${reason === undefined ? '' : ` (${reason})`}`);
  if (result.secretsWritten.length > 0)
    lines.push(`secrets: ${result.secretsWritten.length} files written below SECRETS_DIR`);
  if (lines.length === 0) lines.push('Everything is in place; nothing changed.');
  return [...lines, ...result.warnings.map((warning) => `warning: ${warning}`)].join('\n');
}

/** A place we may not look into counts as existing: assuming it empty could cost data. */
async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}
