/**
 * Notifications: rules, snoozes, a dry run of rules over the past, test messages, what became of alerts. The notifier
 * acts on the rows; who else looks at them hears `changed` of `notifications`.
 */
import { z } from 'zod';
import { notFound } from '@apiary/base/errors';
import { inTransaction } from '@apiary/database';
import { recordAudit } from '@apiary/database/audit-repository';
import { listDeliveries } from '@apiary/database/notification-delivery-queries';
import { pastFacts } from '@apiary/database/notification-history';
import { deleteRule, listRules, saveRule } from '@apiary/database/notification-rule-repository';
import { endSnooze, listSnoozes, setSnooze } from '@apiary/database/notification-snooze-repository';
import { askForTest, readTest } from '@apiary/database/notification-test-repository';
import { readNotifierState } from '@apiary/database/notifier-state-repository';
import { noSnoozes, notificationRuleSchema, replay, type NotificationRule } from '@apiary/notification-rules';
import { cameraIdSchema } from '../api-schemas.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { route, type Route, type RouteInput } from '../http/route.ts';
import {
  deliveryListSchema,
  deliveryQuerySchema,
  dryRunBodySchema,
  dryRunResultSchema,
  notificationsSchema,
  ruleBodySchema,
  snoozeBodySchema,
  testAcceptedSchema,
  testBodySchema,
  testResultSchema,
  type Notifications,
} from '../schemas/notifications.ts';
import { cameraSubject, type Deps } from './deps.ts';

type Input = Pick<RouteInput<unknown, unknown, unknown, unknown>, 'session' | 'address'>;

const cameraParams = z.object({ id: cameraIdSchema });
const common = { tag: 'notifications', access: { action: 'notifications.change' } } as const;
/** As the settings have it where nobody changed them; the notifier says what holds once it ran. */
const usualDefaults = { motion: true, person: true, sound: false, online: true, offline: true };

export const notificationRoutes = (deps: Deps): Route[] => [
  route({
    ...common,
    method: 'get',
    path: '/api/notifications',
    summary: 'Rules, snoozes and channels',
    access: { action: 'notifications.read' },
    answer: { status: 200, json: notificationsSchema },
    handler: () => overview(deps),
  }),
  ...ruleRoutes(deps),
  ...snoozeRoutes(deps),
  ...proofRoutes(deps),
];

function ruleRoutes(deps: Deps): Route[] {
  const save = async (input: Input, cameraId: string | null, rule: NotificationRule) => {
    await inTransaction(deps.pool, async (db) => {
      await saveRule(db, cameraId, rule, input.session.user.username);
      await audit(db, input, 'notification_rule_changed', cameraId, { rule });
    });
    return overview(deps);
  };
  return [
    route({
      ...common,
      method: 'put',
      path: '/api/notifications/rules/house',
      summary: 'Replace the rule of the house',
      body: ruleBodySchema,
      answer: { status: 200, json: notificationsSchema },
      handler: (input) => save(input, null, input.body),
    }),
    route({
      ...common,
      method: 'put',
      path: '/api/notifications/rules/cameras/{id}',
      summary: 'Replace the rule of a camera',
      params: cameraParams,
      subject: cameraSubject(deps),
      body: ruleBodySchema,
      answer: { status: 200, json: notificationsSchema },
      handler: (input) => save(input, input.subject.cameraId, input.body),
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/notifications/rules/cameras/{id}',
      summary: 'Take a camera’s rule away: the rule of the house holds',
      params: cameraParams,
      subject: cameraSubject(deps),
      answer: { status: 200, json: notificationsSchema },
      async handler(input) {
        const { cameraId } = input.subject;
        await inTransaction(deps.pool, async (db) => {
          if (await deleteRule(db, cameraId)) await audit(db, input, 'notification_rule_removed', cameraId);
        });
        return overview(deps);
      },
    }),
  ];
}

function snoozeRoutes(deps: Deps): Route[] {
  const start = async (input: Input, cameraId: string | null, minutes: number) => {
    const until = new Date(Date.now() + minutes * 60_000);
    await inTransaction(deps.pool, async (db) => {
      await setSnooze(db, { cameraId, until, setBy: input.session.user.username });
      await audit(db, input, 'alerts_snoozed', cameraId, { until });
    });
    return overview(deps);
  };
  const end = async (input: Input, cameraId: string | null) => {
    await inTransaction(deps.pool, async (db) => {
      if (await endSnooze(db, cameraId)) await audit(db, input, 'snooze_ended', cameraId);
    });
    return overview(deps);
  };
  const answer = { status: 200, json: notificationsSchema } as const;
  const camera = { params: cameraParams, subject: cameraSubject(deps) };
  return [
    route({
      ...common,
      method: 'put',
      path: '/api/notifications/snooze',
      summary: 'No alerts of the house for a while',
      body: snoozeBodySchema,
      answer,
      handler: (input) => start(input, null, input.body.minutes),
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/notifications/snooze',
      summary: 'End the snooze of the house',
      answer,
      handler: (input) => end(input, null),
    }),
    route({
      ...common,
      ...camera,
      method: 'put',
      path: '/api/notifications/snooze/{id}',
      summary: 'No alerts of a camera for a while',
      body: snoozeBodySchema,
      answer,
      handler: (input) => start(input, input.subject.cameraId, input.body.minutes),
    }),
    route({
      ...common,
      ...camera,
      method: 'delete',
      path: '/api/notifications/snooze/{id}',
      summary: 'End the snooze of a camera',
      answer,
      handler: (input) => end(input, input.subject.cameraId),
    }),
  ];
}

const proofRoutes = (deps: Deps): Route[] => [
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
        const { username, userId } = input.session.user;
        const own = channel === 'web-push' ? userId : null;
        const testId = await askForTest(db, { channel, userId: own, askedBy: username });
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

async function overview(deps: Deps): Promise<Notifications> {
  const [rows, snoozes, state] = await Promise.all([
    listRules(deps.pool),
    listSnoozes(deps.pool),
    readNotifierState(deps.pool),
  ]);
  const rules = rows.map(({ cameraId, rule }) => [cameraId, ruleOf(rule)] as const);
  return {
    timeZone: state?.timeZone ?? null,
    defaults: state?.defaults ?? usualDefaults,
    house: rules.find(([cameraId]) => cameraId === null)?.[1] ?? {},
    cameras: Object.fromEntries(
      rules.flatMap(([cameraId, rule]) => (cameraId === null ? [] : [[cameraId, rule] as const])),
    ),
    snoozes: snoozes.map(({ until, ...snooze }) => ({ ...snooze, until: until.toISOString() })),
    channels: (state?.channels ?? []).map((channel) => ({ ...channel })),
  };
}

const stateOf = async ({ pool, timeZone }: Deps) =>
  (await readNotifierState(pool)) ?? { defaults: usualDefaults, timeZone };

/** One that a later version wrote counts as none: the level above holds, as in the notifier. */
const ruleOf = (rule: unknown): NotificationRule => notificationRuleSchema.safeParse(rule).data ?? {};

async function audit(
  db: Parameters<typeof recordAudit>[0],
  { session, address }: Input,
  action: string,
  cameraId: string | null,
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const camera = cameraId === null ? {} : { cameraId };
  await recordAudit(db, { actor: session.user.username, action, address, details, ...camera });
}
