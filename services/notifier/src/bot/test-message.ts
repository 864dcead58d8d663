/** A test message to the configured chats. */
import { productVersion } from '@apiary/base/http';
import { ChatApi, type ChatApiOptions } from '../channels/telegram/chat-api.ts';
import type { TestSender } from '../test-messages.ts';
import { escapeHtml } from './texts.ts';

const timeoutMs = 10_000;

export function telegramTests(options: ChatApiOptions & { readonly chatIds: readonly string[] }): TestSender {
  const chats = new ChatApi(options);
  return {
    name: 'telegram',
    testTargets: () => Promise.resolve(options.chatIds),
    sendTest: async (chat, askedBy, signal) => {
      const text = `✅ <b>Test message</b>\nApiary ${productVersion}. Asked for by ${escapeHtml(askedBy)}.`;
      await chats.call(chat, timeoutMs, signal, (api, id, limit) =>
        api.sendMessage(id, text, { parse_mode: 'HTML' }, limit),
      );
    },
  };
}
