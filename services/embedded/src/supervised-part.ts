/**
 * One part under supervision: started, watched, started again with growing pauses when it ends by itself, stopped by
 * its own signal within its deadline.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { delay } from '@apiary/base/deadline';
import { FatalError, errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { openLog, rotateIfLarge, sizeOf, tailOf } from './log-file.ts';
import type { Part } from './part.ts';
import { endProcess, identify, type ProcessIdentity } from './process-identity.ts';
import type { PartState, PartStatus, RunFolder } from './run-folder.ts';

export interface Pauses {
  /** Pause before the first restart; doubles with each further one. */
  readonly firstMs: number;
  readonly maxMs: number;
  /** A part that ran this long starts again from the first pause. */
  readonly stableMs: number;
}

/** Short enough that a killed part is back before a camera notices, long enough not to spin. */
export const defaultPauses: Pauses = { firstMs: 250, maxMs: 30_000, stableMs: 30_000 };

/** Ends in a row before the first readiness after which the start is given up: waiting would not mend it. */
const maxFailedStarts = 3;
const probeEveryMs = 50;
const probeTimeoutMs = 5000;

export class SupervisedPart {
  readonly part: Part;
  readonly #folder: RunFolder;
  readonly #logger: Logger;
  readonly #pauses: Pauses;
  readonly #onChange: () => void;
  readonly #stopped = new AbortController();
  #state: PartState = 'waiting';
  #since = new Date();
  #note: string | undefined;
  #notReady: string | undefined;
  /** Where the log of the latest life begins. */
  #logStart = 0;
  #child: ChildProcess | undefined;
  #identity: ProcessIdentity | undefined;
  #starts = 0;
  #failedStarts = 0;
  #wasReady = false;
  #keeping: Promise<void> = Promise.resolve();

  constructor(part: Part, folder: RunFolder, logger: Logger, pauses: Pauses, onChange: () => void) {
    this.part = part;
    this.#folder = folder;
    this.#logger = logger.child({ part: part.name });
    this.#pauses = pauses;
    this.#onChange = onChange;
  }

