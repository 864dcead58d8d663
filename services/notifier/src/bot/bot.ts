/**
 * What people say to the bot: commands and buttons, by long polling, from the configured chats alone. Anybody else gets
 * silence and is counted. It sends no alerts; those are the channel's (`channels/telegram`).
 */
import { Bot, type BotError, type Context } from 'grammy';
import type { Counters } from '@apiary/base/counters';
import { delay, withDeadline } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { commandAnswers, commandList, type CommandDeps } from './commands.ts';
import { pressed } from './presses.ts';

export interface BotOptions extends CommandDeps {
  readonly token: string;
  /** Root of the Bot API, without trailing slash. */
  readonly apiRoot: string;
  readonly chatIds: readonly string[];
  readonly logger: Logger;
  readonly counters: Counters;
  /** Seconds a poll waits for somebody to say something. */
  readonly pollSeconds?: number;
  readonly retryMs?: number;
}

export interface RunningBot {
  stop(): Promise<void>;
}

const callTimeoutSeconds = 45;
const pollSeconds = 30;
/** After a refusal that time may heal: the token was changed, another program polls with it. */
const retryMs = 30_000;
/** Telegram gives up on an answer after this long. */
const answerLimit = 200;
const stopMs = 3000;

export function startBot(options: BotOptions): RunningBot {
  const { logger, counters } = options;
  const bot = new Bot(options.token, {
    client: { apiRoot: options.apiRoot, timeoutSeconds: callTimeoutSeconds },
  });
  const ended = new AbortController();
  const underWay = new Set<Promise<unknown>>();

  /** Not awaited by the poll: one slow answer must not hold up the others. */
  const inBackground = (context: Context, work: Promise<unknown>): void => {
    const told = work.catch((error: unknown) => {
      counters.add('botAnswersFailed');
      logger.warn({ fact: 'the bot could not answer', chat: context.chat?.id, reason: errorMessage(error) });
    });
    underWay.add(told);
    void told.then(() => underWay.delete(told));
  };

  bot.use(async (context, next) => {
    if (context.chat === undefined || !options.chatIds.includes(String(context.chat.id))) {
      counters.add('botStrangers');
      return;
    }
    await next();
  });
  for (const [name, answer] of Object.entries(commandAnswers(options)))
    bot.command(name, (context) => {
      counters.add('botCommands');
      inBackground(context, answer(context, context.match));
    });
  bot.on('callback_query:data', (context) => {
    counters.add('botPresses');
    const answer = async (): Promise<void> => {
      const text = await pressed(options, context).catch(async (error: unknown) => {
        await context.answerCallbackQuery({ text: 'That did not work. Try again later.' });
        throw error;
      });
      await context.answerCallbackQuery({ text: text.slice(0, answerLimit) });
    };
    inBackground(context, answer());
  });
  bot.catch((error: BotError) => {
    logger.warn({ fact: 'the bot stumbled', reason: errorMessage(error.error) });
  });

  const polling = poll(bot, options, ended.signal);
  return {
    stop: async () => {
      ended.abort(new Error('stopped'));
      // Telegram away: it is not waited for.
      await withDeadline(bot.stop(), stopMs, 'the last poll').catch(() => undefined);
      await withDeadline(Promise.all([polling, ...underWay]), stopMs, 'answers').catch(() => undefined);
    },
  };
}

/** For ever: whatever ends a poll, the next one is tried. */
async function poll(bot: Bot, options: BotOptions, ended: AbortSignal): Promise<void> {
  const { logger } = options;
  const isStopped = (): boolean => ended.aborted;
  let complained = '';
  while (!isStopped()) {
    try {
      await bot.start({
        timeout: options.pollSeconds ?? pollSeconds,
        allowed_updates: ['message', 'callback_query'],
        onStart: (me) => {
          complained = '';
          logger.info({ fact: 'the bot listens', bot: me.username });
          bot.api.setMyCommands([...commandList]).catch((error: unknown) => {
            logger.warn({ fact: 'commands not announced', reason: errorMessage(error) });
          });
        },
      });
    } catch (error) {
      const reason = errorMessage(error);
      if (!isStopped() && reason !== complained)
        logger.error({ fact: 'Telegram refuses the bot; tried again for ever', reason });
      complained = reason;
    }
    if (!isStopped()) await delay(options.retryMs ?? retryMs, ended).catch(() => undefined);
  }
}
