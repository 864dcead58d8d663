/** Who pressed or wrote, as the audit log names them: a Telegram name may be chosen by anyone, the number may not. */
import type { User } from 'grammy/types';

export function nameOf(user: User | undefined): string {
  if (user === undefined) return 'telegram (unknown)';
  const name = user.username === undefined ? user.first_name : `@${user.username}`;
  return `telegram ${name.slice(0, 64)} (${user.id})`;
}
