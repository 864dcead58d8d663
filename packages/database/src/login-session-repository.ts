/** Login sessions. The table holds a keyed hash of the cookie: who reads it cannot log in with it. */
import { actorColumns, actorOf, type ActorFields, type ActorRow } from './actor-queries.ts';
import type { Queryable } from './pool.ts';

export type LoginMethod = 'password' | 'oidc';

export interface LoginSessionRow {
  readonly sessionId: string;
  readonly method: LoginMethod;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date;
  readonly user: ActorRow;
}

/** A session as its owner sees it listed. */
export interface ListedLoginSession {
  readonly sessionId: string;
  readonly method: LoginMethod;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
}

export async function createLoginSession(
  db: Queryable,
  session: {
    readonly tokenHash: Buffer;
    readonly userId: string;
    readonly method: LoginMethod;
    readonly address: string | undefined;
    readonly userAgent: string | undefined;
    readonly lifetimeSeconds: number;
  },
): Promise<void> {
  await db.query(
    `insert into login_sessions (token_hash, user_id, method, address, user_agent, expires_at)
     values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))`,
    [
      session.tokenHash,
      session.userId,
      session.method,
      session.address,
      session.userAgent,
      session.lifetimeSeconds,
    ],
  );
}

/** Of these sessions, those that still last and whose users may still log in, with the users as they are now. */
export async function findLoginSessions(
  db: Queryable,
  by: { readonly tokenHashes: readonly Buffer[] } | { readonly ids: readonly string[] },
): Promise<LoginSessionRow[]> {
  const [condition, values] =
    'ids' in by ? ['s.session_id = any($1)', by.ids] : ['s.token_hash = any($1)', by.tokenHashes];
  const { rows } = await db.query<ActorFields & Omit<LoginSessionRow, 'user'>>(
    `select ${actorColumns}, s.session_id as "sessionId", s.method, s.expires_at as "expiresAt",
       s.last_used_at as "lastUsedAt"
     from login_sessions s join users u using (user_id)
     where ${condition} and s.expires_at > now() and u.disabled_at is null`,
    [values],
  );
  return rows.map((row) => ({
    sessionId: row.sessionId,
    method: row.method,
    expiresAt: row.expiresAt,
    lastUsedAt: row.lastUsedAt,
    user: actorOf(row),
  }));
}

/** Writes down that it is in use, and prolongs it. */
export async function extendLoginSession(
  db: Queryable,
  sessionId: string,
  lifetimeSeconds: number,
  address: string | undefined,
): Promise<void> {
  await db.query(
    `update login_sessions set last_used_at = now(), address = coalesce($3, address),
       expires_at = now() + make_interval(secs => $2) where session_id = $1 and expires_at > now()`,
    [sessionId, lifetimeSeconds, address],
  );
}

export async function listLoginSessions(db: Queryable, userId: string): Promise<ListedLoginSession[]> {
  const { rows } = await db.query<ListedLoginSession>(
    `select session_id as "sessionId", method, address, user_agent as "userAgent", created_at as "createdAt",
       last_used_at as "lastUsedAt", expires_at as "expiresAt"
     from login_sessions where user_id = $1 and expires_at > now() order by last_used_at desc`,
    [userId],
  );
  return rows;
}

/** False: the user has no such session. */
export async function endLoginSession(db: Queryable, userId: string, sessionId: string): Promise<boolean> {
  const { rowCount } = await db.query('delete from login_sessions where user_id = $1 and session_id = $2', [
    userId,
    sessionId,
  ]);
  return rowCount === 1;
}

/** Ends every session of a user, but one where it is given; how many. */
export async function endLoginSessions(
  db: Queryable,
  userId: string,
  exceptSessionId?: string,
): Promise<number> {
  const { rowCount } = await db.query(
    'delete from login_sessions where user_id = $1 and session_id is distinct from $2::uuid',
    [userId, exceptSessionId],
  );
  return rowCount ?? 0;
}

export async function deleteExpiredLoginSessions(db: Queryable): Promise<void> {
  await db.query('delete from login_sessions where expires_at <= now()');
}
