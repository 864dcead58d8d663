/** Process entry of the mqtt-processor. */
import { runService } from '@apiary/base/lifecycle';
import { createLogger } from '@apiary/base/logger';
import { startProcessor } from './app.ts';
import { readConfig } from './config.ts';

const bootLogger = createLogger('mqtt-processor');
runService(bootLogger, async () => {
  const config = readConfig();
  return await startProcessor(config, createLogger('mqtt-processor', config.LOG_LEVEL));
});
