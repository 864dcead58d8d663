/** Bringing a sent message up to date: its picture, its clip. Harmless when repeated, so nothing is written down before. */
import { maskSecrets } from '@apiary/base/logger';
import {
  giveUpAmending,
  nextAmendment,
  recordAmended,
  recordAmendmentFailed,
} from '@apiary/database/notification-delivery-repository';
import { toAlert } from './messages.ts';
import {
  fine,
  maxAttempts,
  outcomeOf,
  recorded,
  toChannelError,
  type CallDeps,
  type Outcome,
} from './outcome.ts';

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
