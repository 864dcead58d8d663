/**
 * Cameras being moved over by FTP: takes minutes, so a request starts one and screens follow its steps. Kept in memory:
 * a restart ends it, and it can be started again from the beginning.
 */
import { AppError, conflict, errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { moveCamera, moveSteps, type MoveOptions, type MoveStep } from './camera-ftp.ts';

export interface Move {
  readonly id: string;
  readonly address: string;
  readonly startedBy: string;
  readonly startedAt: Date;
  cameraId: string | undefined;
  state: 'running' | 'done' | 'failed';
  /** The step under way, or the one that failed. */
  step: MoveStep;
  error: string | undefined;
}

const atOnce = 3;
const kept = 20;
const longestMs = 10 * 60_000;

export class Moves {
  readonly #logger: Logger;
  readonly #onChange: (id: string) => void;
  readonly #moves = new Map<string, Move>();
  readonly #stopping = new AbortController();

  constructor(logger: Logger, onChange: (id: string) => void) {
    this.#logger = logger;
    this.#onChange = onChange;
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Newest first. */
  list(): Move[] {
    return [...this.#moves.values()].reverse();
  }

  /** @throws AppError 409 when this camera, or enough others, are being moved */
  start(
    options: Omit<MoveOptions, 'onStep' | 'signal'>,
    startedBy: string,
    onEnd: (move: Move) => Promise<void>,
  ): Move {
    const running = this.list().filter(({ state }) => state === 'running');
    if (running.some(({ address }) => address === options.address))
      throw conflict('busy', 'This camera is being moved already.');
    if (running.length >= atOnce) throw conflict('busy', `${atOnce} cameras are being moved already.`);
    const move: Move = {
      id: crypto.randomUUID(),
      address: options.address,
      startedBy,
      startedAt: new Date(),
      cameraId: options.cameraId,
      state: 'running',
      step: moveSteps[0],
      error: undefined,
    };
    this.#moves.set(move.id, move);
    for (const { id, state } of [...this.#moves.values()].slice(0, -kept))
      if (state !== 'running') this.#moves.delete(id);
    void this.#run(move, options, onEnd);
    return move;
  }

  async #run(
    move: Move,
    options: Omit<MoveOptions, 'onStep' | 'signal'>,
    onEnd: (move: Move) => Promise<void>,
  ): Promise<void> {
    try {
      move.cameraId = await moveCamera({
        ...options,
        signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(longestMs)]),
        onStep: (step, cameraId) => {
          move.step = step;
          move.cameraId = cameraId;
          this.#onChange(move.id);
        },
      });
      move.state = 'done';
    } catch (error) {
      move.state = 'failed';
      move.error =
        error instanceof AppError ? error.message : 'Something went wrong; the log has the details.';
      this.#logger.warn({ fact: 'camera not moved', step: move.step, reason: errorMessage(error) });
    }
    await onEnd(move).catch((error: unknown) => {
      this.#logger.warn({ fact: 'move of a camera not audited', reason: errorMessage(error) });
    });
    this.#onChange(move.id);
  }
}
