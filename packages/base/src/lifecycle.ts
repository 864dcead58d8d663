/**
 * One way to be a process: start, run, stop on SIGTERM or SIGINT within a deadline. `main.ts` of every service is
 * a call of `runService`.
 */
import { withDeadline } from './deadline.ts';
import { FatalError, errorMessage } from './errors.ts';
import type { Logger } from './logger.ts';

export interface Running {
  /** Undoes start: stops taking work, finishes what is acknowledged, closes sockets. */
  stop(): Promise<void>;
}

const stopTimeoutMs = 15_000;

/**
 * Starts a service and ends the process with code 0 after a clean stop, 1 after a failed start or an unexpected
 * error. A FatalError is printed as its message alone: it is meant for a person.
 */
export function runService(logger: Logger, start: () => Promise<Running>): void {
  const exit = (code: number): void => {
    // stdout may be a pipe that has not drained.
    setTimeout(() => process.exit(code), 50);
  };
  const fail = (error: unknown, fact: string): void => {
    if (error instanceof FatalError) logger.fatal(error.message);
    else logger.fatal({ err: error }, `${fact}: ${errorMessage(error)}`);
    exit(1);
  };
  process.on('uncaughtException', (error) => fail(error, 'unexpected error'));
  process.on('unhandledRejection', (error) => fail(error, 'unexpected rejection'));

  const started = start();
  started.then(
    () => logger.info('started'),
    (error: unknown) => fail(error, 'start failed'),
  );

  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    withDeadline(
      started.then((running) => running.stop()),
      stopTimeoutMs,
      'stopping',
    ).then(
      () => {
        logger.info('stopped');
        exit(0);
      },
      (error: unknown) => fail(error, 'stop failed'),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
