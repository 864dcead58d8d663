/** Accounts, for admins: who there is, what they may see and do, and ending it. */
import { AppError, conflict, notFound } from '@apiary/base/errors';
import { inTransaction } from '@apiary/database';
import { revokeApiTokens } from '@apiary/database/api-token-repository';
import { recordAudit } from '@apiary/database/audit-repository';
import { endLoginSessions } from '@apiary/database/login-session-repository';
import {
  changeUser,
  createUser,
  deleteUser,
  listUsers,
  readUser,
  setPassword,
  type UserRow,
} from '@apiary/database/user-repository';
import { generatedPassword } from '../auth/generated-password.ts';
import { route, type Route, type RouteInput } from '../http/route.ts';
import {
  accountListSchema,
  accountSchema,
  createdUserSchema,
  newUserBodySchema,
  userChangeBodySchema,
  userParams,
} from '../schemas/people.ts';
import { endedSchema } from '../schemas/keys.ts';
import type { Deps } from './deps.ts';
import { accountRecord } from './people-records.ts';

type Input = Pick<RouteInput<unknown, unknown, unknown, UserRow>, 'session' | 'subject'>;

export function userRoutes(deps: Deps): Route[] {
  const common = { tag: 'people', access: { action: 'users.manage' } } as const;
  const one = {
    ...common,
    params: userParams,
    subject: {
      what: 'The account',
      load: ({ user }: { user: string }): Promise<UserRow | undefined> => readUser(deps.pool, user),
    },
  };
  const reread = async (db: Parameters<typeof readUser>[0], userId: string) => {
    const row = await readUser(db, userId);
    if (row === undefined) throw notFound('The account');
    return accountRecord(row);
  };
  return [
    route({
      ...common,
      method: 'get',
      path: '/api/users',
      summary: 'All accounts by name',
      answer: { status: 200, json: accountListSchema },
      handler: async () => ({ users: (await listUsers(deps.pool)).map(accountRecord) }),
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/users',
      summary:
        'Make an account with a generated password, shown this once and to be changed at the first login',
      body: newUserBodySchema,
      answer: { status: 201, json: createdUserSchema },
      errors: { 409: 'the name is taken, or a camera does not exist' },
      async handler({ body, session, address }) {
        const password = generatedPassword();
        const passwordHash = await deps.passwords.hash(password);
        return inTransaction(deps.pool, async (client) => {
          const userId = await createUser(client, { ...body, passwordHash, passwordChange: 'required' });
          if (userId === undefined) throw conflict('name_taken', 'There is an account of this name.');
          const actor = session.user.username;
          await recordAudit(client, { actor, action: 'account_created', address, details: { ...body } });
          return { user: await reread(client, userId), password };
        });
      },
    }),
    route({
      ...one,
      method: 'patch',
      path: '/api/users/{user}',
      summary: 'Change role or cameras, disable or enable; open screens follow within a second',
      body: userChangeBodySchema,
      answer: { status: 200, json: accountSchema },
      errors: { 409: 'the last admin, the own account, a role that the identity provider decides' },
      handler: (input) => {
        const { subject, body, session, address } = input;
        if (body.disabled === true) assertNotOwn(input);
        if (body.role !== undefined && body.role !== subject.role && subject.hasIdentity)
          throw conflict('role_from_provider', 'The role of this account comes from the identity provider.');
        if ((body.role ?? subject.role) === 'admin' && Array.isArray(body.cameras))
          throw new AppError(409, 'admin_sees_all', 'An admin sees every camera.');
        return inTransaction(deps.pool, async (client) => {
          await changeUser(client, subject.userId, body);
          const details = { username: subject.username, ...body };
          await recordAudit(client, {
            actor: session.user.username,
            action: 'account_changed',
            address,
            details,
          });
          return reread(client, subject.userId);
        });
      },
    }),
    route({
      ...one,
      method: 'delete',
      path: '/api/users/{user}',
      summary: 'Delete an account with its sessions, tokens, links and reviews; the audit log keeps its name',
      answer: { status: 204 },
      errors: { 409: 'the last admin, or the own account' },
      handler: (input) => {
        assertNotOwn(input);
        const { subject, session, address } = input;
        return inTransaction(deps.pool, async (client) => {
          await deleteUser(client, subject.userId);
          const details = { username: subject.username };
          await recordAudit(client, {
            actor: session.user.username,
            action: 'account_deleted',
            address,
            details,
          });
        });
      },
    }),
    route({
      ...one,
      method: 'post',
      path: '/api/users/{user}/password',
      summary: 'Give an account a new generated password, shown this once; ends its sessions and tokens',
      answer: { status: 200, json: createdUserSchema },
      errors: { 409: 'the own account: change your password instead' },
      async handler(input) {
        assertNotOwn(input);
        const { subject, session, address } = input;
        const password = generatedPassword();
        const hash = await deps.passwords.hash(password);
        return inTransaction(deps.pool, async (client) => {
          await setPassword(client, subject.userId, hash, 'required');
          await endLoginSessions(client, subject.userId);
          await revokeApiTokens(client, subject.userId);
          const details = { username: subject.username };
          await recordAudit(client, {
            actor: session.user.username,
            action: 'password_reset',
            address,
            details,
          });
          return { user: await reread(client, subject.userId), password };
        });
      },
    }),
    route({
      ...one,
      method: 'delete',
      path: '/api/users/{user}/sessions',
      summary: 'End all login sessions of an account (of the own one: all others) and revoke its API tokens',
      answer: { status: 200, json: endedSchema },
      handler: ({ subject, session, address }) =>
        inTransaction(deps.pool, async (client) => {
          const own = subject.userId === session.user.userId ? session.id : undefined;
          const ended =
            (await endLoginSessions(client, subject.userId, own)) +
            (await revokeApiTokens(client, subject.userId));
          const details = { username: subject.username, ended };
          await recordAudit(client, {
            actor: session.user.username,
            action: 'account_access_ended',
            address,
            details,
          });
          return { ended };
        }),
    }),
  ];
}

function assertNotOwn({ session, subject }: Input): void {
  if (session.user.userId === subject.userId)
    throw conflict('own_account', 'You cannot do this to your own account: somebody else must.');
}
