/** API tokens: `Authorization: Bearer apiary_…`, never in a URL. What a token may do is narrowed by its scopes. */
import { randomBytes } from 'node:crypto';
import { findApiTokens, type UsableToken } from '@apiary/database/api-token-repository';
import type { Queryable } from '@apiary/database';
import type { Caller } from './caller.ts';
import { keyedHash } from './installation-keys.ts';

/** Known to scanners for leaked secrets by its beginning. */
const form = /^apiary_[A-Za-z0-9_-]{43}$/;

export const newApiToken = (): string => `apiary_${randomBytes(32).toString('base64url')}`;

/** The token of an `Authorization` header; undefined: it carries none. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1];
}

export async function findApiToken(
  db: Queryable,
  secret: string,
  token: string,
): Promise<UsableToken | undefined> {
  if (!form.test(token)) return undefined;
  return (await findApiTokens(db, { tokenHashes: [keyedHash(secret, token)] }))[0];
}

/** Named after both, so that the audit log tells a person from a script of theirs. */
export const tokenCaller = ({ tokenId, name, user, scopes }: UsableToken): Caller => ({
  user: { ...user, username: `${user.username} (token ${name})`, scopes: new Set(scopes) },
  via: 'token',
  id: tokenId,
});
