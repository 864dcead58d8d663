import { createLogger } from '@apiary/base/logger';
import { runService } from '@apiary/base/lifecycle';
import { startConfigServer } from './app.ts';
import { loadConfig } from './config.ts';

const logger = createLogger('config-server');
runService(logger, async () => startConfigServer(loadConfig()));
