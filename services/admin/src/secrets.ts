/**
 * Makes the secrets of an installation: what is missing is generated, what is there is never overwritten. One copy of
 * a shared secret restores the other.
 */
import { chmod, mkdir, open, readFile, readdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { registerSecret } from '@apiary/base/logger';
import type { ServiceUser } from '@apiary/contract';
import {
  adminPasswordFile,
  botTokenFile,
  brokerPasswordFile,
  brokerUsers,
  brokerUsersFile,
  ownerPasswordFile,
  parseBrokerUsers,
  randomPassword,
  renderBrokerUsers,
  secretPlans,
  vapidPrivateKeyFile,
  vapidPublicKeyFile,
  vapidPublicKeyOf,
} from './secret-layout.ts';

const fileMode = 0o600;
const folderMode = 0o700;

export interface SecretsOptions {
  /** A database cluster exists, made with an owner password that only SECRETS_DIR knows. */
  readonly databaseExists: boolean;
  /** The broker keeps user accounts of its own that were made from `users.csv` (EMQX). */
  readonly brokerAccountsExist: boolean;
  /** Becomes the first account's password, unless that has one. */
  readonly adminPassword: string | undefined;
  /** Becomes the notifier's Telegram token; undefined leaves what is there. */
  readonly botToken: string | undefined;
}

export interface SecretsOutcome {
  /** Files made in this run, relative to SECRETS_DIR. */
  readonly written: readonly string[];
  readonly warnings: readonly string[];
}

/** @throws FatalError for people, before anything is written, when a new secret could not fit what exists */
export async function ensureSecrets(secretsDir: string, options: SecretsOptions): Promise<SecretsOutcome> {
  await mkdir(secretsDir, { recursive: true, mode: folderMode });
  const warnings = await closePermissions(secretsDir);
  const wanted = new Map<string, string>();
  const found = new Map<string, string>();
  const value = async (file: string): Promise<string | undefined> => {
    const text = await readSecretFile(secretsDir, file);
    if (text !== undefined) found.set(file, text);
    return text;
  };

  if (options.databaseExists && !(await anyExists(secretsDir, [ownerPasswordFile, 'admin/owner-password']))) {
    throw new FatalError(
      `DATA_DIR holds a database, but SECRETS_DIR has no ${ownerPasswordFile}: a new password would not open it. ` +
        'Put SECRETS_DIR back from your backup (services/admin/README.md tells what to do without one).',
    );
  }
  const oldUsers = parseBrokerUsers((await value(brokerUsersFile)) ?? '');
  for (const plan of secretPlans) {
    const values: string[] = [];
    for (const file of plan.copies) {
      const text = await value(file);
      if (text !== undefined) values.push(text);
    }
    const user = brokerUsers.find((name) => brokerPasswordFile(name) === plan.copies[0]);
    if (user !== undefined) {
      const imported = oldUsers[user];
      if (values.length === 0 && imported !== undefined) values.push(imported);
      if (values.length === 0 && options.brokerAccountsExist) warnings.push(staleAccount(user));
    }
    const [first, ...others] = values;
    if (others.some((other) => other !== first)) {
      const files = plan.copies.join(' and ');
      if (plan.neverGuess === true)
        throw new FatalError(`SECRETS_DIR: ${files} differ. Put the right value in both.`);
      warnings.push(`SECRETS_DIR: ${files} differed; the first is used.`);
    }
    const chosen = first ?? plan.make();
    for (const file of plan.copies) wanted.set(file, chosen);
  }
  const userPasswords = Object.fromEntries(
    brokerUsers.map((user) => [user, wanted.get(brokerPasswordFile(user)) ?? '']),
  ) as Record<ServiceUser, string>;
  for (const user of brokerUsers)
    if (options.brokerAccountsExist && (oldUsers[user] ?? userPasswords[user]) !== userPasswords[user])
      warnings.push(staleAccount(user));
  wanted.set(brokerUsersFile, renderBrokerUsers(userPasswords).trim());
  wanted.set(
    adminPasswordFile,
    (await value(adminPasswordFile)) ?? options.adminPassword ?? randomPassword(),
  );
  await value(vapidPublicKeyFile);
  wanted.set(vapidPublicKeyFile, vapidPublicKeyOf(wanted.get(vapidPrivateKeyFile) ?? ''));
  const givenBefore = await value(botTokenFile);
  const botToken = options.botToken ?? givenBefore;
  if (botToken !== undefined) wanted.set(botTokenFile, botToken);

  const written: string[] = [];
  for (const [file, text] of wanted) {
    if (file !== brokerUsersFile && file !== vapidPublicKeyFile) registerSecret(text);
    if (found.get(file) === text) continue;
    await writeSecretFile(secretsDir, file, text);
    written.push(file);
  }
  return { written, warnings };
}

const staleAccount = (user: string): string =>
  `SECRETS_DIR: the password of broker user ${user} is new, but the broker keeps the one it has: set it through the ` +
  'broker’s REST API, or stop everything and move DATA_DIR/broker away.';

/** The secret without white space around it; undefined when there is none (an empty file is none). */
export async function readSecretFile(secretsDir: string, file: string): Promise<string | undefined> {
  try {
    const text = (await readFile(join(secretsDir, file), 'utf8')).trim();
    return text === '' ? undefined : text;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new FatalError(
      `SECRETS_DIR: cannot read ${file} (${errorMessage(error)}). A Compose stack gives secrets to its containers’ ` +
        'users: run this as root, or give the files back with chown.',
    );
  }
}

async function anyExists(secretsDir: string, files: readonly string[]): Promise<boolean> {
  for (const file of files) if ((await readSecretFile(secretsDir, file)) !== undefined) return true;
  return false;
}

/** Complete or not at all: a half-written password would lock its owner out. */
async function writeSecretFile(secretsDir: string, file: string, text: string): Promise<void> {
  const path = join(secretsDir, file);
  await mkdir(dirname(path), { recursive: true, mode: folderMode });
  const draft = `${path}.draft`;
  const handle = await open(draft, 'w', fileMode);
  try {
    await handle.chmod(fileMode);
    await handle.writeFile(`${text}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, path);
}

/** Closes what others could read. The path is shown: whoever opened it should know. */
async function closePermissions(secretsDir: string): Promise<string[]> {
  const warnings: string[] = [];
  const close = async (path: string, shown: string, mode: number): Promise<void> => {
    if (((await stat(path)).mode & 0o077) === 0) return;
    await chmod(path, mode);
    warnings.push(`SECRETS_DIR: ${shown} could be read by others; closed to 0${mode.toString(8)}.`);
  };
  for (const consumer of await readdir(secretsDir, { withFileTypes: true })) {
    if (!consumer.isDirectory()) continue;
    const folder = join(secretsDir, consumer.name);
    await close(folder, `${consumer.name}/`, folderMode);
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isFile()) await close(join(folder, entry.name), `${consumer.name}/${entry.name}`, fileMode);
  }
  return warnings;
}
