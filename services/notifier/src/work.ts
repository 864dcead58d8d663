/** What the leading instance does: resumes what the last one left, drains the outbox, keeps lanes going. */
import type pg from 'pg';
import { errorMessage } from '@apiary/base/errors';
import { listenOn, type ChangeListener, type DatabaseAddress } from '@apiary/database';
import type { LedWork } from '@apiary/database/leadership';
import { forgetDeliveries, resumeUnclear } from '@apiary/database/notification-upkeep';
import { Dispatcher, type DispatcherDeps } from './dispatcher.ts';
import { takeIn, type IntakeDeps } from './intake.ts';
import { Rounds } from './rounds.ts';

export interface WorkDeps extends DispatcherDeps, IntakeDeps {
  readonly pool: pg.Pool;
  readonly address: DatabaseAddress;
}

const retryMs = 500;
/** In case a notice was lost with a connection that seemed alive, or a statement outlived the process that sent it. */
const catchUpMs = 60_000;
/** No call takes as long. */
const longestCallSeconds = 600;
const upkeepMs = 24 * 3_600_000;
const keepDays = 30;
/** Longer than any call of a channel but an upload; shorter than the supervisor's patience. */
const stopGraceMs = 8000;

export class Work implements LedWork {
  readonly #deps: WorkDeps;
  readonly #dispatcher: Dispatcher;
  #listener: ChangeListener | undefined;
  #catchUp: NodeJS.Timeout | undefined;
  #upkeep: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  readonly #intake = new Rounds(() => this.#drain());

  private constructor(deps: WorkDeps) {
    this.#deps = deps;
    this.#dispatcher = new Dispatcher(deps);
  }

  /** Before anything is sent, rows of calls nobody heard the end of are settled: nobody else works now. */
  static async begin(deps: WorkDeps): Promise<Work> {
    await resume(deps, 0);
    const work = new Work(deps);
    work.#start();
    return work;
  }

  #start(): void {
    this.#listener = listenOn('outbox', this.#deps.address, this.#deps.logger, {
      onNotice: () => this.#intake.ask(),
      onGap: () => this.#intake.ask(),
    });
    this.#catchUp = setInterval(() => void this.#lookAfter(), catchUpMs);
    this.#upkeep = setInterval(() => void this.#forget(), upkeepMs);
    void this.#forget();
    this.#dispatcher.kick();
  }

  async stop(graceful: boolean): Promise<void> {
    clearInterval(this.#catchUp);
    clearInterval(this.#upkeep);
    await this.#listener?.stop();
    await this.#intake.stop();
    clearTimeout(this.#retry);
    await this.#dispatcher.stop(graceful ? stopGraceMs : 0);
  }

  async #drain(): Promise<void> {
    try {
      if (await takeIn(this.#deps)) this.#intake.ask();
      this.#dispatcher.kick();
    } catch (error) {
      this.#deps.logger.warn({ fact: 'outbox not drained', reason: errorMessage(error) });
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.#intake.ask(), retryMs);
    }
  }

  async #lookAfter(): Promise<void> {
    this.#intake.ask();
    await resume(this.#deps, longestCallSeconds).catch((error: unknown) => {
      this.#deps.logger.warn({ fact: 'open calls not looked at', reason: errorMessage(error) });
    });
  }

  async #forget(): Promise<void> {
    try {
      const count = await forgetDeliveries(this.#deps.pool, keepDays);
      if (count > 0) this.#deps.logger.info({ fact: 'old deliveries forgotten', count });
    } catch (error) {
      this.#deps.logger.warn({ fact: 'old deliveries not forgotten', reason: errorMessage(error) });
    }
  }
}

/** Settles calls whose outcome nobody will write down any more. */
async function resume(
  { pool, channels, counters, logger }: WorkDeps,
  olderThanSeconds: number,
): Promise<void> {
  const repeatable = channels.filter((channel) => channel.repeatable).map(({ name }) => name);
  const { again, givenUp } = await resumeUnclear(pool, repeatable, olderThanSeconds);
  counters.add('alertsSentAgain', again);
  counters.add('alertsGivenUp', givenUp);
  if (again + givenUp > 0) logger.warn({ fact: 'calls without an outcome found', again, givenUp });
}
