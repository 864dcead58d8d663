/** Calls of the Bot API, each within its time, with errors told as what they mean for a delivery. */
import { Api } from 'grammy';
import type { Logger } from '@apiary/base/logger';
import { faultOf, movedTo } from './faults.ts';

export interface ChatApiOptions {
  readonly token: string;
  /** Root of the Bot API, without trailing slash. */
  readonly apiRoot: string;
  readonly logger: Logger;
}

/** grammY types signals by a shim of its own; Node's are what it takes. */
type ApiSignal = NonNullable<Parameters<Api['getMe']>[0]>;
export type ChatCall<T> = (api: Api, chatId: string, signal: ApiSignal) => Promise<T>;

export class ChatApi {
  readonly #api: Api;
  readonly #logger: Logger;
  /** Groups that became supergroups: the id of the settings → the one that works. */
  readonly #moved = new Map<string, string>();

  constructor({ token, apiRoot, logger }: ChatApiOptions) {
    // Without `sensitiveLogs`, errors name the method and not the URL.
    this.#api = new Api(token, { apiRoot, sensitiveLogs: false });
    this.#logger = logger;
  }

  /** @throws ChannelError whose cause is what grammY threw */
  async call<T>(chat: string, timeoutMs: number, signal: AbortSignal, call: ChatCall<T>): Promise<T> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) as unknown as ApiSignal;
    try {
      return await call(this.#api, this.#moved.get(chat) ?? chat, limit);
    } catch (error) {
      const newId = movedTo(error);
      if (newId === undefined || this.#moved.has(chat)) throw withCause(error);
      this.#moved.set(chat, String(newId));
      this.#logger.warn({ fact: 'the chat has a new id: change TELEGRAM_CHAT_ID', chat, newId });
      return this.call(chat, timeoutMs, signal, call);
    }
  }
}

function withCause(error: unknown): Error {
  const fault = faultOf(error);
  fault.cause ??= error;
  return fault;
}
