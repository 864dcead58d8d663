/**
 * Log in through an identity provider (OpenID Connect, authorization code with PKCE). These are visits of the browser,
 * so what goes wrong is told by the login page: `/?loginProblem=<code>`.
 */
import { z } from 'zod';
import { inTransaction } from '@apiary/database';
import { recordAudit } from '@apiary/database/audit-repository';
import { accountOfIdentity, type Identity } from '@apiary/database/identity-repository';
import { errorMessage, notFound } from '@apiary/base/errors';
import { OidcError, type OidcLogin } from '../auth/oidc-login.ts';
import { returnPath } from '../auth/return-path.ts';
import { route, type Route } from '../http/route.ts';
import type { Deps } from './deps.ts';
import { ownOrigin } from './own-origin.ts';

export const oidcPaths = {
  start: '/api/auth/oidc/start',
  callback: '/api/auth/oidc/callback',
  logout: '/api/auth/oidc/logout',
} as const;

export function oidcRoutes(deps: Deps): Route[] {
  const provider = (): OidcLogin => {
    if (deps.oidc === undefined) throw notFound('An identity provider');
    return deps.oidc;
  };
  const orProblem = async (address: string, work: () => Promise<string>): Promise<string> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof OidcError)) throw error;
      deps.counters.add(error.problem);
      deps.logger.warn({
        fact: 'login through the identity provider failed',
        problem: error.problem,
        reason: errorMessage(error),
      });
      await recordAudit(deps.pool, {
        actor: 'identity provider',
        action: 'login_failed',
        address,
        details: { problem: error.problem },
      });
      return `/?loginProblem=${error.problem}`;
    }
  };
  const common = { method: 'get', tag: 'auth', errors: { 404: 'no identity provider is set up' } } as const;
  return [
    route({
      ...common,
      path: oidcPaths.start,
      summary: 'Go to the identity provider to log in',
      access: { open: 'this is where one logs in' },
      query: z.object({
        next: z.string().max(4000).optional().meta({ description: 'path of the page to come to afterwards' }),
      }),
      answer: { status: 303, redirect: 'to the provider, or back to the login page with a problem' },
      handler: ({ query, request, response, address }) =>
        orProblem(address, () =>
          provider().begin(ownOrigin(request) + oidcPaths.callback, returnPath(query.next), response),
        ),
    }),
    route({
      ...common,
      path: oidcPaths.callback,
      summary: 'The provider sends the browser back here; sets the login cookie',
      access: { open: 'the provider’s answer is the proof' },
      answer: { status: 303, redirect: 'to where the person wanted, or to the login page with a problem' },
      handler: ({ request, response, address }) =>
        orProblem(address, async () => {
          const { identity, returnTo } = await provider().complete(request, response);
          const account = await logIn(deps, identity, address);
          await deps.callers.sessions.start(account.userId, 'oidc', request, response);
          return returnTo;
        }),
    }),
    route({
      ...common,
      path: oidcPaths.logout,
      summary: 'End the login at the provider as well (after POST /api/auth/logout)',
      access: { open: 'it ends nothing of ours' },
      answer: { status: 303, redirect: 'to the provider where it offers that, else to our page' },
      handler: ({ request, address }) =>
        orProblem(address, async () => (await provider().logoutUrl(`${ownOrigin(request)}/`)) ?? '/'),
    }),
  ];
}

/** The account, made at the first login, and what is to be remembered of it. */
function logIn(deps: Deps, identity: Identity, address: string): Promise<{ userId: string }> {
  return inTransaction(deps.pool, async (client) => {
    const account = await accountOfIdentity(client, identity);
    const { username, disabled, created, formerRole } = account;
    if (disabled) throw new OidcError('oidc_disabled', `the account ${username} is disabled`);
    const { issuer, subject, role } = identity;
    const entry = { actor: username, address };
    if (created)
      await recordAudit(client, {
        ...entry,
        action: 'account_created',
        details: { username, role, issuer, subject },
      });
    else if (formerRole !== role)
      await recordAudit(client, {
        ...entry,
        action: 'account_changed',
        details: { username, role, formerRole },
      });
    await recordAudit(client, { ...entry, action: 'login_succeeded', details: { method: 'oidc' } });
    return account;
  });
}
