/** The Bot API's methods by name: what each does to chats, updates and queries. */
import type { ServerResponse } from 'node:http';
import type { CallBody } from './call-body.ts';
import type { Chats } from './chats.ts';
import { BotApiError, badRequest } from './error.ts';
import type { Updates } from './updates.ts';

export interface MethodsOptions {
  readonly chats: Chats;
  readonly updates: Updates;
  /** Ids of pressed buttons that nobody has answered. */
  readonly openQueries: Set<string>;
  readonly botId: number;
}

export class Methods {
  readonly #options: MethodsOptions;

  constructor(options: MethodsOptions) {
    this.#options = options;
  }

  /** @returns the result as it stands in the answer */
  async carryOut(method: string, body: CallBody, response: ServerResponse): Promise<unknown> {
    const { chats, updates, openQueries, botId } = this.#options;
    const { params } = body;
    switch (method) {
      case 'getMe':
        return { id: botId, is_bot: true, first_name: 'Fake', username: 'fake_bot' };
      case 'getChat':
        return chats.chatOf(params);
      case 'setMyCommands':
      case 'deleteWebhook':
      case 'sendChatAction':
        return true;
      case 'sendMessage':
        return chats.send('text', body);
      case 'sendPhoto':
        return chats.send('photo', body);
      case 'sendVideo':
        return chats.send('video', body);
      case 'editMessageText':
        return chats.editText(body);
      case 'editMessageCaption':
        return chats.editCaption(body);
      case 'editMessageMedia':
        return chats.editMedia(body);
      case 'editMessageReplyMarkup':
        return chats.editKeyboard(body);
      case 'deleteMessage':
        return chats.delete(body);
      case 'answerCallbackQuery':
        if (!openQueries.delete(String(params['callback_query_id'])))
          throw badRequest('query is too old and response timeout expired or query ID is invalid');
        return true;
      case 'getUpdates': {
        const closed = new AbortController();
        response.once('close', () => closed.abort());
        return updates.poll(params, closed.signal);
      }
      default:
        throw new BotApiError(404, 'Not Found: method not found');
    }
  }
}
