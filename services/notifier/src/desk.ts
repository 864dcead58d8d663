/**
 * The front desk: what people and the dashboard ask of the notifier. The bot, test messages, and the row that shows what
 * the notifier was set up with. Alerts do not pass here.
 */
import type { Counters } from '@apiary/base/counters';
import { delay } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { forgetHouseRequests } from '@apiary/database/house-request-repository';
import { forgetTests } from '@apiary/database/notification-test-repository';
import { writeNotifierState, type NotifierState } from '@apiary/database/notifier-state-repository';
import type { DatabaseAddress, Queryable } from '@apiary/database/pool';
import { startBot, type RunningBot } from './bot/bot.ts';
import type { NotificationChannel } from './channel.ts';
import type { NotifierConfig } from './config.ts';
import { serveTests } from './test-messages.ts';

export interface DeskParts {
  readonly config: Pick<
    NotifierConfig,
    'dataDir' | 'timeZone' | 'telegram' | 'telegramIncomplete' | 'defaults'
  >;
  readonly db: Queryable;
  readonly address: DatabaseAddress;
  readonly logger: Logger;
  readonly counters: Counters;
  readonly channels: readonly NotificationChannel[];
}

export interface Desk {
  stop(): Promise<void>;
}

const channelNames = ['telegram', 'webhook', 'web-push'];
const keepDays = 30;
const retryMs = 5000;

export function openDesk(parts: DeskParts): Desk {
  const { config, db, logger, counters } = parts;
  const ended = new AbortController();
  const bot: RunningBot | undefined =
    config.telegram &&
    startBot({
      ...config.telegram,
      db,
      dataDir: config.dataDir,
      timeZone: config.timeZone,
      logger,
      counters,
    });
  const tests = serveTests(parts);
  const tidied = showAndTidy(parts, ended.signal);
  return {
    stop: async () => {
      ended.abort(new Error('stopped'));
      await Promise.all([bot?.stop(), tests.stop(), tidied]);
      logger.debug({ fact: 'desk closed' });
    },
  };
}

/** Once a start; tried until the database takes it. */
async function showAndTidy({ config, channels, db, logger }: DeskParts, ended: AbortSignal): Promise<void> {
  const isStopped = (): boolean => ended.aborted;
  while (!isStopped())
    try {
      await writeNotifierState(db, stateOf(config, channels));
      await forgetHouseRequests(db, keepDays);
      await forgetTests(db, keepDays);
      return;
    } catch (error) {
      if (!isStopped())
        logger.warn({ fact: 'state of the notifier not written', reason: errorMessage(error) });
      await delay(retryMs, ended).catch(() => undefined);
    }
}

function stateOf(
  { telegramIncomplete, defaults, timeZone }: DeskParts['config'],
  channels: readonly NotificationChannel[],
): NotifierState {
  const incomplete = 'TELEGRAM_ENABLED is true, but TELEGRAM_BOT_TOKEN or TELEGRAM_CHAT_ID is empty';
  return {
    channels: channelNames.map((name) => ({
      name,
      on: channels.some((channel) => channel.name === name),
      problem: name === 'telegram' && telegramIncomplete ? incomplete : null,
    })),
    defaults,
    timeZone,
  };
}
