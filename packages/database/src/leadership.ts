/**
 * One instance of a service works, others wait: a session-level advisory lock of PostgreSQL, which the server gives up
 * by itself when the holder's connection ends. Losing that connection means to stop at once, since another may already
 * work.
 */
import pg from 'pg';
import { delay, withDeadline } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import type { DatabaseAddress } from './pool.ts';

export interface Leadership {
  readonly leading: boolean;
  /** Stops the work, then gives the lock back. */
  stop(): Promise<void>;
}

/** What is done while leading. */
export interface LedWork {
  /** `graceful`: there is time to finish what is under way. Otherwise another may have taken over. */
  stop(graceful: boolean): Promise<void>;
}

/** Every session lock by its number, so that no two share one; 7401 is the migration's. */
export const lockKeys = { 'mqtt-processor': 7402, notifier: 7403, janitor: 7406 } as const;
type Service = keyof typeof lockKeys;

const waitMs = 500;
const probeMs = 5000;
const probeTimeoutMs = 4000;

export function holdLeadership(options: {
  service: Service;
  address: DatabaseAddress;
  logger: Logger;
  lead: () => Promise<LedWork>;
}): Leadership {
  const { service, address, logger, lead } = options;
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let leading = false;
  let lastFault = '';

  const term = async (): Promise<void> => {
    const client = new pg.Client({
      ...address,
      application_name: `${service} lock`,
      keepAlive: true,
      connectionTimeoutMillis: 5000,
    });
    const lost = new Promise<string>((resolve) => {
      client.on('error', (error) => resolve(errorMessage(error)));
      client.on('end', () => resolve('connection ended'));
    });
    const stopped = new Promise<undefined>((resolve) => {
      stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true });
      if (isStopping()) resolve(undefined);
    });
    try {
      await client.connect();
      await waitForLock(client, lockKeys[service], stopping.signal, logger);
      lastFault = '';
      logger.info({ fact: 'leading: this instance works' });
      const work = await lead();
      leading = true;
      const probing = probe(client, stopping.signal);
      const reason = await Promise.race([lost, stopped, probing]);
      leading = false;
      if (reason !== undefined) logger.warn({ fact: 'lock lost: work stops', reason });
      await work.stop(reason === undefined);
    } finally {
      leading = false;
      // Also when the peer is gone and no goodbye is possible.
      await withDeadline(client.end(), 2000, 'closing').catch(() => undefined);
    }
  };

  const run = (async () => {
    while (!isStopping()) {
      try {
        await term();
      } catch (error) {
        if (isStopping()) return;
        if (errorMessage(error) !== lastFault)
          logger.warn({ fact: 'waiting for the database', reason: errorMessage(error) });
        lastFault = errorMessage(error);
      }
      await delay(waitMs, stopping.signal).catch(() => undefined);
    }
  })();

  return {
    get leading() {
      return leading;
    },
    stop: async () => {
      stopping.abort(new Error('stopping'));
      await run;
    },
  };
}

async function waitForLock(
  client: pg.Client,
  lockKey: number,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  const held = async (): Promise<boolean> => {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
      lockKey,
    ]);
    return rows[0]?.held === true;
  };
  if (await held()) return;
  logger.info({ fact: 'standing by: another instance works' });
  while (!(await held())) await delay(waitMs, signal);
}

/** Resolves with a reason when the server stops answering; a dead peer sends no error. */
async function probe(client: pg.Client, signal: AbortSignal): Promise<string | undefined> {
  for (;;) {
    try {
      await delay(probeMs, signal);
    } catch {
      return undefined;
    }
    try {
      await withDeadline(client.query('select 1'), probeTimeoutMs, 'the lock probe');
    } catch (error) {
      return errorMessage(error);
    }
  }
}
