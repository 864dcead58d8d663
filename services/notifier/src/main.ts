/** Process entry of the notifier. */
import { runService } from '@apiary/base/lifecycle';
import { createLogger } from '@apiary/base/logger';
import { serviceName, startNotifier } from './app.ts';
import { readConfig } from './config.ts';

const bootLogger = createLogger(serviceName);
runService(bootLogger, async () => {
  const config = await readConfig();
  return await startNotifier(config, createLogger(serviceName, config.logLevel));
});
