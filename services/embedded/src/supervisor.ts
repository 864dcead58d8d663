/**
 * Keeps a table of parts running. Knows nothing of cameras, brokers or databases: `start-table.ts` does.
 * Every change is written to `state.json` before anything else happens, so that a later `up` or `down` finds all
 * processes even after this one was killed.
 */
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { startOrder, type Part } from './part.ts';
import { identify } from './process-identity.ts';
import type { RunFolder, SupervisorState } from './run-folder.ts';
import { SupervisedPart, defaultPauses, type Pauses } from './supervised-part.ts';

const lookAtLogsEveryMs = 10_000;

export class Supervisor {
  readonly #folder: RunFolder;
  readonly #logger: Logger;
  readonly #fingerprint: string;
  readonly #layers: SupervisedPart[][];
  #phase: SupervisorState['phase'] = 'starting';
  #failure: string | undefined;
  #rotation: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;

  constructor(
    parts: readonly Part[],
    options: { folder: RunFolder; logger: Logger; fingerprint: string; pauses?: Pauses },
  ) {
    this.#folder = options.folder;
    this.#logger = options.logger;
    this.#fingerprint = options.fingerprint;
    this.#layers = startOrder(parts).map((layer) =>
      layer.map(
        (part) =>
          new SupervisedPart(part, options.folder, options.logger, options.pauses ?? defaultPauses, () =>
            this.#write(),
          ),
      ),
    );
  }

  /** Resolves when all parts are ready; when one cannot be, stops the rest and rejects with the reason. */
  async start(): Promise<void> {
    this.#write();
    this.#rotation = setInterval(() => {
      for (const part of this.#layers.flat()) part.rotateLog();
    }, lookAtLogsEveryMs);
    try {
      for (const layer of this.#layers) {
        if (this.#stopping !== undefined) return;
        await Promise.all(layer.map((part) => part.start()));
      }
      this.#phase = 'running';
      this.#write();
    } catch (error) {
      this.#failure = errorMessage(error);
      await this.#stopParts();
      this.#phase = 'failed';
      this.#write();
      throw error;
    }
  }

  /** Stops the parts in reverse order, each within its deadline. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      this.#phase = 'stopping';
      this.#write();
      await this.#stopParts();
      this.#folder.removeState();
    })();
    return this.#stopping;
  }

  async #stopParts(): Promise<void> {
    clearInterval(this.#rotation);
    for (const layer of this.#layers.toReversed()) await Promise.all(layer.map((part) => part.stop()));
  }

  #write(): void {
    const supervisor = identify(process.pid);
    if (supervisor === undefined) throw new Error('/proc is not readable: the embedded stack needs Linux');
    try {
      this.#folder.writeState({
        supervisor,
        phase: this.#phase,
        fingerprint: this.#fingerprint,
        parts: this.#layers.flat().map((part) => part.status()),
        failure: this.#failure,
      });
    } catch (error) {
      // A full disk must not end the parts; it is the log that tells.
      this.#logger.error({ fact: 'state not written', reason: errorMessage(error) });
    }
  }
}
