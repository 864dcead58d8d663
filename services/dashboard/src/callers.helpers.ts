/** For tests: every kind of caller, as rows of the database, without logging in one by one. */
import { randomBytes } from 'node:crypto';
import { newApiToken } from '@apiary/access/api-tokens';
import type { Role, Scope } from '@apiary/access/can';
import { cookiePrefix, keyedHash } from '@apiary/access/installation-keys';
import { newShareToken } from '@apiary/access/share-links';
import { createApiToken } from '@apiary/database/api-token-repository';
import { createLoginSession } from '@apiary/database/login-session-repository';
import { createShareLink } from '@apiary/database/share-link-repository';
import { createUser } from '@apiary/database/user-repository';
import { sessionSecret, type Harness } from './dashboard.helpers.ts';

/** Of a password that no test uses. */
const someHash =
  '$argon2id$v=19$m=19456,p=1,t=2$459EYQs7dH/GgaW/O2dxCA$CMz1fvdsUinzRGg0xPCdUKu0Gcyh7mZChvDcrkjYkdE';

export type Headers = Record<string, string>;

export interface TestUser {
  readonly userId: string;
  readonly username: string;
  /** Headers of a login session begun just now. */
  readonly logIn: () => Promise<Headers>;
  token(scopes: readonly Scope[]): Promise<Headers>;
  /** Headers of somebody who holds a link to the event. */
  share(eventId: string): Promise<Headers>;
}

export async function makeUser(
  { database: { pool } }: Pick<Harness, 'database'>,
  username: string,
  role: Role,
  cameras: 'all' | readonly string[] = 'all',
): Promise<TestUser> {
  const userId =
    (await createUser(pool, { username, role, cameras, passwordHash: someHash, passwordChange: 'none' })) ??
    '';
  return {
    userId,
    username,
    logIn: async () => {
      const token = randomBytes(32).toString('base64url');
      const tokenHash = keyedHash(sessionSecret, token);
      await createLoginSession(pool, {
        tokenHash,
        userId,
        method: 'password',
        address: '127.0.0.1',
        userAgent: undefined,
        lifetimeSeconds: 7 * 86_400,
      });
      return { cookie: `${cookiePrefix(sessionSecret)}=${token}` };
    },
    token: async (scopes) => {
      const token = newApiToken();
      const tokenHash = keyedHash(sessionSecret, token);
      await createApiToken(pool, { userId, name: 't', tokenHash, hint: 'hint', scopes, expiresAt: null });
      return { authorization: `Bearer ${token}` };
    },
    share: async (eventId) => {
      const token = newShareToken();
      const tokenHash = keyedHash(sessionSecret, token);
      const { shareId } = await createShareLink(pool, { tokenHash, eventId, userId, expiresInHours: 1 });
      return { cookie: `${cookiePrefix(sessionSecret)}-share-${shareId.slice(0, 8)}=${token}` };
    },
  };
}
