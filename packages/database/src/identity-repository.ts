/** Accounts of an OpenID provider: found by issuer and subject alone (OpenID Connect Core §5.7). */
import type { UserRole } from './actor-queries.ts';
import { changeUser, createUser } from './user-repository.ts';
import type { Queryable } from './pool.ts';

export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | undefined;
  /** Name to begin with; a number is put behind where it is taken. */
  readonly username: string;
  /** As the provider says now. */
  readonly role: UserRole;
}

const namesTried = 50;

/** The account of an identity, made at its first login, inside a transaction. Its role follows the provider. */
export async function accountOfIdentity(
  db: Queryable,
  identity: Identity,
): Promise<{ userId: string; username: string; disabled: boolean; created: boolean; formerRole: UserRole }> {
  // The same person in two windows: one account.
  await db.query('select pg_advisory_xact_lock(7403, hashtext($1))', [
    `${identity.issuer} ${identity.subject}`,
  ]);
  const { rows } = await db.query<{ userId: string; username: string; role: UserRole; disabled: boolean }>(
    `update user_identities i set last_login_at = now(), email = $3 from users u
     where i.issuer = $1 and i.subject = $2 and u.user_id = i.user_id
     returning u.user_id as "userId", u.username, u.role, u.disabled_at is not null as disabled`,
    [identity.issuer, identity.subject, identity.email],
  );
  const [known] = rows;
  if (known !== undefined) {
    if (known.role !== identity.role) await changeUser(db, known.userId, { role: identity.role });
    const { role, ...account } = known;
    return { ...account, created: false, formerRole: role };
  }
  const account = await createNamed(db, identity);
  await db.query('insert into user_identities (issuer, subject, user_id, email) values ($1, $2, $3, $4)', [
    identity.issuer,
    identity.subject,
    account.userId,
    identity.email,
  ]);
  return { ...account, disabled: false, created: true, formerRole: identity.role };
}

async function createNamed(db: Queryable, { username, role }: Identity) {
  for (let n = 1; n <= namesTried; n++) {
    const name = n === 1 ? username : `${username}-${n}`;
    const userId = await createUser(db, {
      username: name,
      passwordHash: null,
      role,
      cameras: 'all',
      passwordChange: 'none',
    });
    if (userId !== undefined) return { userId, username: name };
  }
  throw new Error(`no free name for ${username}`);
}
