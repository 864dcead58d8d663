/** The embedded stack's MQTT broker as a process; also packaged to stand in for EMQX where its image cannot be had. */
import { createLogger } from '@apiary/base/logger';
import { runService } from '@apiary/base/lifecycle';
import { startBroker } from '@apiary/broker';
import { loadBrokerSettings, toBrokerOptions } from './broker-config.ts';

const settings = loadBrokerSettings();
const logger = createLogger('broker', settings.LOG_LEVEL);

runService(logger, () => startBroker(toBrokerOptions(settings, logger)));
