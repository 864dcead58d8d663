/** The command: `npm run camera -- --help`. */
import { createLogger } from '@apiary/base/logger';
import { errorMessage, FatalError } from '@apiary/base/errors';
import { createProgram } from './cli.ts';

const logger = createLogger('camera-simulator');
try {
  await createProgram(logger).parseAsync();
} catch (error) {
  if (error instanceof FatalError) process.stderr.write(`${error.message}\n`);
  else logger.fatal({ err: error }, errorMessage(error));
  process.exitCode = 1;
}
