/**
 * One login through the provider: what is remembered of it travels in a sealed cookie of ten minutes (encrypted and
 * authenticated, JWE), so that it survives a restart and belongs to the browser that began it.
 */
import { createHmac } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { AppError, errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { cookiePrefix, cookieRules } from '@apiary/access/installation-keys';
import type { Identity } from '@apiary/database/identity-repository';
import { OidcProvider, type OidcProviderOptions } from './oidc-provider.ts';
import { roleClaims, roleOf, type RoleRule } from './oidc-roles.ts';

const lifeSeconds = 600;

export interface OidcSettings extends OidcProviderOptions {
  /** Text of the button. */
  readonly label: string;
  readonly roles: readonly RoleRule[];
  readonly groupsClaim: string;
}

/** Why a login did not come about, for the login page to say. */
export type OidcProblem =
  'oidc_unavailable' | 'oidc_failed' | 'oidc_cancelled' | 'oidc_no_role' | 'oidc_disabled';

export class OidcError extends AppError {
  readonly problem: OidcProblem;
  constructor(problem: OidcProblem, cause: unknown) {
    super(400, problem, errorMessage(cause), { cause });
    this.problem = problem;
  }
}

export class OidcLogin {
  readonly label: string;
  readonly #settings: OidcSettings;
  readonly #provider: OidcProvider;
  readonly #key: Buffer;
  readonly #cookieName: string;

  private constructor(settings: OidcSettings, provider: OidcProvider, sessionSecret: string) {
    this.label = settings.label;
    this.#settings = settings;
    this.#provider = provider;
    this.#key = createHmac('sha256', sessionSecret).update('oidc login').digest();
    this.#cookieName = `${cookiePrefix(sessionSecret)}-oidc`;
  }

  static async open(settings: OidcSettings, sessionSecret: string, logger: Logger): Promise<OidcLogin> {
    if (settings.roles.length === 0)
      logger.warn({ fact: 'OIDC_ROLES is empty: nobody can log in through the identity provider' });
    return new OidcLogin(settings, await OidcProvider.open(settings), sessionSecret);
  }

  /**
   * Address of the provider to go to; remembers the attempt in a cookie.
   * @param returnTo path of our page to come to afterwards, already checked
   * @throws OidcError
   */
  async begin(redirectUri: string, returnTo: string, response: Response): Promise<string> {
    const { url, attempt } = await orElse('oidc_unavailable', this.#provider.start(redirectUri));
    const sealed = await new EncryptJWT({ ...attempt, redirectUri, returnTo })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(`${lifeSeconds}s`)
      .encrypt(this.#key);
    this.#setCookie(response, sealed, lifeSeconds);
    return url.href;
  }

  /**
   * Who came back, and where they wanted to go. An attempt is good for one return.
   * @throws OidcError
   */
  async complete(request: Request, response: Response): Promise<{ identity: Identity; returnTo: string }> {
    const sealed = parseCookie(request.get('cookie') ?? '')[this.#cookieName];
    this.#setCookie(response, '', 0);
    const { payload } = await orElse('oidc_failed', jwtDecrypt(sealed ?? '', this.#key));
    const remembered = payload as unknown as {
      state: string;
      nonce: string;
      codeVerifier: string;
      redirectUri: string;
      returnTo: string;
    };
    const query = new URL(request.originalUrl, 'https://apiary.invalid').search;
    if (new URLSearchParams(query).get('error') === 'access_denied')
      throw new OidcError('oidc_cancelled', 'refused at the provider');
    const cameBackTo = new URL(remembered.redirectUri + query);
    const claims = await orElse('oidc_failed', this.#provider.finish(cameBackTo, remembered));
    const role = roleOf(this.#settings.roles, roleClaims(claims, this.#settings.groupsClaim));
    if (role === undefined) throw new OidcError('oidc_no_role', `no role for subject ${claims.sub}`);
    const email = typeof claims['email'] === 'string' ? claims['email'].slice(0, 320) : undefined;
    const identity = { issuer: claims.iss, subject: claims.sub, email, username: usernameOf(claims), role };
    return { identity, returnTo: remembered.returnTo };
  }

  /** @throws OidcError */
  async logoutUrl(returnTo: string): Promise<string | undefined> {
    return (await orElse('oidc_unavailable', this.#provider.logoutUrl(returnTo)))?.href;
  }

  #setCookie(response: Response, value: string, maxAge: number): void {
    const cookie = stringifySetCookie({ ...cookieRules, name: this.#cookieName, value, maxAge });
    response.append('Set-Cookie', cookie);
  }
}

async function orElse<T>(problem: OidcProblem, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new OidcError(problem, error);
  }
}

/** A name to begin with, from what the provider calls this person. */
function usernameOf(claims: Readonly<Record<string, unknown>>): string {
  const given = ['preferred_username', 'email', 'name']
    .map((name) => claims[name])
    .find((value): value is string => typeof value === 'string' && value !== '');
  const clean = (given ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._@-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 60);
  return clean === '' ? 'person' : clean;
}
