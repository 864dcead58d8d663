/** Makes the first account from the generated (or given) password; does nothing once any account exists. */
import type { Logger } from '@apiary/base/logger';
import type { Queryable } from '@apiary/database';
import { recordAudit } from '@apiary/database/audit-repository';
import { anyUserExists, createFirstUser } from '@apiary/database/user-repository';
import type { Passwords } from './passwords.ts';

export async function ensureFirstAccount(
  db: Queryable,
  passwords: Passwords,
  logger: Logger,
  account: { readonly username: string; readonly password: string },
): Promise<void> {
  if (await anyUserExists(db)) return;
  const created = await createFirstUser(db, account.username, await passwords.hash(account.password));
  if (!created) return;
  logger.info({ fact: 'first account created', username: account.username });
  await recordAudit(db, {
    actor: 'dashboard',
    action: 'account_created',
    details: { username: account.username },
  });
}
