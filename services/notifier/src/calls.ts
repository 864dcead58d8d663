/**
 * First messages and what is written down around them: `sending` is committed before a call is made, its outcome after.
 */
import { randomUUID } from 'node:crypto';
import { maskSecrets } from '@apiary/base/logger';
import {
  claimMessages,
  recordFailed,
  recordForRetry,
  recordSent,
  type DeliveryRow,
} from '@apiary/database/notification-delivery-repository';
import type { ChannelError, Message, NotificationChannel, Receipt, Summary } from './channel.ts';
import { toMessage, withoutPicture } from './messages.ts';
import {
  fine,
  maxAttempts,
  outcomeOf,
  recorded,
  toChannelError,
  type CallDeps,
  type Outcome,
} from './outcome.ts';

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