  status(): PartStatus {
    return {
      name: this.part.name,
      state: this.#state,
      process: this.#identity,
      stopSignal: this.part.stopSignal,
      stopTimeoutMs: this.part.stopTimeoutMs,
      restarts: Math.max(0, this.#starts - 1),
      since: this.#since.toISOString(),
      note: this.#note,
    };
  }

  /**
   * Resolves when the part is ready for the first time (a task: has succeeded).
   * @throws FatalError with the tail of its log when it cannot be brought up
   */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#keeping = this.#keep(resolve).catch((error: unknown) => {
        this.#enter('failed', errorMessage(error));
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  async stop(): Promise<void> {
    const wasUp = this.#identity !== undefined;
    if (wasUp) this.#enter('stopping');
    this.#stopped.abort(new Error('stopped'));
    if (this.#identity !== undefined) {
      const gentle = await endProcess(this.#identity, this.part.stopSignal, this.part.stopTimeoutMs);
      if (!gentle) this.#logger.warn({ fact: 'part killed', waitedMs: this.part.stopTimeoutMs });
    }
    await this.#keeping;
    if (this.#state !== 'done' && this.#state !== 'failed') this.#enter('stopped');
  }

  rotateLog(): void {
    try {
      if (rotateIfLarge(this.#folder.logFile(this.part.name))) this.#logger.info({ fact: 'log rotated' });
    } catch (error) {
      this.#logger.warn({ fact: 'log not rotated', reason: errorMessage(error) });
    }
  }

  /** Runs until stopped (or, a task, until it succeeded once). */
  async #keep(onReady: () => void): Promise<void> {
    let pauseMs = this.#pauses.firstMs;
    while (!this.#isStopped()) {
      const startedAt = Date.now();
      const code = await this.#runOnce(() => {
        this.#wasReady = true;
        onReady();
      });
      if (this.#isStopped()) return;
      if (this.part.kind === 'task' && code === 0) {
        this.#enter('done');
        onReady();
        return;
      }
      this.#failedStarts += 1;
      if (!this.#wasReady && this.#failedStarts >= maxFailedStarts)
        throw new FatalError(this.#explain(`ended at once, ${maxFailedStarts} times (last: ${code})`));
      if (Date.now() - startedAt >= this.#pauses.stableMs) pauseMs = this.#pauses.firstMs;
      this.#logger.warn({ fact: 'part ended', code, restartInMs: pauseMs });
      this.#enter('backoff', `ended (${code}); starts again in ${pauseMs} ms`);
      await delay(pauseMs, this.#stopped.signal).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, this.#pauses.maxMs);
    }
  }

  /** One life of the process. Resolves with its exit code or signal, or with why it could not be started. */
  async #runOnce(onReady: () => void): Promise<number | string> {
    this.#enter('starting');
    try {
      await this.part.prepare?.();
    } catch (error) {
      if (error instanceof FatalError) throw error;
      return errorMessage(error);
    }
    if (this.#isStopped()) return 'stopped';
    this.#logStart = sizeOf(this.#folder.logFile(this.part.name));
    const log = openLog(this.#folder.logFile(this.part.name));
    const { command, args, cwd, env, uid, gid } = this.part;
    const child = spawn(command, [...args], {
      cwd,
      env,
      stdio: ['ignore', log, log],
      // Own session: a Ctrl-C meant for the supervisor must not reach the parts out of order.
      detached: true,
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    });
    closeSync(log);
    const exited = new Promise<number | string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? code ?? 'unknown'));
    });
    this.#starts += 1;
    this.#child = child;
    // Written down before anything else: whoever comes after a killed supervisor must find the child.
    this.#identity = child.pid === undefined ? undefined : identify(child.pid);
    if (child.pid !== undefined) this.#folder.writePid(this.part.name, child.pid);
    this.#onChange();
    const over = new AbortController();
    const watching = this.part.kind === 'process' ? this.#watchReadiness(over.signal, onReady) : undefined;
    const code = await exited;
    over.abort(new Error('ended'));
    await watching;
    this.#child = undefined;
    this.#identity = undefined;
    this.#folder.removePid(this.part.name);
    return code;
  }

  /** Probes until ready; at the deadline the process is killed, which counts as an end. */
  async #watchReadiness(over: AbortSignal, onReady: () => void): Promise<void> {
    const deadline = Date.now() + this.part.readyTimeoutMs;
    let last = 'no answer';
    const isOver = (): boolean => over.aborted || this.#isStopped();
    while (!isOver()) {
      try {
        await this.#probe(over);
        if (isOver()) return;
        this.#failedStarts = 0;
        this.#enter('ready');
        onReady();
        return;
      } catch (error) {
        last = errorMessage(error);
      }
      if (Date.now() > deadline) {
        this.#logger.error({ fact: 'part not ready', waitedMs: this.part.readyTimeoutMs, reason: last });
        this.#notReady = `not ready after ${this.part.readyTimeoutMs} ms: ${last}`;
        if (!this.#wasReady) this.#failedStarts = maxFailedStarts;
        this.#child?.kill('SIGKILL');
        return;
      }
      await delay(probeEveryMs, over).catch(() => undefined);
    }
  }

  /** One attempt, held to its deadline and to the life of the process whatever the probe itself does. */
  async #probe(over: AbortSignal): Promise<void> {
    if (this.part.ready === undefined) return;
    const signal = AbortSignal.any([over, AbortSignal.timeout(probeTimeoutMs)]);
    await Promise.race([
      this.part.ready(signal),
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      }),
    ]);
  }

  /** A method, since the compiler would take a property read once for settled. */
  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  #explain(what: string): string {
    const tail = tailOf(this.#folder.logFile(this.part.name), 2000, this.#logStart);
    return `${this.part.name}: ${this.#notReady ?? what}.${tail === '' ? '' : `\nEnd of ${this.#folder.logFile(this.part.name)}:\n${tail}`}`;
  }

  #enter(state: PartState, note?: string): void {
    if (state !== this.#state) this.#logger.info({ fact: 'part state', state });
    this.#state = state;
    this.#since = new Date();
    if (state !== 'starting' || note !== undefined) this.#note = note;
    this.#onChange();
  }
}
