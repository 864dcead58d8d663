/**
 * Ends commands no camera confirmed. Wakes at the next deadline and when a command changes (NOTIFY), so it asks the
 * database nothing while no command is open.
 */
import type pg from 'pg';
import { errorMessage } from '@apiary/base/errors';
import type { Counters } from '@apiary/base/counters';
import type { Logger } from '@apiary/base/logger';
import { listenForChanges, type ChangeListener } from '@apiary/database/changes';
import { timeOutCommands } from '@apiary/database/command-outcome-repository';
import type { DatabaseAddress } from '@apiary/database/pool';

const gatherMs = 50;
const retryMs = 1000;
/** setTimeout cannot wait longer than 24.8 days. */
const longestWaitMs = 3600_000;

export class CommandDeadlines {
  readonly #pool: pg.Pool;
  readonly #logger: Logger;
  readonly #counters: Counters;
  readonly #fallbackSeconds: number;
  readonly #listener: ChangeListener;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = Infinity;
  #stopped = false;

  constructor(options: {
    pool: pg.Pool;
    address: DatabaseAddress;
    logger: Logger;
    counters: Counters;
    fallbackSeconds: number;
  }) {
    this.#pool = options.pool;
    this.#logger = options.logger;
    this.#counters = options.counters;
    this.#fallbackSeconds = options.fallbackSeconds;
    this.#listener = listenForChanges(options.address, options.logger, {
      onChange: ({ entity }) => {
        if (entity === 'command') this.#wake(gatherMs);
      },
      onGap: () => this.#wake(gatherMs),
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#listener.stop();
  }

  #wake(inMs: number): void {
    const dueMs = Date.now() + inMs;
    if (this.#stopped || dueMs >= this.#dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => void this.#sweep(), inMs);
  }

  async #sweep(): Promise<void> {
    this.#dueMs = Infinity;
    try {
      const { timedOut, nextMs } = await timeOutCommands(this.#pool, this.#fallbackSeconds);
      if (timedOut > 0) {
        this.#counters.add('commands.timeout', timedOut);
        this.#logger.info({ fact: 'commands timed out', count: timedOut });
      }
      if (nextMs !== undefined) this.#wake(Math.min(Math.max(nextMs, 0) + 10, longestWaitMs));
    } catch (error) {
      if (this.#stopped) return;
      this.#logger.warn({ fact: 'command deadlines wait for the database', reason: errorMessage(error) });
      this.#wake(retryMs);
    }
  }
}
