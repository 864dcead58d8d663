/** The own login sessions: where one is logged in, and ending it from afar. */
import { notFound } from '@apiary/base/errors';
import { recordAudit } from '@apiary/database/audit-repository';
import {
  endLoginSession,
  endLoginSessions,
  listLoginSessions,
} from '@apiary/database/login-session-repository';
import { route, type Route } from '../http/route.ts';
import { endedSchema, loginSessionListSchema, sessionParams } from '../schemas/keys.ts';
import type { Deps } from './deps.ts';
import { sessionRecord } from './people-records.ts';

export function sessionRoutes(deps: Deps): Route[] {
  const common = { tag: 'account', access: { action: 'session.own' } } as const;
  return [
    route({
      ...common,
      method: 'get',
      path: '/api/sessions',
      summary: 'Where this account is logged in, last seen first',
      answer: { status: 200, json: loginSessionListSchema },
      async handler({ session }) {
        const rows = await listLoginSessions(deps.pool, session.user.userId);
        return { sessions: rows.map((row) => sessionRecord(row, session.id)) };
      },
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/sessions',
      summary: 'Log out everywhere else; what is open there ends at once',
      answer: { status: 200, json: endedSchema },
      async handler({ session, address }) {
        const { userId, username } = session.user;
        const ended = await endLoginSessions(deps.pool, userId, session.id);
        await recordAudit(deps.pool, {
          actor: username,
          action: 'other_sessions_ended',
          address,
          details: { ended },
        });
        return { ended };
      },
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/sessions/{session}',
      summary: 'End one login session; what is open in it ends at once',
      params: sessionParams,
      answer: { status: 204 },
      errors: { 404: 'this account has no such session' },
      async handler({ params, session, address }) {
        if (!(await endLoginSession(deps.pool, session.user.userId, params.session)))
          throw notFound('The session');
        await recordAudit(deps.pool, { actor: session.user.username, action: 'session_ended', address });
      },
    }),
  ];
}
