/** Accounts. Passwords are here only as argon2id hashes. */
import { conflict } from '@apiary/base/errors';
import {
  actorColumns,
  actorOf,
  type ActorFields,
  type ActorRow,
  type PasswordChange,
} from './actor-queries.ts';
import type { UserRole } from './actor-queries.ts';
import type { Queryable } from './pool.ts';

/** An account as it is listed. */
export interface UserRow extends ActorRow {
  readonly disabledAt: Date | null;
  readonly createdAt: Date;
  readonly hasPassword: boolean;
  /** Address at the identity provider; null: no account there. */
  readonly identityEmail: string | null;
  readonly hasIdentity: boolean;
  readonly lastSeenAt: Date | null;
  readonly loginSessions: number;
  readonly apiTokens: number;
}

export interface NewUser {
  readonly username: string;
  /** Null: logs in through the identity provider only. */
  readonly passwordHash: string | null;
  readonly role: UserRole;
  readonly cameras: 'all' | readonly string[];
  readonly passwordChange: PasswordChange;
}

export interface UserChange {
  readonly role?: UserRole | undefined;
  readonly cameras?: 'all' | readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
}

/** Who logs in, with what the password is checked against. */
export interface Credentials extends ActorRow {
  readonly passwordHash: string | null;
  readonly disabled: boolean;
}

export async function findCredentials(db: Queryable, username: string): Promise<Credentials | undefined> {
  const { rows } = await db.query<ActorFields & { passwordHash: string | null; disabled: boolean }>(
    `select ${actorColumns}, u.password_hash as "passwordHash", u.disabled_at is not null as disabled
     from users u where u.username = $1`,
    [username],
  );
  const [row] = rows;
  return row && { ...actorOf(row), passwordHash: row.passwordHash, disabled: row.disabled };
}

const listed = `select ${actorColumns}, u.disabled_at as "disabledAt", u.created_at as "createdAt",
    u.password_hash is not null as "hasPassword", i.user_id is not null as "hasIdentity", i.email as "identityEmail",
    s.last_seen as "lastSeenAt", coalesce(s.n, 0)::int as "loginSessions",
    (select count(*)::int from api_tokens t
     where t.user_id = u.user_id and (t.expires_at is null or t.expires_at > now())) as "apiTokens"
  from users u left join user_identities i using (user_id)
  left join lateral (select max(last_used_at) as last_seen, count(*) as n from login_sessions l
    where l.user_id = u.user_id and l.expires_at > now()) s on true`;

type ListedFields = ActorFields & Omit<UserRow, keyof ActorRow>;
const userOf = (row: ListedFields): UserRow => {
  const { allCameras: _all, cameraIds: _ids, ...rest } = row;
  return { ...rest, ...actorOf(row) };
};

export async function listUsers(db: Queryable): Promise<UserRow[]> {
  const { rows } = await db.query<ListedFields>(`${listed} order by u.username`);
  return rows.map(userOf);
}

export async function readUser(db: Queryable, userId: string): Promise<UserRow | undefined> {
  const { rows } = await db.query<ListedFields>(`${listed} where u.user_id = $1`, [userId]);
  return rows[0] && userOf(rows[0]);
}

export async function anyUserExists(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>('select exists (select from users) as found');
  return rows[0]?.found === true;
}

/** Nobody has ever logged in with the generated password of the first account. */
export async function firstRunPending(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ pending: boolean }>(
    `select count(*) = 1 and bool_and(password_change = 'suggested')
       and not exists (select from audit_log where action = 'login_succeeded') as pending from users`,
  );
  return rows[0]?.pending === true;
}

/** Creates the first account; false when there is one already (another process was faster). */
export async function createFirstUser(
  db: Queryable,
  username: string,
  passwordHash: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into users (username, password_hash, role, password_change)
     select $1, $2, 'admin', 'suggested' where not exists (select from users) on conflict (username) do nothing`,
    [username, passwordHash],
  );
  return rowCount === 1;
}

/**
 * Creates an account, inside a transaction. Undefined: the name is taken.
 * @throws AppError 409 `unknown_camera`
 */
export async function createUser(db: Queryable, user: NewUser): Promise<string | undefined> {
  const { rows } = await db.query<{ userId: string }>(
    `insert into users (username, password_hash, role, all_cameras, password_change)
     values ($1, $2, $3, $4, $5) on conflict (username) do nothing returning user_id as "userId"`,
    [user.username, user.passwordHash, user.role, user.cameras === 'all', user.passwordChange],
  );
  const userId = rows[0]?.userId;
  if (userId !== undefined && user.cameras !== 'all') await storeCameras(db, userId, user.cameras);
  return userId;
}

/**
 * Changes rights, inside a transaction.
 * @throws AppError 409 `last_admin`, `unknown_camera`
 */
export async function changeUser(db: Queryable, userId: string, change: UserChange): Promise<void> {
  await db.query(
    `update users set role = coalesce($2, role),
       all_cameras = case when coalesce($2, role) = 'admin' then true else coalesce($3, all_cameras) end,
       disabled_at = case when $4::boolean is null then disabled_at when $4 then coalesce(disabled_at, now()) end,
       updated_at = now() where user_id = $1`,
    [userId, change.role, change.cameras && change.cameras === 'all', change.disabled],
  );
  if (change.cameras !== undefined)
    await storeCameras(db, userId, change.cameras === 'all' ? [] : change.cameras);
  if (change.disabled === true) await db.query('delete from login_sessions where user_id = $1', [userId]);
  await assertAdminLeft(db);
}

/**
 * Inside a transaction; sessions, tokens, links and reviews of the user go too.
 * @throws AppError 409 `last_admin`
 */
export async function deleteUser(db: Queryable, userId: string): Promise<void> {
  await db.query('delete from users where user_id = $1', [userId]);
  await assertAdminLeft(db);
}

async function storeCameras(db: Queryable, userId: string, cameraIds: readonly string[]): Promise<void> {
  await db.query('delete from user_cameras where user_id = $1 and camera_id <> all($2)', [userId, cameraIds]);
  const { rows } = await db.query<{ known: number }>(
    'select count(*)::int as known from camera_registry where camera_id = any($1)',
    [cameraIds],
  );
  if (rows[0]?.known !== new Set(cameraIds).size)
    throw conflict('unknown_camera', 'One of these cameras does not exist any more.');
  await db.query(
    `insert into user_cameras (user_id, camera_id) select $1, unnest($2::text[]) on conflict do nothing`,
    [userId, cameraIds],
  );
}

/** Somebody must be able to log in and put things right, the identity provider away or not. */
async function assertAdminLeft(db: Queryable): Promise<void> {
  // Two admins who remove each other at once must not both succeed.
  await db.query('select pg_advisory_xact_lock(7405)');
  const { rows } = await db.query<{ left: boolean }>(
    `select exists (select from users where role = 'admin' and disabled_at is null and password_hash is not null) as left`,
  );
  if (rows[0]?.left !== true)
    throw conflict(
      'last_admin',
      'This is the last admin with a password: nobody could manage people any more.',
    );
}

export async function setPassword(
  db: Queryable,
  userId: string,
  passwordHash: string,
  passwordChange: PasswordChange,
): Promise<void> {
  await db.query(
    'update users set password_hash = $2, password_change = $3, updated_at = now() where user_id = $1',
    [userId, passwordHash, passwordChange],
  );
}
