/**
 * Notifications: rules and snoozes; what shows whether they do what was meant is notification-proofs.ts. The notifier acts
 * on the rows; who else looks at them hears `changed` of `notifications`.
 */
import { z } from 'zod';
import { inTransaction } from '@apiary/database';
import { deleteRule, listRules, saveRule } from '@apiary/database/notification-rule-repository';
import { endSnooze, listSnoozes, setSnooze } from '@apiary/database/notification-snooze-repository';
import { readNotifierState } from '@apiary/database/notifier-state-repository';
import { notificationRuleSchema, type NotificationRule } from '@apiary/notification-rules';
import { cameraIdSchema } from '../api-schemas.ts';
import { route, type Route } from '../http/route.ts';
import {
  notificationsSchema,
  ruleBodySchema,
  snoozeBodySchema,
  type Notifications,
} from '../schemas/notifications.ts';
import { cameraSubject, type Deps } from './deps.ts';
import { audit, usualDefaults, type Input } from './notification-shared.ts';
import { notificationProofRoutes } from './notification-proofs.ts';

const cameraParams = z.object({ id: cameraIdSchema });
const common = { tag: 'notifications', access: { action: 'notifications.change' } } as const;

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
  ...notificationProofRoutes(deps),
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

/** One that a later version wrote counts as none: the level above holds, as in the notifier. */
const ruleOf = (rule: unknown): NotificationRule => notificationRuleSchema.safeParse(rule).data ?? {};
