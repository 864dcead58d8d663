/** Buttons below a message, held to what the Bot API accepts. */
import { isIPv6 } from 'node:net';
import { badRequest } from './error.ts';

export interface InlineButton {
  readonly text: string;
  readonly url?: string;
  readonly callback_data?: string;
}

/** @throws BotApiError as the real one words it */
export function inlineKeyboardOf(replyMarkup: unknown): InlineButton[][] {
  if (replyMarkup === undefined) return [];
  const rows = (replyMarkup as { inline_keyboard?: InlineButton[][] }).inline_keyboard;
  if (!Array.isArray(rows)) throw badRequest("can't parse reply keyboard markup JSON object");
  for (const button of rows.flat()) checkButton(button);
  return rows;
}

function checkButton({ text, url, callback_data: data }: InlineButton): void {
  const one = (url === undefined) !== (data === undefined);
  if (typeof text !== 'string' || text === '' || !one)
    throw badRequest('text buttons are unallowed in the inline keyboard');
  if (data !== undefined && (data === '' || Buffer.byteLength(data) > 64))
    throw badRequest('BUTTON_DATA_INVALID');
  if (url !== undefined) checkUrl(url);
}

/** An address is taken with any port, over HTTP too; a host name needs a dot (`localhost` is refused). */
function checkUrl(url: string): void {
  const refuse = (reason: string): never => {
    throw badRequest(`inline keyboard button URL '${url}' is invalid: ${reason}`);
  };
  if (!URL.canParse(url)) refuse('Wrong HTTP URL');
  const { protocol, hostname } = new URL(url);
  if (protocol === 'tg:') return;
  if (protocol !== 'http:' && protocol !== 'https:') refuse('Unsupported URL protocol');
  if (!hostname.includes('.') && !isIPv6(hostname.replaceAll(/[[\]]/g, ''))) refuse('Wrong HTTP URL');
}
