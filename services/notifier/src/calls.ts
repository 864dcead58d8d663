/**
 * Single calls and what is written down around them: `sending` is committed before a call is made, its outcome after.
 * Outcomes are written however long the database is away, for only this process knows them.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Counters } from '@apiary/base/counters';
import { delay } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import { maskSecrets, type Logger } from '@apiary/base/logger';
import {
  claimMessages,
  giveUpAmending,
  nextAmendment,
  recordAmended,
  recordAmendmentFailed,
  recordFailed,
  recordForRetry,
  recordSent,
  type DeliveryRow,
  type TargetKey,
} from '@apiary/database/notification-delivery-repository';
import {
  ChannelError,
  type Message,
  type NotificationChannel,
  type Receipt,
  type Summary,
} from './channel.ts';
import { toAlert, toMessage, withoutPicture } from './messages.ts';

export interface CallDeps {
  readonly pool: pg.Pool;
  readonly key: TargetKey;
  readonly channel: NotificationChannel;
  readonly maxAgeMs: number;
  readonly logger: Logger;
  readonly counters: Counters;
}

/** What a call says of its target. `doubtful`: nobody may be there. */
export interface Outcome {
  readonly trouble: 'none' | 'slow-down' | 'doubtful';
  readonly afterMs: number;
}

/** Tries of one message at a target that answers probes; from then on it is the message's own fault. */
const maxAttempts = 12;
const recordRetryMs = 200;
const fine: Outcome = { trouble: 'none', afterMs: 0 };

export interface Choice {
  readonly limit: number;
  /** Undefined: a message each. */
  readonly cause: Summary['cause'] | undefined;
}

/** Undefined: nothing is due after all. */
export async function sendNext(
  deps: CallDeps,
  { limit, cause }: Choice,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const callId = randomUUID();
  const olderThanSeconds = cause === 'late' ? deps.maxAgeMs / 1000 : undefined;
  const rows = await claimMessages(deps.pool, deps.key, { callId, limit, olderThanSeconds });
  if (rows.length === 0) return undefined;
  const calls = cause === undefined ? rows.map((row) => [row]) : [rows];
  const outcomes = await Promise.all(calls.map((each) => sendOne(deps, callId, each, cause, signal)));
  return outcomes.reduce(worse);
}

const severity = { none: 0, 'slow-down': 1, doubtful: 2 } as const;
const worse = (a: Outcome, b: Outcome): Outcome => (severity[b.trouble] > severity[a.trouble] ? b : a);

async function sendOne(
  deps: CallDeps,
  callId: string,
  rows: readonly DeliveryRow[],
  cause: Summary['cause'] | undefined,
  signal: AbortSignal,
): Promise<Outcome> {
  const { pool, key, channel, counters, logger } = deps;
  const ids = rows.map(({ deliveryId }) => deliveryId);
  try {
    const receipt = await send(channel, key.target, toMessage(rows, cause), signal);
    const amendable = cause === undefined && channel.amend !== undefined && receipt.messageId !== undefined;
    await recorded(deps, () =>
      recordSent(pool, callId, ids, { ...receipt, amendable }, cause === undefined ? 'sent' : 'summarised'),
    );
    counters.add(cause === undefined ? 'alertsSent' : 'summariesSent');
    logger.info({ fact: cause === undefined ? 'alert sent' : 'summary sent', ...key, alerts: ids.length });
    return fine;
  } catch (error) {
    return afterFailure(deps, callId, rows, toChannelError(error));
  }
}

/** A picture the other side finds too large is left out, at once. */
async function send(
  channel: NotificationChannel,
  target: string,
  message: Message,
  signal: AbortSignal,
): Promise<Receipt> {
  try {
    return await channel.send(target, message, signal);
  } catch (error) {
    const hasPicture = message.form === 'alert' && message.alert.thumbnailPath !== undefined;
    if (!hasPicture || toChannelError(error).fault !== 'payload-too-large') throw error;
    return channel.send(target, withoutPicture(message), signal);
  }
}

