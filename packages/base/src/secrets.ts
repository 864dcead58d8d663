/**
 * Secrets live in files `SECRETS_DIR/<consumer>/<name>`, 0600, one folder a consumer: on Compose a container mounts
 * its own folder alone. `services/admin` writes them; everyone else reads.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FatalError, errorMessage } from './errors.ts';
import { registerSecret } from './logger.ts';

/** The secret's text without surrounding white space; registered with the logger so that it is never printed. */
export async function readSecret(secretsDir: string, consumer: string, name: string): Promise<string> {
  const path = join(secretsDir, consumer, name);
  let value: string;
  try {
    value = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new FatalError(
      `SECRETS_DIR: cannot read ${consumer}/${name} (${errorMessage(error)}); \`make up\` generates it.`,
    );
  }
  if (value === '')
    throw new FatalError(`SECRETS_DIR: ${consumer}/${name} is empty; delete it and run \`make up\`.`);
  registerSecret(value);
  return value;
}
