/**
 * What calls have in common: what they need, what they say of their target, and that their outcome is written down however
 * long the database is away, for only this process knows it.
 */
import type pg from 'pg';
import type { Counters } from '@apiary/base/counters';
import { delay } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import type { TargetKey } from '@apiary/database/notification-delivery-repository';
import { ChannelError, type NotificationChannel } from './channel.ts';

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
export const maxAttempts = 12;
const recordRetryMs = 200;
export const fine: Outcome = { trouble: 'none', afterMs: 0 };

/** Anything a channel did not foresee may have happened after its call arrived. */
export const toChannelError = (error: unknown): ChannelError =>
  error instanceof ChannelError ? error : new ChannelError('unclear', errorMessage(error), { cause: error });

export function outcomeOf({ fault, afterMs }: ChannelError): Outcome {
  if (fault === 'slow-down') return { trouble: 'slow-down', afterMs };
  return fault === 'unreachable' || fault === 'unclear' ? { trouble: 'doubtful', afterMs: 0 } : fine;
}

/** @throws never while the process lives: the database comes back, or the next start finds the row `sending` */
export async function recorded({ logger }: CallDeps, write: () => Promise<void>): Promise<void> {
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