/** Anything a channel did not foresee may have happened after its call arrived. */
const toChannelError = (error: unknown): ChannelError =>
  error instanceof ChannelError ? error : new ChannelError('unclear', errorMessage(error), { cause: error });

async function afterFailure(
  deps: CallDeps,
  callId: string,
  rows: readonly DeliveryRow[],
  error: ChannelError,
): Promise<Outcome> {
  const { pool, key, channel, counters, logger } = deps;
  const reason = maskSecrets(error.message);
  const given = (row: DeliveryRow): boolean => isGivenUp(row, error, channel.repeatable);
  const idsOf = (some: readonly DeliveryRow[]): number[] => some.map(({ deliveryId }) => deliveryId);
  const givenUp = idsOf(rows.filter(given));
  const again = idsOf(rows.filter((row) => !given(row)));
  const unclear = error.fault === 'unclear';
  if (givenUp.length > 0) await recorded(deps, () => recordFailed(pool, callId, givenUp, reason));
  if (again.length > 0) await recorded(deps, () => recordForRetry(pool, callId, again, reason, unclear));
  counters.add('callsFailed');
  counters.add('alertsGivenUp', givenUp.length);
  if (unclear) counters.add('alertsSentAgain', again.length);
  logger.warn({
    fact: 'call failed',
    ...key,
    fault: error.fault,
    reason,
    again: again.length,
    givenUp: givenUp.length,
  });
  return outcomeOf(error);
}

function isGivenUp(row: DeliveryRow, { fault }: ChannelError, repeatable: boolean): boolean {
  switch (fault) {
    case 'permanent':
    case 'payload-too-large':
      return true;
    case 'unclear':
      return repeatable ? row.attempts >= maxAttempts : row.resent > 0;
    case 'unreachable':
      return row.attempts >= maxAttempts;
    case 'slow-down':
      return false;
  }
}

function outcomeOf({ fault, afterMs }: ChannelError): Outcome {
  if (fault === 'slow-down') return { trouble: 'slow-down', afterMs };
  return fault === 'unreachable' || fault === 'unclear' ? { trouble: 'doubtful', afterMs: 0 } : fine;
}

/** Undefined: nothing is due after all. */
export async function amendNext(deps: CallDeps, signal: AbortSignal): Promise<Outcome | undefined> {
  const { pool, key, channel, counters, logger } = deps;
  const row = await nextAmendment(pool, key);
  if (row === undefined) return undefined;
  const alert = toAlert(row);
  const { messageId, shown } = row;
  if (channel.amend === undefined || messageId === null) {
    await giveUpAmending(pool, row.deliveryId, 'this channel amends no messages');
    return fine;
  }
  try {
    const receipt = await channel.amend(
      key.target,
      messageId,
      alert,
      signal,
      shown === 'picture' ? 'picture' : 'text',
    );
    // What it could not show now it will not show later.
    const complete =
      (receipt.shown === 'picture' || alert.thumbnailPath === undefined) &&
      (receipt.clipShown || !alert.hasRecording);
    await recorded(deps, () => recordAmended(pool, row.deliveryId, { ...receipt, amendable: complete }));
    counters.add('messagesAmended');
    return fine;
  } catch (thrown) {
    const error = toChannelError(thrown);
    const reason = maskSecrets(error.message);
    const over = error.fault === 'permanent' || error.fault === 'payload-too-large';
    await recorded(deps, () =>
      over || row.attempts + 1 >= maxAttempts
        ? giveUpAmending(pool, row.deliveryId, reason)
        : recordAmendmentFailed(pool, row.deliveryId, reason),
    );
    counters.add('amendmentsFailed');
    logger.warn({ fact: 'message not amended', ...key, fault: error.fault, reason });
    return outcomeOf(error);
  }
}

/** @throws never while the process lives: the database comes back, or the next start finds the row `sending` */
async function recorded({ logger }: CallDeps, write: () => Promise<void>): Promise<void> {
  for (let first = true; ; first = false) {
    try {
      await write();
      return;
    } catch (error) {
      if (first) logger.warn({ fact: 'an outcome waits for the database', reason: errorMessage(error) });
      await delay(recordRetryMs);
    }
  }
}
