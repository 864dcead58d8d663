/** What shows whether rules and channels do what was meant: a dry run over the past, test messages, what became of alerts. */
import { z } from 'zod';
import { notFound } from '@apiary/base/errors';
import { inTransaction } from '@apiary/database';
import { listDeliveries } from '@apiary/database/notification-delivery-queries';
import { pastFacts } from '@apiary/database/notification-history';
import { askForTest, readTest } from '@apiary/database/notification-test-repository';
import { readNotifierState } from '@apiary/database/notifier-state-repository';
import { noSnoozes, replay } from '@apiary/notification-rules';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { route, type Route } from '../http/route.ts';
import {
  deliveryListSchema,
  deliveryQuerySchema,
  dryRunBodySchema,
  dryRunResultSchema,
  testAcceptedSchema,
  testBodySchema,
  testResultSchema,
} from '../schemas/notifications.ts';
import type { Deps } from './deps.ts';
import { audit, usualDefaults } from './notification-shared.ts';

const common = { tag: 'notifications' } as const;

export const notificationProofRoutes = (deps: Deps): Route[] => [
  route({
    ...common,
    method: 'post',
    path: '/api/notifications/dry-run',
    summary: 'How many alerts these rules would have sent; sends none',
    access: { action: 'notifications.read' },
    body: dryRunBodySchema,
    answer: { status: 200, json: dryRunResultSchema },
    async handler({ body: { house, cameras, from, to } }) {
      const { defaults, timeZone } = await stateOf(deps);
      const rules = { defaults, house, cameras: new Map(Object.entries(cameras)), snoozes: noSnoozes };
      const { suppressed, byKind, byCamera, ...counts } = await replay(
        rules,
        pastFacts(deps.pool, from, to),
        timeZone,
      );
      return { ...counts, suppressed: { ...suppressed }, byKind: { ...byKind }, byCamera: { ...byCamera } };
    },
  }),
  route({
    ...common,
    method: 'post',
    path: '/api/notifications/tests',
    summary: 'Ask the notifier for a test message; it is sent within seconds or not at all',
    access: { action: 'notifications.change' },
    body: testBodySchema,
    answer: { status: 202, json: testAcceptedSchema },
    handler: (input) =>
      inTransaction(deps.pool, async (db) => {
        const { channel } = input.body;
        const askedBy = input.session.user.username;
        const testId = await askForTest(db, { channel, userId: null, askedBy });
        await audit(db, input, 'test_message_requested', null, { channel });
        return { testId };
      }),
  }),
  route({
    ...common,
    method: 'get',
    path: '/api/notifications/tests/{test}',
    summary: 'What became of a test message',
    access: { action: 'notifications.read' },
    params: z.object({ test: z.uuid() }),
    answer: { status: 200, json: testResultSchema },
    errors: { 404: 'there is no such test' },
    async handler({ params }) {
      const results = await readTest(deps.pool, params.test);
      if (results === undefined) throw notFound('The test');
      return { done: results !== null, results: [...(results ?? [])] };
    },
  }),
  route({
    ...common,
    method: 'get',
    path: '/api/notifications/deliveries',
    summary: 'What became of alerts, newest first, by keyset: pass `nextCursor` as `cursor` to go on',
    access: { action: 'notifications.read' },
    query: deliveryQuerySchema,
    answer: { status: 200, json: deliveryListSchema },
    async handler({ query: { cursor, ...filter } }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.int()]))[0];
      const { deliveries, next } = await listDeliveries(deps.pool, { ...filter, after });
      return {
        deliveries: deliveries.map(({ deliveryId, happenedAt, sentAt, ...row }) => ({
          ...row,
          id: deliveryId,
          happenedAt: happenedAt.toISOString(),
          sentAt: sentAt?.toISOString() ?? null,
        })),
        nextCursor: next === undefined ? null : encodeCursor([next]),
      };
    },
  }),
];

const stateOf = async ({ pool, timeZone }: Deps) =>
  (await readNotifierState(pool)) ?? { defaults: usualDefaults, timeZone };
