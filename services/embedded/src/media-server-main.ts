/** The embedded stack's media server as a process; also packaged to stand in for Kurento where its image cannot be had. */
import { createLogger } from '@apiary/base/logger';
import { runService } from '@apiary/base/lifecycle';
import { startMediaServer } from '@apiary/media-server';
import { loadMediaServerSettings, toMediaServerOptions } from './media-server-config.ts';

const settings = loadMediaServerSettings();
const logger = createLogger('media-server', settings.LOG_LEVEL);

runService(logger, () => startMediaServer(toMediaServerOptions(settings, logger)));
