/** One open stream of server-sent events (WHATWG HTML, "Server-sent events") and what it may hold back. */
import type { Response } from 'express';
import type { Caller } from '@apiary/access/caller';

/** A message ready for the wire, written once for all viewers. */
export interface StreamMessage {
  readonly text: string;
  readonly revision: number;
  /** Whose record it is; undefined: everybody's. */
  readonly cameraId: string | undefined;
}

export function streamMessage(
  name: 'camera' | 'event' | 'command' | 'removed' | 'reset',
  revision: number,
  data: object,
  cameraId?: string,
): StreamMessage {
  return { text: `event: ${name}\nid: ${revision}\ndata: ${JSON.stringify(data)}\n\n`, revision, cameraId };
}

/** A `changed` record: says what to fetch again (null: everything), takes no revision. */
export function changedMessage(entity: string | null, keys: readonly string[]): StreamMessage {
  const data = JSON.stringify({ entity, keys });
  return { text: `event: changed\ndata: ${data}\n\n`, revision: 0, cameraId: undefined };
}

export class Viewer {
  /** As they are now. */
  caller: Caller;
  readonly #response: Response;
  readonly #maxBufferedBytes: number;
  #held: StreamMessage[] | undefined;
  #lastRevision: number;

  constructor(response: Response, caller: Caller, revision: number, maxBufferedBytes: number) {
    this.caller = caller;
    this.#response = response;
    this.#lastRevision = revision;
    this.#maxBufferedBytes = maxBufferedBytes;
  }

  /** Highest revision sent. */
  get lastRevision(): number {
    return this.#lastRevision;
  }

  open(): void {
    this.#response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      // nginx would collect the stream into blocks.
      'X-Accel-Buffering': 'no',
    });
    this.#response.write('retry: 2000\n\n');
  }

  /** Keeps live messages back until `release`: what was missed must go out first. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const message of held) this.send(message);
  }

  /** False: the viewer reads too slowly and was cut off; its browser comes back and catches up. */
  send(message: StreamMessage, now = false): boolean {
    if (this.#held !== undefined && !now) {
      this.#held.push(message);
      return true;
    }
    this.#lastRevision = Math.max(this.#lastRevision, message.revision);
    return this.#write(message.text);
  }

  heartbeat(): boolean {
    return this.#write(': still here\n\n');
  }

  #write(text: string): boolean {
    this.#response.write(text);
    if (this.#response.writableLength <= this.#maxBufferedBytes) return true;
    this.#response.destroy();
    return false;
  }

  end(): void {
    this.#response.end();
  }
}
