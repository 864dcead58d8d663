/** What people did in the chats, handed to the bot by long polling. One poller at a time, as the real one allows. */
import { BotApiError, badRequest } from './error.ts';

interface Update {
  readonly update_id: number;
  readonly [kind: string]: unknown;
}

interface Poll {
  readonly settle: (updates: Update[]) => void;
  readonly refuse: (error: BotApiError) => void;
}

export class Updates {
  #waiting: Update[] = [];
  #poll: Poll | undefined;
  #nextId = 1;

  push(kind: string, body: object): number {
    const update = { update_id: this.#nextId++, [kind]: body };
    this.#waiting.push(update);
    this.#poll?.settle(this.#waiting);
    return update.update_id;
  }

  /** A poll waits. */
  get polling(): boolean {
    return this.#poll !== undefined;
  }

  /** Not yet confirmed by a later offset. */
  get pending(): number {
    return this.#waiting.length;
  }

  /** `getUpdates`: answers at once when something waits, else after `timeout` seconds with nothing. */
  poll(params: Readonly<Record<string, unknown>>, closed: AbortSignal): Promise<Update[]> {
    const offset = Number(params['offset'] ?? 0);
    const limit = Number(params['limit'] ?? 100);
    const timeoutMs = Number(params['timeout'] ?? 0) * 1000;
    if (!(limit >= 1 && limit <= 100)) throw badRequest('LIMIT_INVALID');
    this.#poll?.refuse(
      new BotApiError(
        409,
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
      ),
    );
    if (offset > 0) this.#waiting = this.#waiting.filter(({ update_id: id }) => id >= offset);
    if (this.#waiting.length > 0 || timeoutMs === 0) return Promise.resolve(this.#waiting.slice(0, limit));
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        if (this.#poll === poll) this.#poll = undefined;
      };
      const poll: Poll = {
        settle: (updates) => {
          done();
          resolve(updates.slice(0, limit));
        },
        refuse: (error) => {
          done();
          reject(error);
        },
      };
      const timer = setTimeout(() => poll.settle([]), timeoutMs);
      closed.addEventListener('abort', () => poll.settle([]), { once: true });
      this.#poll = poll;
    });
  }
}
