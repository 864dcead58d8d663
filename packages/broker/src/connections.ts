/** Who is connected: one live connection a client id, taken over one after another, never two at a time. */
import type { Client } from 'aedes';
import type { Zone } from './limits.ts';

/** What presence events and the client list tell of a connection. */
export interface ConnectionInfo {
  readonly clientId: string;
  readonly userName: string;
  readonly zone: Zone;
  readonly ipAddress: string;
  readonly port: number;
  /** Port of the listener. */
  readonly listenerPort: number;
  readonly protocolName: string;
  readonly protocolVersion: number;
  readonly keepaliveSeconds: number;
  readonly cleanStart: boolean;
  readonly expirySeconds: number;
  /** Milliseconds since 1970, never the same for two sessions of one client: it names the session. */
  readonly connectedAtMs: number;
}

export interface Live {
  readonly client: Client;
  readonly info: ConnectionInfo;
  readonly gone: Promise<void>;
}

interface Entry extends Live {
  readonly resolveGone: () => void;
}

export class Connections {
  readonly #live = new Map<string, Entry>();
  readonly #turns = new Map<string, Promise<void>>();
  readonly #lastConnectedAtMs = new Map<string, number>();

  /**
   * Waits until the client may have its id: earlier CONNECTs with the id first, then the connection that has it is
   * closed. aedes alone would let two that arrive together both stay. `release` when the client is registered or gone.
   */
  async takeTurn(clientId: string, onTakeover: (old: Live) => void): Promise<{ release: () => void }> {
    const before = this.#turns.get(clientId);
    let release = (): void => undefined;
    const turn = new Promise<void>((resolve) => {
      release = resolve;
    });
    const chain = (before ?? Promise.resolve()).then(() => turn);
    this.#turns.set(clientId, chain);
    void chain.then(() => {
      if (this.#turns.get(clientId) === chain) this.#turns.delete(clientId);
    });
    await before;
    const old = this.#live.get(clientId);
    if (old !== undefined) {
      onTakeover(old);
      old.client.close();
      await old.gone;
    }
    return { release };
  }

  nextConnectedAtMs(clientId: string, nowMs: number): number {
    const connectedAtMs = Math.max(nowMs, (this.#lastConnectedAtMs.get(clientId) ?? 0) + 1);
    // Enough to tell neighbours in time apart; a clock that jumps back an hour later needs no memory.
    if (this.#lastConnectedAtMs.size > 10_000) this.#lastConnectedAtMs.clear();
    this.#lastConnectedAtMs.set(clientId, connectedAtMs);
    return connectedAtMs;
  }

  add(client: Client, info: ConnectionInfo): void {
    let resolveGone = (): void => undefined;
    const gone = new Promise<void>((resolve) => {
      resolveGone = resolve;
    });
    this.#live.set(info.clientId, { client, info, gone, resolveGone });
  }

  /** The connection's data if this client was the live one. */
  remove(client: Client): ConnectionInfo | undefined {
    const entry = this.#live.get(client.id);
    if (entry?.client !== client) return undefined;
    this.#live.delete(client.id);
    entry.resolveGone();
    return entry.info;
  }

  get(clientId: string): ConnectionInfo | undefined {
    return this.#live.get(clientId)?.info;
  }

  all(): Iterable<Live> {
    return this.#live.values();
  }

  list(): ConnectionInfo[] {
    return [...this.#live.values()].map(({ info }) => info);
  }
}
