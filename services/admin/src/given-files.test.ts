/** Files named in the settings: found where their reader looks, or set-up says where to put them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '@apiary/test-support/temp-dir';
import { loadInstallation } from './config.ts';
import { checkGivenFiles } from './given-files.ts';

async function check(
  environment: Record<string, string>,
  owners: 'compose' | 'self',
  present: readonly string[] = [],
): Promise<string> {
  await using home = await tempDir();
  for (const file of present) {
    await mkdir(join(home.path, file, '..'), { recursive: true });
    await writeFile(join(home.path, file), 'x');
  }
  const given = Object.entries(environment).map(([key, value]) => [key, value.replace('HOME', home.path)]);
  const { settings } = await loadInstallation(
    { SERVER_ADDRESS: '127.0.0.1', ...(Object.fromEntries(given) as Record<string, string>) },
    home.path,
  );
  try {
    await checkGivenFiles(settings, owners);
    return 'fine';
  } catch (error) {
    return error instanceof Error ? error.message.replaceAll(home.path, 'HOME') : String(error);
  }
}
const telegram = { TELEGRAM_ENABLED: 'true', TELEGRAM_BOT_TOKEN_FILE: 'token' };
const provider = {
  OIDC_ISSUER: 'https://id.example/',
  OIDC_CLIENT_SECRET_FILE: 'secret',
  OIDC_CA_FILE: 'ca.pem',
};

it('finds a name without folder among the reader’s secrets, on both stacks', async () => {
  const present = ['secrets/notifier/token', 'secrets/dashboard/secret', 'secrets/dashboard/ca.pem'];
  for (const owners of ['compose', 'self'] as const)
    expect(await check({ ...telegram, ...provider }, owners, present)).toBe('fine');
});

it('names every file that is missing', async () => {
  expect(await check({ ...telegram, ...provider }, 'compose', ['secrets/dashboard/secret'])).toBe(
    'TELEGRAM_BOT_TOKEN_FILE: there is no file token in SECRETS_DIR/notifier.\n' +
      'OIDC_CA_FILE: there is no file ca.pem in SECRETS_DIR/dashboard.',
  );
});

it('takes a file elsewhere where services see it, and says where containers would', async () => {
  const elsewhere = { ...telegram, TELEGRAM_BOT_TOKEN_FILE: 'HOME/token' };
  expect(await check(elsewhere, 'self', ['token'])).toBe('fine');
  expect(await check(elsewhere, 'self')).toBe('TELEGRAM_BOT_TOKEN_FILE: there is no file HOME/token.');
  expect(await check(elsewhere, 'compose', ['token'])).toMatch(
    /^TELEGRAM_BOT_TOKEN_FILE: containers cannot see HOME\/token\. Copy it to SECRETS_DIR\/notifier /,
  );
});

it('asks for no file that nobody reads', async () => {
  expect(await check({ TELEGRAM_BOT_TOKEN_FILE: 'none', OIDC_CA_FILE: 'none' }, 'compose')).toBe('fine');
});
