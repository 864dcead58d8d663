/**
 * Telegram by the Bot API. A first message is a text, or a photo where the picture is there; the same message is edited
 * into a photo, then gets the link to its clip, or becomes the clip. One call a message: nothing is tried again here.
 */
import { InputFile } from 'grammy';
import type { InlineKeyboardMarkup, InputMediaPhoto, InputMediaVideo } from 'grammy/types';
import type { Logger } from '@apiary/base/logger';
import { alertKeyboard, summaryKeyboard } from '../../bot/keyboard.ts';
import { escapeHtml } from '../../bot/texts.ts';
import type { Alert, Limits, Message, NotificationChannel, Receipt, Target } from '../../channel.ts';
import { ChatApi, type ChatCall } from './chat-api.ts';
import type { ClipMaker } from './clips.ts';
import { cannotBecomePhoto, isUnchanged } from './faults.ts';
import { alertText, summaryText, type Surroundings } from './texts.ts';

export interface TelegramOptions extends Surroundings {
  readonly token: string;
  /** Root of the Bot API, without trailing slash. */
  readonly apiRoot: string;
  readonly chatIds: readonly string[];
  readonly pictureWaitMs: number;
  /** Path of a picture that is there, or undefined. */
  readonly pictureFile: (thumbnailPath: string) => Promise<string | undefined>;
  /** Undefined: clips are linked, not sent. */
  readonly clips: ClipMaker | undefined;
  readonly logger: Logger;
  /** False: no pacing (a Bot API server of one's own for tests and benches). */
  readonly paced?: boolean;
  readonly timeouts?: Partial<typeof defaultTimeouts>;
}

/** Milliseconds for a whole call (contract §12). */
const defaultTimeouts = { text: 10_000, photo: 30_000, video: 180_000 };
const format = { parse_mode: 'HTML' } as const;

export class TelegramChannel implements NotificationChannel {
  readonly name = 'telegram';
  /** The Bot API knows no idempotency key. */
  readonly repeatable = false;
  readonly #options: TelegramOptions;
  readonly #timeouts: typeof defaultTimeouts;
  readonly #chats: ChatApi;

  constructor(options: TelegramOptions) {
    this.#options = options;
    this.#timeouts = { ...defaultTimeouts, ...options.timeouts };
    this.#chats = new ChatApi(options);
  }

  get pictureWaitMs(): number {
    return this.#options.pictureWaitMs;
  }

