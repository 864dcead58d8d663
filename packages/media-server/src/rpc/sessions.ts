/**
 * Control sessions: who owns which objects and hears which events. A session outlives its socket; `connect` gives it a
 * new one. Silent for 240 s, it is collected with everything only it owns.
 */
import { randomUUID } from 'node:crypto';

export interface EventSink {
  send(frame: string): void;
}

const replyCacheMs = 20_000;

interface CachedReply {
  readonly frame: Promise<string>;
  readonly untilMs: number;
}

export class Session {
  readonly id: string;
  sink: EventSink | undefined;
  lastSeenMs: number;
  readonly #replies = new Map<number | string, CachedReply>();

  constructor(id: string, nowMs: number) {
    this.id = id;
    this.lastSeenMs = nowMs;
  }

  /** The answer once given to this id, for 20 s: an id must never repeat within a session. */
  cachedReply(id: number | string, nowMs: number): Promise<string> | undefined {
    const reply = this.#replies.get(id);
    return reply !== undefined && reply.untilMs > nowMs ? reply.frame : undefined;
  }

  cacheReply(id: number | string, frame: Promise<string>, nowMs: number): void {
    // Insertion order is age: the front is what has run out.
    for (const [old, reply] of this.#replies) {
      if (reply.untilMs > nowMs) break;
      this.#replies.delete(old);
    }
    this.#replies.delete(id);
    this.#replies.set(id, { frame, untilMs: nowMs + replyCacheMs });
  }
}

export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #onEnd: (session: Session) => void;

  constructor(onEnd: (session: Session) => void) {
    this.#onEnd = onEnd;
  }

  get ids(): string[] {
    return [...this.#sessions.keys()].sort();
  }

  create(nowMs: number, id: string = randomUUID()): Session {
    const session = new Session(id, nowMs);
    this.#sessions.set(id, session);
    return session;
  }

  find(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  end(session: Session): void {
    if (!this.#sessions.delete(session.id)) return;
    session.sink = undefined;
    this.#onEnd(session);
  }

  /** Ends every session not heard of since `silentSinceMs`; returns their ids. */
  collect(silentSinceMs: number): string[] {
    const silent = [...this.#sessions.values()].filter(({ lastSeenMs }) => lastSeenMs < silentSinceMs);
    for (const session of silent) this.end(session);
    return silent.map(({ id }) => id);
  }

  endAll(): void {
    for (const session of [...this.#sessions.values()]) this.end(session);
  }
}
