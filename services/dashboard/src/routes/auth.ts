/** Log in, log out, who am I, change of password. */
import type { Response } from 'express';
import { AppError, badRequest, forbidden } from '@apiary/base/errors';
import { inTransaction } from '@apiary/database';
import { recordAudit } from '@apiary/database/audit-repository';
import { endLoginSessions } from '@apiary/database/login-session-repository';
import { findCredentials, firstRunPending, readUser, setPassword } from '@apiary/database/user-repository';
import { assertGoodPassword } from '../auth/password-rules.ts';
import { route, type Route } from '../http/route.ts';
import { loginBodySchema, loginMethodsSchema, meSchema, passwordBodySchema } from '../schemas/people.ts';
import type { Deps } from './deps.ts';
import { oidcPaths } from './oidc.ts';
import { userRecord } from './people-records.ts';

export function authRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/auth/methods',
      summary: 'Ways to log in, for the login page',
      tag: 'auth',
      access: { open: 'the login page asks before anyone is logged in' },
      answer: { status: 200, json: loginMethodsSchema },
      handler: async () => ({
        password: true as const,
        oidc:
          deps.oidc === undefined
            ? null
            : { label: deps.oidc.label, startUrl: oidcPaths.start, logoutUrl: oidcPaths.logout },
        firstRun: await firstRunPending(deps.pool),
      }),
    }),
    route({
      method: 'post',
      path: '/api/auth/login',
      summary: 'Log in; sets the login cookie (HttpOnly, 7 days, prolonged by use)',
      tag: 'auth',
      access: { open: 'this is where one logs in' },
      body: loginBodySchema,
      answer: { status: 200, json: meSchema },
      errors: {
        401: 'user name or password are wrong, or the account is disabled',
        429: 'too many wrong tries; Retry-After says how long to wait, seconds',
        503: 'too many log-ins at once',
      },
      async handler({ body, address, request, response }) {
        const username = body.username.trim().toLowerCase();
        await throttle(deps, username, address, response);
        const user = await findCredentials(deps.pool, username);
        const right = await deps.passwords.verify(user?.passwordHash ?? undefined, body.password);
        const entry = { actor: username, address };
        // Whether an account exists or is disabled is nobody's business before the password is right, nor after.
        if (!right || user === undefined || user.disabled) {
          deps.counters.add('loginsFailed');
          await recordAudit(deps.pool, { ...entry, action: 'login_failed' });
          throw new AppError(401, 'wrong_credentials', 'User name or password are wrong.');
        }
        await deps.throttle.succeeded(username, address);
        await deps.callers.sessions.start(user.userId, 'password', request, response);
        await recordAudit(deps.pool, { ...entry, action: 'login_succeeded' });
        return { user: userRecord(user), hasPassword: true };
      },
    }),
    route({
      method: 'post',
      path: '/api/auth/logout',
      summary: 'Log out; ends this login session and its open streams',
      tag: 'auth',
      access: { action: 'session.own' },
      answer: { status: 204 },
      async handler({ session, response, address }) {
        await deps.callers.sessions.end(session, response);
        await recordAudit(deps.pool, { actor: session.user.username, action: 'logged_out', address });
      },
    }),
    route({
      method: 'get',
      path: '/api/auth/me',
      summary: 'Who is calling, and what they may do',
      tag: 'auth',
      access: { action: 'self.read' },
      answer: { status: 200, json: meSchema },
      async handler({ session: { user } }) {
        const account = await readUser(deps.pool, user.userId);
        const username = account?.username ?? user.username;
        return { user: userRecord({ ...user, username }), hasPassword: account?.hasPassword === true };
      },
    }),
    route({
      method: 'post',
      path: '/api/auth/password',
      summary: 'Change the own password; ends all other login sessions of the account',
      tag: 'auth',
      access: { action: 'session.own' },
      body: passwordBodySchema,
      answer: { status: 204 },
      errors: { 429: 'too many wrong tries' },
      async handler({ body, session, address, response }) {
        const { username, userId } = session.user;
        await throttle(deps, username, address, response);
        const user = await findCredentials(deps.pool, username);
        if (user?.passwordHash === null)
          throw forbidden('This account logs in through the identity provider.');
        if (!(await deps.passwords.verify(user?.passwordHash, body.currentPassword)))
          throw badRequest('wrong_password', 'The current password is wrong.');
        await deps.throttle.succeeded(username, address);
        if (body.newPassword === body.currentPassword)
          throw badRequest('weak_password', 'The new password is the old one.');
        assertGoodPassword(body.newPassword, username);
        const hash = await deps.passwords.hash(body.newPassword);
        await inTransaction(deps.pool, async (client) => {
          await setPassword(client, userId, hash, 'none');
          await endLoginSessions(client, userId, session.id);
          await recordAudit(client, { actor: username, action: 'password_changed', address });
        });
      },
    }),
  ];
}

/** @throws AppError 429 */
async function throttle(deps: Deps, username: string, address: string, response: Response): Promise<void> {
  const waitSeconds = await deps.throttle.take(username, address);
  if (waitSeconds === undefined) return;
  deps.counters.add('loginsThrottled');
  response.set('Retry-After', String(waitSeconds));
  throw new AppError(429, 'too_many_requests', `Too many wrong tries. Wait ${waitSeconds} s.`);
}
