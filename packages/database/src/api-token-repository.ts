/** API tokens. The table holds a keyed hash: who reads it cannot use one. */
import { actorColumns, actorOf, type ActorFields, type ActorRow } from './actor-queries.ts';
import type { Queryable } from './pool.ts';

export type TokenScope = 'read' | 'control' | 'manage' | 'admin';

export interface ApiTokenRow {
  readonly tokenId: string;
  readonly name: string;
  /** Its last four characters. */
  readonly hint: string;
  readonly scopes: readonly TokenScope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedAddress: string | null;
}

const columns = `token_id as "tokenId", name, hint, scopes, created_at as "createdAt", expires_at as "expiresAt",
  last_used_at as "lastUsedAt", last_used_address as "lastUsedAddress"`;

export async function createApiToken(
  db: Queryable,
  token: {
    readonly userId: string;
    readonly name: string;
    readonly tokenHash: Buffer;
    readonly hint: string;
    readonly scopes: readonly TokenScope[];
    readonly expiresAt: Date | null;
  },
): Promise<ApiTokenRow> {
  const { rows } = await db.query<ApiTokenRow>(
    `insert into api_tokens (user_id, name, token_hash, hint, scopes, expires_at)
     values ($1, $2, $3, $4, $5, $6) returning ${columns}`,
    [token.userId, token.name, token.tokenHash, token.hint, token.scopes, token.expiresAt],
  );
  return rows[0] as ApiTokenRow;
}

export async function listApiTokens(db: Queryable, userId: string): Promise<ApiTokenRow[]> {
  const { rows } = await db.query<ApiTokenRow>(
    `select ${columns} from api_tokens where user_id = $1 order by created_at desc`,
    [userId],
  );
  return rows;
}

/** The deleted token; undefined: the user has no such token. */
export async function revokeApiToken(
  db: Queryable,
  userId: string,
  tokenId: string,
): Promise<ApiTokenRow | undefined> {
  const { rows } = await db.query<ApiTokenRow>(
    `delete from api_tokens where user_id = $1 and token_id = $2 returning ${columns}`,
    [userId, tokenId],
  );
  return rows[0];
}

export async function revokeApiTokens(db: Queryable, userId: string): Promise<number> {
  return (await db.query('delete from api_tokens where user_id = $1', [userId])).rowCount ?? 0;
}

export interface UsableToken extends Pick<ApiTokenRow, 'tokenId' | 'name' | 'scopes' | 'lastUsedAt'> {
  readonly user: ActorRow;
}

/** Of these tokens, those that still hold, with their owners as they are now. */
export async function findApiTokens(
  db: Queryable,
  by: { readonly tokenHashes: readonly Buffer[] } | { readonly ids: readonly string[] },
): Promise<UsableToken[]> {
  const [condition, values] =
    'ids' in by ? ['t.token_id = any($1)', by.ids] : ['t.token_hash = any($1)', by.tokenHashes];
  const { rows } = await db.query<ActorFields & Omit<UsableToken, 'user'>>(
    `select ${actorColumns}, t.token_id as "tokenId", t.name, t.scopes, t.last_used_at as "lastUsedAt"
     from api_tokens t join users u using (user_id)
     where ${condition} and (t.expires_at is null or t.expires_at > now()) and u.disabled_at is null`,
    [values],
  );
  return rows.map((row) => ({
    tokenId: row.tokenId,
    name: row.name,
    scopes: row.scopes,
    lastUsedAt: row.lastUsedAt,
    user: actorOf(row),
  }));
}

export async function noteApiTokenUse(db: Queryable, tokenId: string, address: string): Promise<void> {
  await db.query('update api_tokens set last_used_at = now(), last_used_address = $2 where token_id = $1', [
    tokenId,
    address,
  ]);
}
