/** Web push: browsers of the one who asks. Nobody sees another's, and endpoints are shown to nobody. */
import { z } from 'zod';
import { isPushEndpoint } from '@apiary/access/push-endpoint';
import { AppError, badRequest, notFound } from '@apiary/base/errors';
import { inTransaction } from '@apiary/database';
import { recordAudit } from '@apiary/database/audit-repository';
import { askForTest, readTest } from '@apiary/database/notification-test-repository';
import {
  deleteOwnSubscription,
  listOwnSubscriptions,
  saveSubscription,
} from '@apiary/database/web-push-repository';
import { route, type Route } from '../http/route.ts';
import {
  subscribedSchema,
  subscriptionBodySchema,
  testAcceptedSchema,
  testResultSchema,
  webPushSchema,
} from '../schemas/notifications.ts';
import type { Deps } from './deps.ts';

const unavailable = { 503: 'this installation has no key for web push' };

export function webPushRoutes(deps: Deps): Route[] {
  const common = { tag: 'notifications', access: { action: 'notifications.own' } } as const;
  const publicKey = (): string => {
    if (deps.webPush.publicKey === undefined)
      throw new AppError(503, 'web_push_unavailable', 'Run `make up` again: it makes the key for web push.');
    return deps.webPush.publicKey;
  };
  return [
    route({
      ...common,
      method: 'get',
      path: '/api/notifications/web-push',
      summary: 'Key to subscribe with, and the own browsers that did',
      answer: { status: 200, json: webPushSchema },
      errors: unavailable,
      async handler({ session }) {
        const rows = await listOwnSubscriptions(deps.pool, session.user.userId);
        return {
          publicKey: publicKey(),
          subscriptions: rows.map(({ subscriptionId, createdAt, lastSuccessAt, ...row }) => ({
            ...row,
            id: subscriptionId,
            createdAt: createdAt.toISOString(),
            lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
          })),
        };
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/notifications/web-push/subscriptions',
      summary: 'Have this browser told of alerts of the cameras one may see; again is no error',
      body: subscriptionBodySchema,
      answer: { status: 201, json: subscribedSchema },
      errors: unavailable,
      handler({ body, session, address, request }) {
        publicKey();
        if (!isPushEndpoint(body.endpoint, deps.webPush.hosts))
          throw badRequest(
            'unknown_push_service',
            `body.endpoint: its push service is not in WEB_PUSH_HOSTS (${deps.webPush.hosts.join(', ')}).`,
          );
        return inTransaction(deps.pool, async (db) => {
          const { userId, username } = session.user;
          const id = await saveSubscription(db, {
            userId,
            endpoint: body.endpoint,
            ...body.keys,
            userAgent: request.get('user-agent')?.slice(0, 300) ?? null,
            language: body.language,
          });
          const details = { subscription: id, pushService: new URL(body.endpoint).hostname };
          await recordAudit(db, { actor: username, action: 'web_push_subscribed', address, details });
          return { id };
        });
      },
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/notifications/web-push/subscriptions/{subscription}',
      summary: 'Stop telling a browser of one’s own',
      params: z.object({ subscription: z.uuid() }),
      answer: { status: 204 },
      errors: { 404: 'this account has no such subscription' },
      async handler({ params: { subscription }, session, address }) {
        const { userId, username } = session.user;
        if (!(await deleteOwnSubscription(deps.pool, userId, subscription)))
          throw notFound('The subscription');
        await recordAudit(deps.pool, {
          actor: username,
          action: 'web_push_unsubscribed',
          address,
          details: { subscription },
        });
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/notifications/web-push/tests',
      summary: 'Ask the notifier for a test message to the own browsers',
      answer: { status: 202, json: testAcceptedSchema },
      handler: ({ session, address }) =>
        inTransaction(deps.pool, async (db) => {
          const { userId, username } = session.user;
          const testId = await askForTest(db, { channel: 'web-push', userId, askedBy: username });
          const details = { channel: 'web-push' };
          await recordAudit(db, { actor: username, action: 'test_message_requested', address, details });
          return { testId };
        }),
    }),
    route({
      ...common,
      method: 'get',
      path: '/api/notifications/web-push/tests/{test}',
      summary: 'What became of it',
      params: z.object({ test: z.uuid() }),
      answer: { status: 200, json: testResultSchema },
      errors: { 404: 'this account has no such test' },
      async handler({ params, session }) {
        const results = await readTest(deps.pool, params.test, session.user.userId);
        if (results === undefined) throw notFound('The test');
        return { done: results !== null, results: [...(results ?? [])] };
      },
    }),
  ];
}
