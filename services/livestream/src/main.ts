/** Process of live view. */
import { runService } from '@apiary/base/lifecycle';
import { createLogger } from '@apiary/base/logger';
import { serviceName, startLivestream } from './app.ts';
import { loadConfig } from './config.ts';
import { quietConsole } from './quiet-console.ts';

let logger = createLogger(serviceName);
runService(logger, async () => {
  const config = loadConfig();
  logger = createLogger(serviceName, config.logLevel);
  quietConsole(logger);
  return startLivestream(config, logger);
});
