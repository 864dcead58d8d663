/**
 * Login sessions: an opaque random cookie, known to the database only as HMAC under the session secret. Seven days,
 * sliding. That one ended is told by the database (NOTIFY `changes`, entity `users`).
 */
import { parseCookie, stringifySetCookie } from 'cookie';
import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import {
  createLoginSession,
  endLoginSession,
  extendLoginSession,
  findLoginSessions,
  type LoginMethod,
  type LoginSessionRow,
} from '@apiary/database/login-session-repository';
import type { Queryable } from '@apiary/database';
import type { Caller } from './caller.ts';
import { cookiePrefix, cookieRules, keyedHash } from './installation-keys.ts';

const lifetimeSeconds = 7 * 24 * 3600;
/** A session in use is written at most this often, its cookie sent anew at most hourly. */
const noteUseAfterSeconds = 60;
const renewAfterSeconds = 3600;

export class LoginSessions {
  readonly cookieName: string;
  readonly #db: Queryable;
  readonly #secret: string;

  constructor(db: Queryable, secret: string) {
    this.#db = db;
    this.#secret = secret;
    this.cookieName = cookiePrefix(secret);
  }

  async start(userId: string, method: LoginMethod, request: Request, response: Response): Promise<void> {
    const token = randomBytes(32).toString('base64url');
    await createLoginSession(this.#db, {
      tokenHash: keyedHash(this.#secret, token),
      userId,
      method,
      address: request.ip,
      userAgent: request.get('user-agent')?.slice(0, 300),
      lifetimeSeconds,
    });
    this.#setCookie(response, token, lifetimeSeconds);
  }

  /** Who is logged in, the session prolonged when it is time; undefined: nobody. */
  async of(request: Request, response: Response): Promise<Caller | undefined> {
    const token = this.#tokenOf(request.get('cookie'));
    const row = await this.#find(token);
    if (row === undefined || token === undefined) return undefined;
    const idleSeconds = (Date.now() - row.lastUsedAt.getTime()) / 1000;
    const leftSeconds = (row.expiresAt.getTime() - Date.now()) / 1000;
    if (idleSeconds > noteUseAfterSeconds || leftSeconds < lifetimeSeconds - renewAfterSeconds)
      await extendLoginSession(this.#db, row.sessionId, lifetimeSeconds, request.ip);
    if (leftSeconds < lifetimeSeconds - renewAfterSeconds) this.#setCookie(response, token, lifetimeSeconds);
    return callerOf(row);
  }

  /** Who is logged in by a `Cookie` header, never prolonged: for those who may only read sessions. */
  async peek(cookieHeader: string | undefined): Promise<Caller | undefined> {
    const row = await this.#find(this.#tokenOf(cookieHeader));
    return row && callerOf(row);
  }

  async end(caller: Caller, response: Response): Promise<void> {
    await endLoginSession(this.#db, caller.user.userId, caller.id);
    this.#setCookie(response, '', 0);
  }

  async #find(token: string | undefined): Promise<LoginSessionRow | undefined> {
    if (token === undefined) return undefined;
    return (await findLoginSessions(this.#db, { tokenHashes: [keyedHash(this.#secret, token)] }))[0];
  }

  #tokenOf(cookieHeader: string | undefined): string | undefined {
    const token = parseCookie(cookieHeader ?? '')[this.cookieName];
    return token === undefined || token.length === 0 || token.length > 100 ? undefined : token;
  }

  #setCookie(response: Response, value: string, maxAge: number): void {
    const cookie = stringifySetCookie({ ...cookieRules, name: this.cookieName, value, maxAge });
    response.append('Set-Cookie', cookie);
  }
}

export const callerOf = ({ sessionId, user }: LoginSessionRow): Caller => ({
  user,
  via: 'login',
  id: sessionId,
});
