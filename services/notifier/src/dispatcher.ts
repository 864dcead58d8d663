/**
 * Wakes lanes when something of theirs is due. One timer for all that waits, however much it is: the next due instant is
 * asked of the database.
 */
import { errorMessage } from '@apiary/base/errors';
import { dueTargets, type TargetKey } from '@apiary/database/notification-delivery-repository';
import { abandonTarget } from '@apiary/database/notification-upkeep';
import type { NotificationChannel } from './channel.ts';
import { Lane, type LaneDeps } from './lane.ts';
import { Rounds } from './rounds.ts';

export interface DispatcherDeps extends Omit<LaneDeps, 'key' | 'channel' | 'onIdle'> {
  readonly channels: readonly NotificationChannel[];
}

const retryMs = 500;
/** setTimeout counts in 32 bits; looking once an hour for nothing is cheap. */
const longestSleepMs = 3_600_000;

export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #channels: ReadonlyMap<string, NotificationChannel>;
  readonly #lanes = new Map<string, Lane>();
  readonly #rounds = new Rounds(() => this.#round());
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#channels = new Map(deps.channels.map((channel) => [channel.name, channel]));
  }

  /** Something may be due. */
  kick(): void {
    this.#rounds.ask();
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#rounds.stop();
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop(graceMs)));
  }

  async #round(): Promise<void> {
    try {
      this.#sleep(await this.#look());
    } catch (error) {
      this.#deps.logger.warn({ fact: 'due messages not read', reason: errorMessage(error) });
      this.#sleep(retryMs);
    }
  }

  /** @returns milliseconds until something is due that is not yet */
  async #look(): Promise<number> {
    const due = await dueTargets(this.#deps.pool);
    const known = await this.#knownTargets(due);
    let next = longestSleepMs;
    for (const { channel, target, inMs } of due) {
      const key = { channel, target };
      if (inMs > 0) next = Math.min(next, inMs);
      else if (known.has(keyText(key))) this.#lane(key)?.kick();
      else await this.#abandon(key);
    }
    return next;
  }

  async #knownTargets(due: readonly TargetKey[]): Promise<ReadonlySet<string>> {
    const asked = [...this.#channels.values()].filter(({ name }) =>
      due.some(({ channel }) => channel === name),
    );
    const lists = await Promise.all(
      asked.map(async (channel) =>
        (await channel.targets()).map(({ id }) => keyText({ channel: channel.name, target: id })),
      ),
    );
    return new Set(lists.flat());
  }

  #lane(key: TargetKey): Lane | undefined {
    const channel = this.#channels.get(key.channel);
    if (channel === undefined) return undefined;
    let lane = this.#lanes.get(keyText(key));
    if (lane === undefined) {
      lane = new Lane({ ...this.#deps, key, channel, onIdle: () => this.kick() });
      this.#lanes.set(keyText(key), lane);
    }
    return lane;
  }

  async #abandon(key: TargetKey): Promise<void> {
    const count = await abandonTarget(this.#deps.pool, key);
    this.#lanes.delete(keyText(key));
    this.#deps.logger.info({ fact: 'target no longer configured', ...key, abandoned: count });
  }

  #sleep(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => this.kick(), ms);
  }
}

const keyText = ({ channel, target }: TargetKey): string => `${channel} ${target}`;
