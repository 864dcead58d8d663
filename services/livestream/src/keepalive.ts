/**
 * Keepalives of one stream (contract §9.7): the first at once, then one a period. Failures are counted in a row; too
 * many end the sender, for the camera has given the stream up by then.
 */
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { cameraKeepaliveLimitSeconds, keepaliveCommand } from '@apiary/contract';
import type { BrokerClient } from '@apiary/mqtt';

export interface KeepaliveOptions {
  readonly broker: Pick<BrokerClient, 'publishCommand'>;
  readonly cameraId: string;
  readonly streamId: string;
  readonly periodMs: number;
  readonly logger: Logger;
  /** Called once: nothing more is sent. */
  readonly onDead: () => void;
}

export interface KeepaliveStats {
  readonly running: boolean;
  readonly intervalSeconds: number;
  readonly sent: number;
  readonly failures: number;
  readonly failuresInARow: number;
  readonly lastSuccess: Date | undefined;
  readonly lastError: string | undefined;
  readonly elapsedSeconds: number;
}

const publishTimeoutMs = 2000;

export class Keepalive {
  readonly #options: KeepaliveOptions;
  readonly #mostInARow: number;
  readonly #startedAt = Date.now();
  #timer: NodeJS.Timeout | undefined;
  #running = true;
  #sent = 0;
  #failures = 0;
  #inARow = 0;
  #lastSuccess: Date | undefined;
  #lastError: string | undefined;

  constructor(options: KeepaliveOptions) {
    this.#options = options;
    const beforeLimit = Math.floor((cameraKeepaliveLimitSeconds * 1000) / options.periodMs) - 1;
    this.#mostInARow = Math.max(2, Math.min(5, beforeLimit));
    this.nudge();
  }

  /** Sends one now, and goes on from there. */
  nudge(): void {
    clearTimeout(this.#timer);
    if (!this.#running) return;
    this.#timer = setTimeout(() => this.nudge(), this.#options.periodMs);
    void this.#send();
  }

  async #send(): Promise<void> {
    const { broker, cameraId, streamId, logger, onDead } = this.#options;
    try {
      await broker.publishCommand(keepaliveCommand(cameraId, streamId, this.#sent, new Date()), {
        timeoutMs: publishTimeoutMs,
      });
      this.#sent++;
      this.#inARow = 0;
      this.#lastSuccess = new Date();
    } catch (error) {
      if (!this.#running) return;
      this.#failures++;
      this.#inARow++;
      this.#lastError = errorMessage(error);
      logger.warn({
        fact: 'keepalive not sent',
        cameraId,
        streamId,
        inARow: this.#inARow,
        reason: this.#lastError,
      });
      if (this.#inARow < this.#mostInARow) return;
      this.stop();
      onDead();
    }
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  get stats(): KeepaliveStats {
    return {
      running: this.#running,
      intervalSeconds: this.#options.periodMs / 1000,
      sent: this.#sent,
      failures: this.#failures,
      failuresInARow: this.#inARow,
      lastSuccess: this.#lastSuccess,
      lastError: this.#lastError,
      elapsedSeconds: (Date.now() - this.#startedAt) / 1000,
    };
  }
}
