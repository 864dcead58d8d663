/**
 * From the outbox to deliveries, in one transaction: rows are taken, rules are asked, deliveries are written. What is
 * committed here is sent by the lanes, whatever happens to this process.
 */
import type pg from 'pg';
import type { Counters } from '@apiary/base/counters';
import {
  alertKindKey,
  insertDeliveries,
  lastAlerts,
  picturesCame,
  recordingsCame,
  type NewDelivery,
} from '@apiary/database/notification-intake-repository';
import { listRules } from '@apiary/database/notification-rule-repository';
import { listSnoozes } from '@apiary/database/notification-snooze-repository';
import { takeOutbox, type OutboxRow } from '@apiary/database/outbox-repository';
import { inTransaction, type Queryable } from '@apiary/database/pool';
import {
  alertKinds,
  evaluate,
  toRuleSet,
  type AlertKind,
  type Fact,
  type RuleSet,
} from '@apiary/notification-rules';
import type { NotificationChannel, Target } from './channel.ts';

export interface IntakeDeps {
  readonly pool: pg.Pool;
  readonly channels: readonly NotificationChannel[];
  readonly defaults: RuleSet['defaults'];
  readonly timeZone: string;
  readonly counters: Counters;
}

const rowsAtOnce = 500;
const longestCooldownSeconds = 86_400;
/** Parts of a recording come within seconds of each other. */
const recordingSettleSeconds = 5;

interface OutboxFact extends Fact {
  readonly alertKey: string;
  readonly eventId: string | null;
  readonly knownAt: Date;
}

/** @returns whether there may be more */
export async function takeIn(deps: IntakeDeps): Promise<boolean> {
  const audiences = await Promise.all(
    deps.channels.map(async (channel) => ({ channel, targets: await channel.targets() })),
  );
  return inTransaction(deps.pool, async (client) => {
    const rows = await takeOutbox(client, rowsAtOnce);
    const facts = rows.map(toFact).filter((fact) => fact !== undefined);
    const told = await decide(client, facts, deps);
    await insertDeliveries(
      client,
      told.flatMap((each) => audiences.flatMap((audience) => deliveriesOf(each, audience))),
    );
    await picturesCame(client, eventIdsOf(rows, 'event-thumbnail'));
    await recordingsCame(client, eventIdsOf(rows, 'event-recording'), recordingSettleSeconds);
    return rows.length === rowsAtOnce;
  });
}

function toFact(row: OutboxRow): OutboxFact | undefined {
  const fact = (kind: AlertKind, at: unknown, alertKey: string): OutboxFact => ({
    kind,
    alertKey,
    cameraId: row.cameraId,
    eventId: row.eventId,
    at: instantOf(at) ?? row.createdAt,
    knownAt: row.createdAt,
  });
  switch (row.topic) {
    case 'event-started':
      return row.eventId === null
        ? undefined
        : fact(kindOf(row.payload['kind']), row.payload['startedAt'], `event:${row.eventId}`);
    case 'camera-connected':
      return fact('online', row.payload['at'], `outbox:${row.outboxId}`);
    case 'camera-disconnected':
      return fact('offline', row.payload['at'], `outbox:${row.outboxId}`);
    default:
      return undefined;
  }
}

const kindOf = (value: unknown): AlertKind => alertKinds.find((kind) => kind === value) ?? 'motion';

function instantOf(value: unknown): Date | undefined {
  const date = typeof value === 'string' ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}

const eventIdsOf = (rows: readonly OutboxRow[], topic: OutboxRow['topic']): string[] =>
  rows.flatMap((row) => (row.topic === topic && row.eventId !== null ? [row.eventId] : []));

interface Decided {
  readonly fact: OutboxFact;
  readonly suppressedBy: string | undefined;
}

async function decide(
  db: Queryable,
  facts: readonly OutboxFact[],
  { defaults, timeZone, counters }: IntakeDeps,
): Promise<Decided[]> {
  if (facts.length === 0) return [];
  const rules = toRuleSet(defaults, await listRules(db), await listSnoozes(db));
  const cameraIds = [...new Set(facts.map(({ cameraId }) => cameraId))];
  const last = await lastAlerts(db, cameraIds, longestCooldownSeconds);
  const now = new Date();
  return facts.map((fact) => {
    const key = alertKindKey(fact.cameraId, fact.kind);
    const decision = evaluate(rules, fact, { now, zone: timeZone, lastAlertAt: last.get(key) });
    if (decision.notify) last.set(key, fact.at);
    counters.add(decision.notify ? 'factsToTell' : 'factsSuppressed');
    return { fact, suppressedBy: decision.notify ? undefined : decision.reason };
  });
}

function deliveriesOf(
  { fact, suppressedBy }: Decided,
  { channel, targets }: { readonly channel: NotificationChannel; readonly targets: readonly Target[] },
): NewDelivery[] {
  return targets
    .filter(({ cameras }) => cameras === 'all' || cameras.has(fact.cameraId))
    .map(({ id }) => ({
      channel: channel.name,
      target: id,
      alertKey: fact.alertKey,
      kind: fact.kind,
      cameraId: fact.cameraId,
      eventId: fact.eventId,
      happenedAt: fact.at,
      knownAt: fact.knownAt,
      suppressedBy,
      pictureWaitMs: channel.pictureWaitMs,
    }));
}
