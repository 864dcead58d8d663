/** kurento-client talks through `console`: its words become log lines of level debug, so that the log stays one fact a line. */
import { format } from 'node:util';
import type { Logger } from '@apiary/base/logger';

export function quietConsole(logger: Logger): void {
  for (const name of ['log', 'info', 'warn', 'error', 'trace', 'debug'] as const)
    console[name] = (...words: unknown[]): void => {
      logger.debug({ fact: 'library said', text: format(...words).slice(0, 500) });
    };
}
