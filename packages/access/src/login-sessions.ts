/**
 * Login sessions: an opaque random cookie, known to the database only as HMAC under the session secret. Seven days,
 * sliding. Ends tell listeners, so that open streams end with their session.
 */
import { parseCookie, stringifySetCookie } from 'cookie';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import {
  createLoginSession,
  endLoginSession,
  endOtherLoginSessions,
  extendLoginSession,
  findLoginSession,
  liveLoginSessions,
} from '@apiary/database/login-session-repository';
import type { Queryable } from '@apiary/database';
import type { Actor } from './can.ts';

const lifetimeSeconds = 7 * 24 * 3600;
/** A session is written again at most this often, not at every request. */
const renewAfterSeconds = 3600;

export interface LoginSession {
  readonly user: Actor;
  readonly tokenHash: Buffer;
}

export class LoginSessions {
  readonly cookieName: string;
  readonly #db: Queryable;
  readonly #secret: string;
  readonly #listeners = new Set<() => void>();

  constructor(db: Queryable, secret: string) {
    this.#db = db;
    this.#secret = secret;
    // Cookies know no ports: two installations on one host would log each other out under one name.
    const installation = createHash('sha256').update(`cookie name ${secret}`).digest('hex').slice(0, 8);
    this.cookieName = `__Host-apiary-${installation}`;
  }

  /** Called after sessions were ended: whoever holds one open should look whether it still lasts. */
  onEnded(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async start(userId: string, request: Request, response: Response): Promise<void> {
    const token = randomBytes(32).toString('base64url');
    await createLoginSession(this.#db, {
      tokenHash: this.#hash(token),
      userId,
      address: request.ip,
      userAgent: request.get('user-agent')?.slice(0, 300),
      lifetimeSeconds,
    });
    this.#setCookie(response, token, lifetimeSeconds);
  }

  /** The session of a request, prolonged when it is time; undefined: not logged in. */
  async of(request: Request, response: Response): Promise<LoginSession | undefined> {
    const found = await this.#find(request.get('cookie'));
    if (found === undefined) return undefined;
    const leftSeconds = (found.expiresAt.getTime() - Date.now()) / 1000;
    if (leftSeconds < lifetimeSeconds - renewAfterSeconds) {
      await extendLoginSession(this.#db, found.session.tokenHash, lifetimeSeconds);
      this.#setCookie(response, found.token, lifetimeSeconds);
    }
    return found.session;
  }

  /** The session of a `Cookie` header, never prolonged: for those who may only read sessions. */
  async peek(cookieHeader: string | undefined): Promise<LoginSession | undefined> {
    return (await this.#find(cookieHeader))?.session;
  }

  async #find(
    cookieHeader: string | undefined,
  ): Promise<{ session: LoginSession; token: string; expiresAt: Date } | undefined> {
    const token = this.#tokenOf(cookieHeader);
    if (token === undefined) return undefined;
    const tokenHash = this.#hash(token);
    const row = await findLoginSession(this.#db, tokenHash);
    if (row === undefined) return undefined;
    const user = { userId: row.userId, username: row.username, role: row.role, cameras: 'all' as const };
    return { session: { user, tokenHash }, token, expiresAt: row.expiresAt };
  }

  async end(session: LoginSession, response: Response): Promise<void> {
    await endLoginSession(this.#db, session.tokenHash);
    this.#setCookie(response, '', 0);
    this.#tell();
  }

  async endOthers(session: LoginSession): Promise<void> {
    await endOtherLoginSessions(this.#db, session.user.userId, session.tokenHash);
    this.#tell();
  }

  live(tokenHashes: readonly Buffer[]): Promise<Buffer[]> {
    return liveLoginSessions(this.#db, tokenHashes);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #tokenOf(cookieHeader: string | undefined): string | undefined {
    const token = parseCookie(cookieHeader ?? '')[this.cookieName];
    return token === undefined || token.length === 0 || token.length > 100 ? undefined : token;
  }

  #hash(token: string): Buffer {
    return createHmac('sha256', this.#secret).update(token).digest();
  }

  #setCookie(response: Response, value: string, maxAgeSeconds: number): void {
    response.append(
      'Set-Cookie',
      stringifySetCookie({
        name: this.cookieName,
        value,
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'lax',
        maxAge: maxAgeSeconds,
      }),
    );
  }
}
