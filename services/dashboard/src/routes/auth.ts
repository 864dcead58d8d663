/** Log in, log out, who am I, change of password. */
import { AppError, badRequest } from '@apiary/base/errors';
import { recordAudit } from '@apiary/database/audit-repository';
import { changePassword, findUser } from '@apiary/database/user-repository';
import { loginBodySchema, meSchema, passwordBodySchema } from '../api-schemas.ts';
import type { Me } from '../api-types.ts';
import type { Actor } from '@apiary/access/can';
import { route, type Route } from '../http/route.ts';
import type { Deps } from './deps.ts';

const me = ({ username, role }: Pick<Actor, 'username' | 'role'>): Me => ({ user: { username, role } });

export function authRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/auth/login',
      summary: 'Log in; sets the login cookie (HttpOnly, 7 days, prolonged by use)',
      tag: 'auth',
      access: { open: 'this is where one logs in' },
      body: loginBodySchema,
      answer: { status: 200, json: meSchema },
      errors: {
        401: 'user name or password are wrong',
        429: 'too many wrong tries; Retry-After says how long to wait, seconds',
        503: 'too many log-ins at once',
      },
      async handler({ body, address, request, response }) {
        const username = body.username.trim().toLowerCase();
        const waitSeconds = await deps.throttle.take(username, address);
        if (waitSeconds !== undefined) {
          deps.counters.add('loginsThrottled');
          response.set('Retry-After', String(waitSeconds));
          throw new AppError(429, 'too_many_requests', `Too many wrong tries. Wait ${waitSeconds} s.`);
        }
        const user = await findUser(deps.pool, username);
        const right = await deps.passwords.verify(user?.passwordHash, body.password);
        const entry = { actor: username, address };
        if (!right || user === undefined) {
          deps.counters.add('loginsFailed');
          await recordAudit(deps.pool, { ...entry, action: 'login_failed' });
          throw new AppError(401, 'wrong_credentials', 'User name or password are wrong.');
        }
        await deps.throttle.succeeded(username, address);
        await deps.sessions.start(user.userId, request, response);
        await recordAudit(deps.pool, { ...entry, action: 'login_succeeded' });
        return me(user);
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
        await deps.sessions.end(session, response);
        await recordAudit(deps.pool, { actor: session.user.username, action: 'logged_out', address });
      },
    }),
    route({
      method: 'get',
      path: '/api/auth/me',
      summary: 'Who is logged in',
      tag: 'auth',
      access: { action: 'session.own' },
      answer: { status: 200, json: meSchema },
      handler: ({ session }) => Promise.resolve(me(session.user)),
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
        const waitSeconds = await deps.throttle.take(username, address);
        if (waitSeconds !== undefined) {
          response.set('Retry-After', String(waitSeconds));
          throw new AppError(429, 'too_many_requests', `Too many wrong tries. Wait ${waitSeconds} s.`);
        }
        const user = await findUser(deps.pool, username);
        if (!(await deps.passwords.verify(user?.passwordHash, body.currentPassword)))
          throw badRequest('wrong_password', 'The current password is wrong.');
        await deps.throttle.succeeded(username, address);
        await changePassword(deps.pool, userId, await deps.passwords.hash(body.newPassword));
        await deps.sessions.endOthers(session);
        await recordAudit(deps.pool, { actor: username, action: 'password_changed', address });
      },
    }),
  ];
}
