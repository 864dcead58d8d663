/**
 * Share links: a token in the fragment of a URL, which no server sees, exchanged once for a cookie that shows one event.
 * One cookie a link: two links open in two windows do not disturb each other.
 */
import { parseCookie, stringifySetCookie } from 'cookie';
import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Queryable } from '@apiary/database';
import { findShareLinks, type FoundShareLink } from '@apiary/database/share-link-repository';
import { can } from './can.ts';
import type { Caller } from './caller.ts';
import { cookiePrefix, cookieRules, keyedHash } from './installation-keys.ts';

const maxCookieSeconds = 24 * 3600;
const maxLinksAtOnce = 10;
const form = /^[A-Za-z0-9_-]{43}$/;

export const newShareToken = (): string => randomBytes(32).toString('base64url');

export class ShareLinks {
  readonly cookiePrefix: string;
  readonly #db: Queryable;
  readonly #secret: string;

  constructor(db: Queryable, secret: string) {
    this.#db = db;
    this.#secret = secret;
    this.cookiePrefix = `${cookiePrefix(secret)}-share-`;
  }

  hash(token: string): Buffer {
    return keyedHash(this.#secret, token);
  }

  /** The link of a token, however it stands; undefined: there is none. */
  async find(token: string): Promise<FoundShareLink | undefined> {
    if (!form.test(token)) return undefined;
    return (await findShareLinks(this.#db, [this.hash(token)]))[0];
  }

  /** Callers of all open links whose cookies came along. */
  async of(request: Request): Promise<Caller[]> {
    const tokens = Object.entries(parseCookie(request.get('cookie') ?? ''))
      .filter(([name, value]) => name.startsWith(this.cookiePrefix) && form.test(value ?? ''))
      .slice(0, maxLinksAtOnce)
      .map(([, value]) => this.hash(value ?? ''));
    if (tokens.length === 0) return [];
    const found = await findShareLinks(this.#db, tokens);
    return found.filter((link) => link.state === 'open' && mayStillShare(link)).map(shareCaller);
  }

  setCookie(response: Response, token: string, link: FoundShareLink): void {
    const left = Math.floor((link.expiresAt.getTime() - Date.now()) / 1000);
    response.append(
      'Set-Cookie',
      stringifySetCookie({
        ...cookieRules,
        name: this.cookiePrefix + link.shareId.slice(0, 8),
        value: token,
        maxAge: Math.max(0, Math.min(left, maxCookieSeconds)),
      }),
    );
  }
}

/** Whoever lost the right to share, or the camera, shares no longer. Which camera it is, the route asks `can`. */
const mayStillShare = ({ sharer }: FoundShareLink): boolean => can(sharer, 'events.share');

export const shareCaller = ({ shareId, eventId, sharer }: FoundShareLink): Caller => ({
  user: { ...sharer, username: `link of ${sharer.username}`, onlyEvent: eventId },
  via: 'share',
  id: shareId,
});
