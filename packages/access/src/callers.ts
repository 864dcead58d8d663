/** One place that tells who is calling, by cookie or token, and whether those who called earlier still may. */
import type { Request, Response } from 'express';
import type { Queryable } from '@apiary/database';
import { findApiTokens, noteApiTokenUse } from '@apiary/database/api-token-repository';
import { findLoginSessions } from '@apiary/database/login-session-repository';
import { bearerOf, findApiToken, tokenCaller } from './api-tokens.ts';
import { callerKey, type Caller } from './caller.ts';
import { callerOf, LoginSessions } from './login-sessions.ts';

/** A token in use is written at most this often. */
const noteUseAfterMs = 60_000;

export class Callers {
  readonly sessions: LoginSessions;
  readonly #db: Queryable;
  readonly #secret: string;

  /** @param secret the session secret */
  constructor(db: Queryable, secret: string) {
    this.#db = db;
    this.#secret = secret;
    this.sessions = new LoginSessions(db, secret);
  }

  /** A request that carries a token is the token's, whatever cookies came along. */
  async of(request: Request, response: Response): Promise<Caller | undefined> {
    const token = bearerOf(request.get('authorization'));
    if (token === undefined) return this.sessions.of(request, response);
    const found = await findApiToken(this.#db, this.#secret, token);
    if (found === undefined) return undefined;
    if (Date.now() - (found.lastUsedAt?.getTime() ?? 0) > noteUseAfterMs)
      await noteApiTokenUse(this.#db, found.tokenId, request.ip ?? '');
    return tokenCaller(found);
  }

  /** As `of`, for those who may only read sessions. */
  async peek(headers: {
    readonly authorization?: string | undefined;
    readonly cookie?: string | undefined;
  }): Promise<Caller | undefined> {
    const token = bearerOf(headers.authorization);
    if (token === undefined) return this.sessions.peek(headers.cookie);
    const found = await findApiToken(this.#db, this.#secret, token);
    return found && tokenCaller(found);
  }

  /** Those who still may call, with their rights as they are now, by `callerKey`. */
  async stillThere(callers: readonly Pick<Caller, 'via' | 'id'>[]): Promise<Map<string, Caller>> {
    const ids = (via: Caller['via']) => callers.filter((each) => each.via === via).map(({ id }) => id);
    const [sessions, tokens] = [ids('login'), ids('token')];
    const found = [
      ...(sessions.length === 0 ? [] : await findLoginSessions(this.#db, { ids: sessions })).map(callerOf),
      ...(tokens.length === 0 ? [] : await findApiTokens(this.#db, { ids: tokens })).map(tokenCaller),
    ];
    return new Map(found.map((caller) => [callerKey(caller), caller]));
  }
}
