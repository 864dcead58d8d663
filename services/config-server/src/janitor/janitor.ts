/**
 * The janitor of the uploads: rounds by a timer, when something was deleted, and when a person asks. One at a time in the
 * whole installation (an advisory lock on a connection of its own, so that a process that dies lets go of it).
 */
import pg from 'pg';
import { errorMessage } from '@apiary/base/errors';
import type { Counters } from '@apiary/base/counters';
import type { Logger } from '@apiary/base/logger';
import { listenOn } from '@apiary/database/changes';
import { recordAudit } from '@apiary/database/audit-repository';
import { recordingExists } from '@apiary/database/janitor-repository';
import { lockKeys } from '@apiary/database/leadership';
import type { DatabaseAddress } from '@apiary/database/pool';
import { finishTask, openTasks, startTask, type TaskRow } from '@apiary/database/storage-queries';
import type { EventLine } from '../uploads/event-line.ts';
import { uploadLayout } from '../uploads/layout.ts';
import { orphans } from './orphans.ts';
import type { RemovalParts } from './removals.ts';
import { retentionRound, type RoundOptions } from './retention-round.ts';
import { trashOf } from './trash.ts';

const everyMs = 10 * 60_000;
const firstAfterMs = 5000;
const retryMs = 15_000;

export interface JanitorOptions {
  readonly pool: pg.Pool;
  readonly address: DatabaseAddress;
  readonly dataDir: string;
  readonly inEvent: EventLine;
  readonly logger: Logger;
  readonly counters: Counters;
  readonly measure?: RoundOptions['measure'];
  /** For tests: no round by itself. */
  readonly firstAfterMs?: number;
}

export interface Janitor {
  /** A round as soon as the one under way has ended; resolves after it. False: another process has the lock. */
  round(): Promise<boolean>;
  stop(): Promise<void>;
}

export function startJanitor(options: JanitorOptions): Janitor {
  const { pool, address, dataDir, inEvent, logger, counters } = options;
  const layout = uploadLayout(dataDir);
  const parts: RemovalParts = { pool, dataDir, layout, trash: trashOf(dataDir, layout.root), inEvent };
  const stopping = new AbortController();
  let line: Promise<unknown> = Promise.resolve();
  let waiting: Promise<boolean> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let recovered = false;

  const next = (afterMs: number): void => {
    clearTimeout(timer);
    if (!stopping.signal.aborted) timer = setTimeout(() => void quietly(), afterMs);
  };
  const quietly = async (): Promise<void> => {
    try {
      next((await round()) ? everyMs : retryMs);
    } catch (error) {
      counters.add('janitor_failures');
      logger.warn({ fact: 'round of the janitor failed', reason: errorMessage(error) });
      next(retryMs);
    }
  };
  /** Asked twice while one waits: one round does for both. */
  const round = (): Promise<boolean> => {
    waiting ??= line
      .catch(() => undefined)
      .then(() => {
        waiting = undefined;
        return stopping.signal.aborted ? false : alone(address, work);
      });
    line = waiting;
    return waiting;
  };
  const work = async (): Promise<void> => {
    // What a process that died left half moved. Only who has the lock may judge it.
    if (!recovered) await parts.trash.recover((stored) => recordingExists(pool, stored));
    recovered = true;
    const tasks = await openTasks(pool);
    for (const task of tasks.filter(({ kind }) => kind !== 'retention'))
      await carryOut(task, orphansOf(task));
    const asked = tasks.filter(({ kind }) => kind === 'retention');
    for (const { taskId } of asked) await startTask(pool, taskId);
    const result = await retentionRound(parts, {
      signal: stopping.signal,
      now: new Date(),
      ...(options.measure === undefined ? {} : { measure: options.measure }),
    });
    for (const { taskId } of asked) await finishTask(pool, taskId, { result });
    if (Object.values(result).some((count) => count > 0)) {
      logger.info({ fact: 'tidied up', ...result });
      await recordAudit(pool, {
        actor: 'config-server',
        action: 'retention_carried_out',
        details: { ...result },
      });
    }
  };
  const orphansOf = (task: TaskRow) => () =>
    orphans(parts, { clean: task.kind === 'orphans-clean', now: new Date(), signal: stopping.signal });
  const carryOut = async (task: TaskRow, run: () => Promise<object>): Promise<void> => {
    await startTask(pool, task.taskId);
    try {
      await finishTask(pool, task.taskId, { result: await run() });
    } catch (error) {
      // Stopped in the middle: it stays open for the next process.
      if (stopping.signal.aborted) return;
      await finishTask(pool, task.taskId, { error: errorMessage(error) });
    }
  };

  const listener = listenOn('janitor', address, logger, {
    onNotice: () => void quietly(),
    onGap: () => undefined,
  });
  next(options.firstAfterMs ?? firstAfterMs);
  return {
    round,
    stop: async () => {
      stopping.abort();
      clearTimeout(timer);
      await listener.stop();
      await line.catch(() => undefined);
    },
  };
}

/** False: another one has the lock. */
async function alone(address: DatabaseAddress, work: () => Promise<void>): Promise<boolean> {
  const client = new pg.Client({ ...address, application_name: 'janitor', connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [
      lockKeys.janitor,
    ]);
    if (rows[0]?.got !== true) return false;
    await work();
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}
