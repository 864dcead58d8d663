/**
 * Telegram's Bot API for tests, over real HTTP: checks the token, keeps chats and messages, refuses what the real one
 * refuses in its words, records every call, and fails on demand. Formatting: HTML alone.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readCallBody, type SentFile } from './bot-api/call-body.ts';
import { Chats, type ChatMessage, type ChatsOptions, type FakeChat } from './bot-api/chats.ts';
import { BotApiError, tooManyRequests } from './bot-api/error.ts';
import { Faults, type Fault } from './bot-api/faults.ts';
import { Methods } from './bot-api/methods.ts';
import { Updates } from './bot-api/updates.ts';

export { BotApiError, type ChatMessage, type FakeChat, type Fault, type SentFile };

/** A call as it arrived. */
export interface BotApiCall {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, SentFile>;
  readonly byteLength: number;
  /** When its last byte was read, milliseconds since 1970. */
  readonly at: number;
  /** HTTP status of the answer; undefined while it is withheld, and where the connection was reset. */
  status: number | undefined;
}

export interface FakePerson {
  readonly id: number;
  readonly username?: string;
  readonly firstName?: string;
}

export interface FakeBotApiOptions extends Partial<ChatsOptions> {
  readonly token?: string;
  /** Default: a free one. Give the old one to come back after a stop. */
  readonly port?: number;
}

/** Right in form, belonging to nobody. */
export const fakeBotToken = '123456789:AAtest-only_token_of_the_fake_Bot_API_x';
const somebody: FakePerson = { id: 777, username: 'somebody', firstName: 'Some' };

export class FakeBotApi {
  readonly token: string;
  readonly port: number;
  /** In order of arrival; `getUpdates` is left out. */
  readonly calls: BotApiCall[] = [];
  readonly #server: Server;
  readonly #chats: Chats;
  readonly #methods: Methods;
  readonly #faults = new Faults();
  readonly #updates = new Updates();
  readonly #openQueries = new Set<string>();
  #nextQuery = 1;

  private constructor(server: Server, options: FakeBotApiOptions) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.token = options.token ?? fakeBotToken;
    this.#chats = new Chats({ ...options, chats: options.chats ?? [] });
    this.#methods = new Methods({
      chats: this.#chats,
      updates: this.#updates,
      openQueries: this.#openQueries,
      botId: Number(this.token.split(':')[0]),
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.#serve(request, response);
    });
  }

  static async start(options: FakeBotApiOptions = {}): Promise<FakeBotApi> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return new FakeBotApi(server, options);
  }

  /** As `TELEGRAM_API_ROOT` wants it. */
  get apiRoot(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  callsOf(...methods: string[]): BotApiCall[] {
    return this.calls.filter(({ method }) => methods.includes(method));
  }

  /** What stands in a chat (in all of them), as it looks now, in order of sending. */
  messages(chatId?: number): ChatMessage[] {
    return this.#chats.messages(chatId);
  }

  /** A new chat, or a new state of one: blocked, upgraded to a supergroup. */
  setChat(chat: FakeChat): void {
    this.#chats.set(chat);
  }

  /** The next `times` calls of `method` (undefined: of any but getUpdates) fail. Scripts are used up in their order. */
  script(method: string | undefined, fault: Fault, times = 1): void {
    this.#faults.add(method, fault, times);
  }

  clearScript(): void {
    this.#faults.clear();
  }

  /** The bot waits for updates. */
  get polling(): boolean {
    return this.#updates.polling;
  }

  /** Updates the bot has not confirmed. */
  get pendingUpdates(): number {
    return this.#updates.pending;
  }

  /** Somebody writes; `/words` become a command. */
  say(chatId: number, text: string, from: FakePerson = somebody, { secondsAgo = 0 } = {}): void {
    const command = /^\/\w+(@\w+)?/.exec(text)?.[0];
    this.#updates.push('message', {
      message_id: 1_000_000 + this.#nextQuery++,
      date: Math.floor(Date.now() / 1000) - secondsAgo,
      chat: { id: chatId, type: chatId < 0 ? 'group' : 'private' },
      from: person(from),
      text,
      ...(command === undefined
        ? {}
        : { entities: [{ type: 'bot_command', offset: 0, length: command.length }] }),
    });
  }

  /** Somebody presses a button. @returns the id of the query, to be answered with `answerCallbackQuery` */
  press(message: ChatMessage, data: string, from: FakePerson = somebody): string {
    const id = `query-${this.#nextQuery++}`;
    this.#openQueries.add(id);
    this.#updates.push('callback_query', {
      id,
      from: person(from),
      message: this.#chats.describe(message),
      chat_instance: String(message.chatId),
      data,
    });
    return id;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.apiRoot);
    const [, token = '', method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(pathname) ?? [];
    let call: BotApiCall | undefined;
    try {
      const body = await readCallBody(request, searchParams);
      if (method !== 'getUpdates') {
        call = { ...body, method, at: Date.now(), status: undefined };
        this.calls.push(call);
      }
      if (token === '' || !/^\d+:[\w-]{30,}$/.test(token)) throw new BotApiError(404, 'Not Found');
      if (token !== this.token) throw new BotApiError(401, 'Unauthorized');
      const fault = method === 'getUpdates' ? this.#faults.takeNamed(method) : this.#faults.take(method);
      const early =
        fault?.carriedOut === true ? await this.#methods.carryOut(method, body, response) : undefined;
      if (fault !== undefined && (await this.#fail(fault, call, response))) return;
      const result = early ?? (await this.#methods.carryOut(method, body, response));
      answer(response, call, 200, { ok: true, result });
    } catch (error) {
      // The caller went away in the middle of its request.
      if (!(error instanceof BotApiError)) return void response.destroy();
      answer(response, call, error.status, {
        ok: false,
        error_code: error.status,
        description: error.message,
        ...(error.parameters === undefined ? {} : { parameters: error.parameters }),
      });
    }
  }

  /** True: the answer is given, or never will be. False: the fault was a wait, and is over. */
  async #fail(fault: Fault, call: BotApiCall | undefined, response: ServerResponse): Promise<boolean> {
    if (fault.hold !== undefined) await fault.hold;
    if (fault.error !== undefined) throw fault.error;
    if (fault.reset === true) {
      response.socket?.resetAndDestroy();
      return true;
    }
    if (fault.page === undefined) return false;
    if (call !== undefined) call.status = fault.page.status;
    response.writeHead(fault.page.status, { 'content-type': 'text/html' }).end(fault.page.text);
    return true;
  }
}

/** 429 with the seconds to wait. */
export const tooMany = (retryAfterSeconds: number): Fault => ({ error: tooManyRequests(retryAfterSeconds) });
/** A gateway's page in place of JSON. */
export const badGateway: Fault = { page: { status: 502, text: '<html>502 Bad Gateway</html>' } };

function answer(response: ServerResponse, call: BotApiCall | undefined, status: number, body: object): void {
  if (call !== undefined) call.status = status;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const person = ({ id, username, firstName }: FakePerson): object => ({
  id,
  is_bot: false,
  first_name: firstName ?? username ?? 'Some',
  ...(username === undefined ? {} : { username }),
});
