/** Accounts. Passwords are here only as argon2id hashes. */
import type { Queryable } from './pool.ts';

export interface UserRow {
  readonly userId: string;
  readonly username: string;
  readonly passwordHash: string;
  readonly role: 'admin';
}

export async function findUser(db: Queryable, username: string): Promise<UserRow | undefined> {
  const { rows } = await db.query<UserRow>(
    `select user_id as "userId", username, password_hash as "passwordHash", role from users where username = $1`,
    [username],
  );
  return rows[0];
}

export async function anyUserExists(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>('select exists (select from users) as found');
  return rows[0]?.found === true;
}

/** Creates the first account; false when there is one already (another process was faster). */
export async function createFirstUser(
  db: Queryable,
  username: string,
  passwordHash: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into users (username, password_hash) select $1, $2 where not exists (select from users)
     on conflict (username) do nothing`,
    [username, passwordHash],
  );
  return rowCount === 1;
}

export async function changePassword(db: Queryable, userId: string, passwordHash: string): Promise<void> {
  await db.query('update users set password_hash = $2, updated_at = now() where user_id = $1', [
    userId,
    passwordHash,
  ]);
}
