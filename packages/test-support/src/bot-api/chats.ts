/** Chats and what stands in them, changed only by the Bot API's methods and held to its limits. */
import type { CallBody, SentFile } from './call-body.ts';
import { captionOf, mediaOf, textOf } from './content.ts';
import { BotApiError, badRequest, tooManyRequests } from './error.ts';
import { inlineKeyboardOf, type InlineButton } from './keyboard.ts';

export interface FakeChat {
  readonly id: number;
  /** Default: a private chat. */
  readonly type?: 'private' | 'group' | 'supergroup';
  /** Default: the bot may write. */
  readonly state?: 'blocked' | { readonly migratedTo: number };
}

/** A message as a person sees it. */
export interface ChatMessage {
  readonly messageId: number;
  readonly chatId: number;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  kind: 'text' | 'photo' | 'video';
  /** Text or caption without its tags. */
  text: string;
  /** Text or caption as it was sent. */
  html: string;
  media: SentFile | undefined;
  keyboard: InlineButton[][];
  silent: boolean;
  edits: number;
}

export interface ChatsOptions {
  readonly chats: readonly FakeChat[];
  /** Messages a group takes in a minute before 429; the real limit is 20. Default: none. */
  readonly groupMessagesPerMinute?: number;
  /** False: as before Bot API 7.11, `editMessageMedia` refuses a text message. */
  readonly textBecomesMedia?: boolean;
}

const minuteMs = 60_000;

export class Chats {
  readonly #options: ChatsOptions;
  readonly #chats = new Map<number, FakeChat>();
  readonly #messages = new Map<number, ChatMessage>();
  #nextMessageId = 1;

  constructor(options: ChatsOptions) {
    this.#options = options;
    for (const chat of options.chats) this.set(chat);
  }

  set(chat: FakeChat): void {
    this.#chats.set(chat.id, chat);
  }

