/** Login sessions. The table holds a keyed hash of the cookie: who reads it cannot log in with it. */
import type { Queryable } from './pool.ts';
import type { UserRow } from './user-repository.ts';

export interface LoginSessionRow {
  readonly userId: string;
  readonly username: string;
  readonly role: UserRow['role'];
  readonly expiresAt: Date;
}

export async function createLoginSession(
  db: Queryable,
  session: {
    readonly tokenHash: Buffer;
    readonly userId: string;
    readonly address: string | undefined;
    readonly userAgent: string | undefined;
    readonly lifetimeSeconds: number;
  },
): Promise<void> {
  await db.query(
    `insert into login_sessions (token_hash, user_id, address, user_agent, expires_at)
     values ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
    [session.tokenHash, session.userId, session.address, session.userAgent, session.lifetimeSeconds],
  );
}

/** The session and its user, while it lasts. */
export async function findLoginSession(
  db: Queryable,
  tokenHash: Buffer,
): Promise<LoginSessionRow | undefined> {
  const { rows } = await db.query<LoginSessionRow>(
    `select u.user_id as "userId", u.username, u.role, s.expires_at as "expiresAt"
     from login_sessions s join users u using (user_id) where s.token_hash = $1 and s.expires_at > now()`,
    [tokenHash],
  );
  return rows[0];
}

/** Of these sessions, those that still last. */
export async function liveLoginSessions(db: Queryable, tokenHashes: readonly Buffer[]): Promise<Buffer[]> {
  const { rows } = await db.query<{ tokenHash: Buffer }>(
    'select token_hash as "tokenHash" from login_sessions where token_hash = any($1) and expires_at > now()',
    [tokenHashes],
  );
  return rows.map((row) => row.tokenHash);
}

export async function extendLoginSession(
  db: Queryable,
  tokenHash: Buffer,
  lifetimeSeconds: number,
): Promise<void> {
  await db.query(
    `update login_sessions set last_used_at = now(), expires_at = now() + make_interval(secs => $2)
     where token_hash = $1 and expires_at > now()`,
    [tokenHash, lifetimeSeconds],
  );
}

export async function endLoginSession(db: Queryable, tokenHash: Buffer): Promise<void> {
  await db.query('delete from login_sessions where token_hash = $1', [tokenHash]);
}

/** Ends every session of a user but one. */
export async function endOtherLoginSessions(
  db: Queryable,
  userId: string,
  keepTokenHash: Buffer,
): Promise<void> {
  await db.query('delete from login_sessions where user_id = $1 and token_hash <> $2', [
    userId,
    keepTokenHash,
  ]);
}

export async function deleteExpiredLoginSessions(db: Queryable): Promise<void> {
  await db.query('delete from login_sessions where expires_at <= now()');
}