  targets(): Promise<readonly Target[]> {
    return Promise.resolve(this.#options.chatIds.map((id) => ({ id, cameras: 'all' })));
  }

  testTargets(): Promise<readonly string[]> {
    return Promise.resolve(this.#options.chatIds);
  }

  /** What Telegram asks of bots: a message a second to one chat, twenty a minute to one group. */
  limitsOf(chat: string): Limits {
    if (this.#options.paced === false) return { windows: [], concurrent: 8 };
    const second = { calls: 1, perMs: 1000 };
    const isGroup = chat.startsWith('-') || chat.startsWith('@');
    return { windows: isGroup ? [second, { calls: 20, perMs: 60_000 }] : [second], concurrent: 1 };
  }

  async send(chat: string, message: Message, signal: AbortSignal): Promise<Receipt> {
    if (message.form === 'summary') {
      const text = summaryText(message.summary, this.#options);
      return this.#sendText(chat, text, summaryKeyboard(this.#options.pageUrl), signal);
    }
    const { alert } = message;
    const keyboard = alertKeyboard(alert, this.#options.pageUrl);
    const picture = await this.#picture(alert);
    if (picture === undefined) {
      const receipt = await this.#sendText(chat, alertText(alert, false, this.#options), keyboard, signal);
      return { ...receipt, clipShown: this.#clipShown(alert) };
    }
    const caption = alertText(alert, true, this.#options);
    const sent = await this.#chats.call(chat, this.#timeouts.photo, signal, (api, id, limit) =>
      api.sendPhoto(id, new InputFile(picture), { caption, ...format, ...markup(keyboard) }, limit),
    );
    return { messageId: String(sent.message_id), shown: 'picture', clipShown: this.#clipShown(alert) };
  }

  async amend(
    chat: string,
    messageId: string,
    alert: Alert,
    signal: AbortSignal,
    shown: Receipt['shown'],
  ): Promise<Receipt> {
    const edit = { chat, messageId: Number(messageId), alert, signal };
    const clip =
      alert.hasRecording && alert.eventId !== undefined ? await this.#clip(alert.eventId) : undefined;
    if (clip !== undefined) {
      await this.#editMedia(edit, this.#media('video', clip, alert), this.#timeouts.video);
      return { messageId, shown: 'picture', clipShown: true };
    }
    const picture = shown === 'text' ? await this.#picture(alert) : undefined;
    if (picture !== undefined && (await this.#becomesPhoto(edit, picture)))
      return { messageId, shown: 'picture', clipShown: alert.hasRecording };
    await this.#editWords(edit, shown);
    return { messageId, shown, clipShown: alert.hasRecording };
  }

  async probe(_chat: string, signal: AbortSignal): Promise<void> {
    await this.#chats.call('', this.#timeouts.text, signal, (api, _id, limit) => api.getMe(limit));
  }

  async sendTest(chat: string, askedBy: string, signal: AbortSignal): Promise<void> {
    const text = `<b>Test message</b>\nAsked for by ${escapeHtml(askedBy)}.`;
    await this.#sendText(chat, text, undefined, signal);
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  async #sendText(
    chat: string,
    text: string,
    keyboard: InlineKeyboardMarkup | undefined,
    signal: AbortSignal,
  ): Promise<Receipt> {
    const sent = await this.#chats.call(chat, this.#timeouts.text, signal, (api, id, limit) =>
      api.sendMessage(
        id,
        text,
        { ...format, link_preview_options: { is_disabled: true }, ...markup(keyboard) },
        limit,
      ),
    );
    return { messageId: String(sent.message_id), shown: 'text', clipShown: true };
  }

  async #becomesPhoto(edit: Edit, picture: string): Promise<boolean> {
    try {
      await this.#editMedia(edit, this.#media('photo', picture, edit.alert), this.#timeouts.photo);
      return true;
    } catch (error) {
      if (!(error instanceof Error && cannotBecomePhoto(error.cause))) throw error;
      this.#options.logger.warn({
        fact: 'this Bot API server makes no photo of a text message (needs 7.11): the text stays',
      });
      return false;
    }
  }

  #media(type: 'photo' | 'video', file: string, alert: Alert): InputMediaPhoto | InputMediaVideo {
    const caption = alertText(alert, true, this.#options);
    return { type, media: new InputFile(file), caption, ...format };
  }

  async #editMedia(edit: Edit, media: InputMediaPhoto | InputMediaVideo, timeoutMs: number): Promise<void> {
    const keyboard = markup(alertKeyboard(edit.alert, this.#options.pageUrl));
    await this.#edit(edit, timeoutMs, (api, id, limit) =>
      api.editMessageMedia(id, edit.messageId, media, keyboard, limit),
    );
  }

  async #editWords(edit: Edit, shown: Receipt['shown']): Promise<void> {
    const keyboard = markup(alertKeyboard(edit.alert, this.#options.pageUrl));
    const words = alertText(edit.alert, shown === 'picture', this.#options);
    await this.#edit(edit, this.#timeouts.text, (api, id, limit) =>
      shown === 'picture'
        ? api.editMessageCaption(id, edit.messageId, { caption: words, ...format, ...keyboard }, limit)
        : api.editMessageText(id, edit.messageId, words, { ...format, ...keyboard }, limit),
    );
  }

  async #edit(edit: Edit, timeoutMs: number, call: ChatCall<unknown>): Promise<void> {
    try {
      await this.#chats.call(edit.chat, timeoutMs, edit.signal, call);
    } catch (error) {
      if (!(error instanceof Error && isUnchanged(error.cause))) throw error;
    }
  }

  async #picture({ thumbnailPath }: Alert): Promise<string | undefined> {
    return thumbnailPath === undefined ? undefined : this.#options.pictureFile(thumbnailPath);
  }

  async #clip(eventId: string): Promise<string | undefined> {
    return this.#options.clips?.make(eventId);
  }

  /** The link stands in the words; the clip itself comes by an amendment. */
  #clipShown(alert: Alert): boolean {
    return alert.hasRecording && this.#options.clips === undefined;
  }
}

interface Edit {
  readonly chat: string;
  readonly messageId: number;
  readonly alert: Alert;
  readonly signal: AbortSignal;
}

const markup = (keyboard: InlineKeyboardMarkup | undefined): { reply_markup?: InlineKeyboardMarkup } =>
  keyboard === undefined ? {} : { reply_markup: keyboard };
