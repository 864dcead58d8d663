/**
 * Re-sends what the owner chose to a camera that came back (contract §8): one full settings/update if any setting was
 * ever stored, then setmode, once a connection. `restored_session` is written after the broker has both, so a crash in
 * between sends them again rather than never.
 *
 * A camera may subscribe a moment after it is connected, and a command sent before is lost: a camera that has announced
 * itself gets a short moment, one of which only the broker has spoken a longer one.
 */
import type pg from 'pg';
import { errorMessage } from '@apiary/base/errors';
import type { Counters } from '@apiary/base/counters';
import type { Logger } from '@apiary/base/logger';
import {
  isCameraMode,
  setModeCommand,
  settingsCommand,
  settingsFromRows,
  type Command,
} from '@apiary/contract';
import {
  camerasToRestore,
  markPublished,
  markRestored,
  readRestoration,
  type Restoration,
} from '@apiary/database/command-outcome-repository';
import { inTransaction } from '@apiary/database/pool';
import type { BrokerClient } from '@apiary/mqtt';

export interface RestorerOptions {
  readonly pool: pg.Pool;
  readonly broker: Pick<BrokerClient, 'publishCommand' | 'connected'>;
  readonly logger: Logger;
  readonly counters: Counters;
  readonly commandTimeoutSeconds: number;
  readonly announcedDelayMs: number;
  readonly unannouncedDelayMs: number;
}

const retryMs = 2000;

export class Restorer {
  readonly #options: RestorerOptions;
  readonly #timers = new Map<string, { timer: NodeJS.Timeout; dueMs: number }>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: RestorerOptions) {
    this.#options = options;
  }

  /** A camera has a new connection. Safe to call again: the earliest time wins. */
  due(cameraId: string, announced: boolean): void {
    const { announcedDelayMs, unannouncedDelayMs } = this.#options;
    this.#schedule(cameraId, announced ? announcedDelayMs : unannouncedDelayMs);
  }

  /** What an earlier process left undone. Failing is no harm: it is called at every broker connection. */
  async resume(): Promise<void> {
    try {
      for (const cameraId of await camerasToRestore(this.#options.pool)) this.due(cameraId, false);
    } catch (error) {
      this.#options.logger.warn({ fact: 'restorations could not be listed', reason: errorMessage(error) });
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await Promise.allSettled(this.#running);
  }

  #schedule(cameraId: string, delayMs: number): void {
    if (this.#stopped) return;
    const dueMs = Date.now() + delayMs;
    const known = this.#timers.get(cameraId);
    if (known !== undefined) {
      if (known.dueMs <= dueMs) return;
      clearTimeout(known.timer);
    }
    const timer = setTimeout(() => {
      this.#timers.delete(cameraId);
      const run = this.#restore(cameraId).finally(() => this.#running.delete(run));
      this.#running.add(run);
    }, delayMs);
    this.#timers.set(cameraId, { timer, dueMs });
  }

  async #restore(cameraId: string): Promise<void> {
    const { pool, broker, logger, counters, commandTimeoutSeconds } = this.#options;
    try {
      const restoration = await readRestoration(pool, cameraId);
      if (restoration === undefined) return;
      const commands = commandsOf(restoration, new Date());
      for (const command of commands) await broker.publishCommand(command);
      await inTransaction(pool, async (client) => {
        await markRestored(client, cameraId, restoration.connectionKey);
        await markPublished(
          client,
          restoration.pending.map(({ requestId }) => requestId),
          commandTimeoutSeconds,
        );
      });
      if (commands.length === 0) return;
      counters.add('restored');
      logger.info({
        fact: 'camera state restored',
        cameraId,
        commands: commands.map(({ name }) => name),
        connection: restoration.connectionKey,
      });
    } catch (error) {
      logger.warn({ fact: 'camera state could not be restored', cameraId, reason: errorMessage(error) });
      this.#schedule(cameraId, retryMs);
    }
  }
}

/** Settings before mode: a camera in privacy should not start recording with old settings in between. */
export function commandsOf(restoration: Restoration, now: Date): Command[] {
  const { cameraId, settings, pending } = restoration;
  const newest = (name: string) => pending.filter(({ command }) => command === name).at(-1);
  const commands: Command[] = [];
  if (settings.length > 0) {
    commands.push(
      withRequestId(
        settingsCommand(cameraId, settingsFromRows(settings), now),
        newest('settings/update')?.requestId,
      ),
    );
  }
  const pendingMode = newest('system/setmode');
  const wanted = pendingMode?.expected['mode'];
  const mode = (typeof wanted === 'string' ? wanted : restoration.mode)?.toLowerCase();
  if (mode !== undefined && isCameraMode(mode))
    commands.push(withRequestId(setModeCommand(cameraId, mode, now), pendingMode?.requestId));
  return commands;
}

/** A stored command keeps its request id, so that the camera's echo finds it. */
function withRequestId(command: Command, requestId: string | undefined): Command {
  if (requestId === undefined) return command;
  const body = JSON.parse(command.payload) as Record<string, unknown>;
  return { ...command, requestId, payload: JSON.stringify({ ...body, requestId }) };
}
