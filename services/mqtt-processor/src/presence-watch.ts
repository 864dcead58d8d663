/**
 * Asks the broker who is connected: at every (re)connection, periodically, and when a camera's words contradict what the
 * broker said last. Turns the list into evidence; presence-rules decides. Where the list cannot be had, a contradicting
 * word is believed after a grace period.
 */
import { delay } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import type { Counters } from '@apiary/base/counters';
import type { Logger } from '@apiary/base/logger';
import { isCameraId } from '@apiary/contract';
import type { BrokerApi } from '@apiary/mqtt';
import type { PresenceItem } from './item.ts';
import type { Evidence } from './presence-rules.ts';

export interface PresenceWatchOptions {
  readonly api: BrokerApi;
  /** Cameras whose broker session is up as far as the database knows. */
  readonly withSession: () => Promise<readonly string[]>;
  readonly submit: (item: PresenceItem) => void;
  readonly logger: Logger;
  readonly counters: Counters;
  readonly intervalMs: number;
  /** How long a contradicting word waits for the list. */
  readonly graceMs: number;
}

const askDelayMs = 100;
const retryMs = 1000;

export class PresenceWatch {
  readonly #options: PresenceWatchOptions;
  readonly #stopped = new AbortController();
  /** When the broker last said something of a camera by itself: younger than a list asked for earlier. */
  readonly #heardOf = new Map<string, number>();
  /** Cameras whose words wait for the broker's. */
  readonly #asked = new Map<string, { online: boolean; sinceMs: number }>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #lastFault = '';

  constructor(options: PresenceWatchOptions) {
    this.#options = options;
  }

  /** The list could be read last time. */
  get listWorks(): boolean {
    return this.#lastFault === '';
  }

  /** The broker connection stands (again): what happened meanwhile is unknown. */
  onConnected(): void {
    this.#soon(0);
  }

  /** A presence event of the broker passed by. */
  heardOf(cameraId: string): void {
    this.#heardOf.set(cameraId, Date.now());
    if (this.#heardOf.size > 20_000) this.#heardOf.clear();
  }

  /** A live message of the camera passed by: a suspicion that it is gone is over. */
  heardFrom(cameraId: string): void {
    if (this.#asked.size > 0 && this.#asked.get(cameraId)?.online === false) this.#asked.delete(cameraId);
  }

  ask(cameraId: string, about: 'online' | 'offline'): void {
    const online = about === 'online';
    if (this.#asked.get(cameraId)?.online !== online)
      this.#asked.set(cameraId, { online, sinceMs: Date.now() });
    this.#soon(askDelayMs);
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new Error('stopping'));
    clearTimeout(this.#timer);
    await this.#running;
  }

  #soon(delayMs: number): void {
    if (this.#stopped.signal.aborted) return;
    if (this.#running !== undefined) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#running = this.#reconcile()
        .catch((error: unknown) => {
          this.#options.logger.error({ err: error, fact: 'reconciling failed' });
        })
        .finally(() => {
          this.#running = undefined;
          const next = this.#again ? askDelayMs : this.#asked.size > 0 ? retryMs : this.#options.intervalMs;
          this.#again = false;
          this.#soon(next);
        });
    }, delayMs);
  }

  async #reconcile(): Promise<void> {
    const startedAtMs = Date.now();
    const asked = new Map(this.#asked);
    try {
      const clients = await this.#options.api.listClients();
      const open = await this.#withSession();
      this.#tell(clients, open, startedAtMs);
      for (const [cameraId, question] of asked)
        if (this.#asked.get(cameraId) === question) this.#asked.delete(cameraId);
      if (this.#lastFault !== '') this.#options.logger.info({ fact: 'broker client list is back' });
      this.#lastFault = '';
      this.#options.counters.add('presence.lists');
    } catch (error) {
      this.#options.counters.add('presence.lists-failed');
      if (this.#lastFault !== errorMessage(error))
        this.#options.logger.warn({ fact: 'broker client list is away', reason: errorMessage(error) });
      this.#lastFault = errorMessage(error);
      this.#believeOverdue();
    }
  }

  /** The database may be away for a moment while the list is not. */
  async #withSession(): Promise<ReadonlySet<string>> {
    for (;;) {
      try {
        return new Set(await this.#options.withSession());
      } catch {
        await delay(retryMs, this.#stopped.signal);
      }
    }
  }

  #tell(
    clients: Awaited<ReturnType<BrokerApi['listClients']>>,
    open: ReadonlySet<string>,
    startedAtMs: number,
  ): void {
    const listed = new Set<string>();
    for (const { clientId, connected, connectedAtMs } of clients) {
      if (!isCameraId(clientId)) continue;
      listed.add(clientId);
      // A session that came or went since we asked is known better already.
      if ((this.#heardOf.get(clientId) ?? 0) >= startedAtMs) continue;
      if (connected && connectedAtMs !== undefined)
        this.#submit(clientId, { kind: 'opened', session: connectedAtMs, listed: true });
      else if (!connected) this.#submit(clientId, { kind: 'closed', session: connectedAtMs });
    }
    for (const cameraId of open) {
      if (listed.has(cameraId) || (this.#heardOf.get(cameraId) ?? 0) >= startedAtMs) continue;
      this.#submit(cameraId, { kind: 'closed', session: undefined });
    }
  }

  #believeOverdue(): void {
    const overdueMs = Date.now() - this.#options.graceMs;
    for (const [cameraId, { online, sinceMs }] of this.#asked) {
      if (sinceMs > overdueMs) continue;
      this.#asked.delete(cameraId);
      this.#submit(cameraId, { kind: 'believed', online });
    }
  }

  #submit(cameraId: string, evidence: Evidence): void {
    this.#options.submit({
      kind: 'presence',
      cameraId,
      evidence,
      receivedAtMs: Date.now(),
      cause: evidence.kind === 'believed' ? "the camera's word" : "the broker's client list",
    });
  }
}
