/** What a scripted call gets in place of its answer. */
import type { BotApiError } from './error.ts';

export interface Fault {
  /** An error answer; nothing is carried out. */
  readonly error?: BotApiError;
  /** Text of an answer that is no JSON, as gateways give it, with its status. */
  readonly page?: { readonly status: number; readonly text: string };
  /** The connection is reset in place of an answer. */
  readonly reset?: true;
  /** The answer is withheld until this settles. */
  readonly hold?: Promise<unknown>;
  /** The call is carried out first: the message stands in the chat, only its answer is lost or late. */
  readonly carriedOut?: true;
}

interface Scripted {
  readonly method: string | undefined;
  readonly fault: Fault;
  left: number;
}

/** Faults in the order they were scripted; each is used up by the calls of its method. */
export class Faults {
  readonly #scripted: Scripted[] = [];

  add(method: string | undefined, fault: Fault, times: number): void {
    this.#scripted.push({ method, fault, left: times });
  }

  clear(): void {
    this.#scripted.length = 0;
  }

  /** A fault scripted for this method, or for any. */
  take(method: string): Fault | undefined {
    return this.#use(this.#scripted.find((each) => each.method === undefined || each.method === method));
  }

  /** A fault scripted for this method alone. */
  takeNamed(method: string): Fault | undefined {
    return this.#use(this.#scripted.find((each) => each.method === method));
  }

  #use(next: Scripted | undefined): Fault | undefined {
    if (next === undefined) return undefined;
    next.left -= 1;
    if (next.left <= 0) this.#scripted.splice(this.#scripted.indexOf(next), 1);
    return next.fault;
  }
}