  /** In order of sending. */
  messages(chatId?: number): ChatMessage[] {
    return [...this.#messages.values()].filter((each) => chatId === undefined || each.chatId === chatId);
  }

  message(messageId: number): ChatMessage | undefined {
    return this.#messages.get(messageId);
  }

  send(kind: ChatMessage['kind'], { params, files }: CallBody): object {
    const chat = this.#chatOf(params);
    const { html, text } = kind === 'text' ? textOf(params) : captionOf(params, params['parse_mode']);
    const media = kind === 'text' ? undefined : mediaOf(kind, params[kind], kind, files);
    const keyboard = inlineKeyboardOf(params['reply_markup']);
    this.#takeFromBudget(chat);
    const silent = params['disable_notification'] === true || params['disable_notification'] === 'true';
    const messageId = this.#nextMessageId++;
    const message = {
      messageId,
      chatId: chat.id,
      sentAt: Date.now(),
      kind,
      html,
      text,
      media,
      keyboard,
      silent,
      edits: 0,
    };
    this.#messages.set(messageId, message);
    return this.describe(message);
  }

  editText({ params }: CallBody): object {
    const message = this.#messageOf(params);
    if (message.kind !== 'text') throw badRequest('there is no text in the message to edit');
    return this.#edit(message, { ...textOf(params), keyboard: inlineKeyboardOf(params['reply_markup']) });
  }

  editCaption({ params }: CallBody): object {
    const message = this.#messageOf(params);
    if (message.kind === 'text') throw badRequest('there is no caption in the message to edit');
    const keyboard = inlineKeyboardOf(params['reply_markup']);
    return this.#edit(message, { ...captionOf(params, params['parse_mode']), keyboard });
  }

  editMedia({ params, files }: CallBody): object {
    const message = this.#messageOf(params);
    const input = (params['media'] ?? {}) as Record<string, unknown>;
    const kind = input['type'];
    if (kind !== 'photo' && kind !== 'video') throw badRequest("can't parse InputMedia: type must be known");
    if (message.kind === 'text' && this.#options.textBecomesMedia === false)
      throw badRequest('there is no media in the message to edit');
    const media = mediaOf(kind, input['media'], 'media', files);
    const keyboard = inlineKeyboardOf(params['reply_markup']);
    return this.#edit(message, { kind, media, ...captionOf(input, input['parse_mode']), keyboard });
  }

  editKeyboard({ params }: CallBody): object {
    const message = this.#messageOf(params);
    return this.#edit(message, { keyboard: inlineKeyboardOf(params['reply_markup']) });
  }

  delete({ params }: CallBody): true {
    const id = Number(params['message_id']);
    if (this.#messages.get(id)?.chatId !== this.#chatOf(params).id)
      throw badRequest('message to delete not found');
    return this.#messages.delete(id) as true;
  }

  /** A message as the Bot API's `Message`. */
  describe(message: ChatMessage): Record<string, unknown> {
    const { messageId, chatId, sentAt, kind, text, keyboard, media } = message;
    return {
      message_id: messageId,
      date: Math.floor(sentAt / 1000),
      chat: { id: chatId, type: this.#chats.get(chatId)?.type ?? 'private' },
      ...(kind === 'text' ? { text } : { caption: text }),
      ...(kind === 'photo' ? { photo: [fileOf(messageId, media)] } : {}),
      ...(kind === 'video' ? { video: fileOf(messageId, media) } : {}),
      ...(keyboard.length === 0 ? {} : { reply_markup: { inline_keyboard: keyboard } }),
    };
  }

  chatOf(params: Readonly<Record<string, unknown>>): object {
    const { id, type = 'private' } = this.#chatOf(params);
    return { id, type, ...(type === 'private' ? { first_name: 'Fake' } : { title: 'Fake group' }) };
  }

  #chatOf(params: Readonly<Record<string, unknown>>): FakeChat {
    const given = params['chat_id'];
    if (given === undefined || given === '') throw badRequest('chat_id is empty');
    const chat = this.#chats.get(Number(given));
    if (chat === undefined) throw badRequest('chat not found');
    if (chat.state === 'blocked') throw new BotApiError(403, 'Forbidden: bot was blocked by the user');
    if (chat.state !== undefined)
      throw new BotApiError(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
        migrate_to_chat_id: chat.state.migratedTo,
      });
    return chat;
  }

  #messageOf(params: Readonly<Record<string, unknown>>): ChatMessage {
    const chat = this.#chatOf(params);
    const message = this.#messages.get(Number(params['message_id']));
    if (message?.chatId !== chat.id) throw badRequest('message to edit not found');
    return message;
  }

  #edit(message: ChatMessage, changes: Partial<ChatMessage>): object {
    const looks = ({ kind, html, media, keyboard }: ChatMessage): string =>
      JSON.stringify([kind, html, media?.bytes.toString('base64'), keyboard]);
    if (looks({ ...message, ...changes }) === looks(message))
      throw badRequest(
        'message is not modified: specified new message content and reply markup are exactly the same as a current ' +
          'content and reply markup of the message',
      );
    Object.assign(message, changes, { edits: message.edits + 1 });
    return this.describe(message);
  }

  #takeFromBudget({ id, type }: FakeChat): void {
    const limit = this.#options.groupMessagesPerMinute;
    if (limit === undefined || type === undefined || type === 'private') return;
    const recent = this.messages(id).filter(({ sentAt }) => sentAt > Date.now() - minuteMs);
    const oldest = recent.at(-limit);
    if (recent.length >= limit && oldest !== undefined)
      throw tooManyRequests(Math.max(1, Math.ceil((oldest.sentAt + minuteMs - Date.now()) / 1000)));
  }
}

const fileOf = (messageId: number, media: SentFile | undefined): object => ({
  file_id: `fake-file-${messageId}`,
  file_unique_id: `fake-${messageId}`,
  file_size: media?.bytes.length ?? 0,
  width: 640,
  height: 360,
});
