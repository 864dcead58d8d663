/** Process of the dashboard. */
import { runService } from '@apiary/base/lifecycle';
import { createLogger } from '@apiary/base/logger';
import { serviceName, startDashboard } from './app.ts';
import { loadConfig } from './config.ts';

let logger = createLogger(serviceName);
runService(logger, async () => {
  const config = loadConfig();
  logger = createLogger(serviceName, config.logLevel);
  return startDashboard(config, logger);
});
