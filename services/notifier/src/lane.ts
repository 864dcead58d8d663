/**
 * One target's turn-taking: paces its calls, leaves it alone after failures, chooses what goes next. A lane never holds
 * messages, only the one it is sending: the queue is in PostgreSQL. Lanes do not wait for each other.
 */
import { errorMessage } from '@apiary/base/errors';
import { dueCounts, type TargetKey } from '@apiary/database/notification-delivery-repository';
import { recentCalls } from '@apiary/database/notification-upkeep';
import { backoffMs } from './backoff.ts';
import { amendNext } from './amendments.ts';
import { sendNext } from './calls.ts';
import { ChannelError, type Limits } from './channel.ts';
import type { CallDeps, Outcome } from './outcome.ts';
import { Pacing } from './pacing.ts';
import { Rounds } from './rounds.ts';

export interface LaneDeps extends CallDeps {
  /** Older alerts go into one summary. */
  readonly maxAgeMs: number;
  /** Nothing is due any more, and something was done. */
  onIdle(): void;
}

/** More alerts than this waiting for a paced target go out as one message. */
const mergeAbove = 5;
const mergedAtOnce = 2000;
/** An amendment that waits this long goes before new messages: pictures must not starve. */
const amendmentPatienceMs = 10_000;
const databaseRetryMs = 500;
const probeTimeoutMs = 10_000;

export class Lane {
  readonly #deps: LaneDeps;
  readonly #limits: Limits;
  readonly #ended = new AbortController();
  #pacing: Pacing | undefined;
  readonly #rounds = new Rounds(() => this.#run());
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #pausedUntilMs = 0;
  #failures = 0;
  /** The last call failed for no fault of its own: ask whether anybody is there before another message is risked. */
  #doubtful = false;

  constructor(deps: LaneDeps) {
    this.#deps = deps;
    this.#limits = deps.channel.limitsOf(deps.key.target);
  }

  get key(): TargetKey {
    return this.#deps.key;
  }

  /** Something is due. */
  kick(): void {
    this.#rounds.ask();
  }

  /** Finishes the call under way within `graceMs`, then cuts it off: it counts as unclear. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const cut = setTimeout(() => this.#ended.abort(new Error('stopped')), graceMs);
    await this.#rounds.stop();
    clearTimeout(cut);
  }

  async #run(): Promise<void> {
    let did = 0;
    while (!this.#stopped) {
      try {
        const pacing = (this.#pacing ??= await this.#rememberedPacing());
        const waitMs = Math.max(this.#pausedUntilMs - Date.now(), pacing.waitMs(Date.now()));
        if (waitMs > 0) {
          this.#wakeIn(waitMs);
          return;
        }
        if (this.#doubtful && !(await this.#probed())) continue;
        const outcome = await this.#next(pacing);
        if (outcome === undefined) break;
        did++;
        this.#learn(outcome);
      } catch (error) {
        this.#deps.logger.warn({ fact: 'lane waits for the database', reason: errorMessage(error) });
        this.#wakeIn(databaseRetryMs);
        return;
      }
    }
    if (did > 0 && !this.#stopped) this.#deps.onIdle();
  }

  /** Undefined: nothing is due. */
  async #next(pacing: Pacing): Promise<Outcome | undefined> {
    const { pool, key, maxAgeMs } = this.#deps;
    const paced = this.#limits.windows.length > 0;
    const due = await dueCounts(pool, key, maxAgeMs / 1000, mergedAtOnce);
    if (due.waiting + due.amendments === 0) return undefined;
    pacing.record(Date.now());
    const signal = this.#ended.signal;
    if (due.waiting === 0 || (paced && due.oldestAmendmentMs > amendmentPatienceMs && due.amendments > 0))
      return amendNext(this.#deps, signal);
    if (due.late > 0) return sendNext(this.#deps, { limit: mergedAtOnce, cause: 'late' }, signal);
    if (paced && due.waiting > mergeAbove)
      return sendNext(this.#deps, { limit: mergedAtOnce, cause: 'many' }, signal);
    return sendNext(this.#deps, { limit: this.#limits.concurrent, cause: undefined }, signal);
  }

  #learn({ trouble, afterMs }: Outcome): void {
    if (trouble === 'none') {
      this.#failures = 0;
      return;
    }
    this.#failures++;
    this.#doubtful = trouble === 'doubtful';
    this.#pausedUntilMs =
      Date.now() + Math.max(afterMs, trouble === 'slow-down' ? 0 : backoffMs(this.#failures));
  }

  async #probed(): Promise<boolean> {
    const { channel, key, counters } = this.#deps;
    try {
      await channel.probe(
        key.target,
        AbortSignal.any([this.#ended.signal, AbortSignal.timeout(probeTimeoutMs)]),
      );
      this.#doubtful = false;
      return true;
    } catch (error) {
      // It answers, if only to refuse: then the message will be refused as well, and is done with.
      this.#doubtful = !(error instanceof ChannelError && error.fault === 'permanent');
      if (!this.#doubtful) return true;
      counters.add('probesFailed');
      this.#failures++;
      this.#pausedUntilMs = Date.now() + backoffMs(this.#failures);
      return false;
    }
  }

  async #rememberedPacing(): Promise<Pacing> {
    const { windows } = this.#limits;
    if (windows.length === 0) return new Pacing([]);
    const ago = await recentCalls(this.#deps.pool, this.key, Math.max(...windows.map(({ perMs }) => perMs)));
    return new Pacing(
      windows,
      ago.map((ms) => Date.now() - ms),
    );
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.kick(), ms);
  }
}
