/** The TLS edge of the embedded stack as a process. */
import { createLogger } from '@apiary/base/logger';
import { runService } from '@apiary/base/lifecycle';
import { certificateFiles } from '@apiary/base/paths';
import { listenHost, loadEdgeSettings } from './edge-config.ts';
import { startEdge } from './edge.ts';

const settings = loadEdgeSettings();
const logger = createLogger('edge', settings.LOG_LEVEL);

runService(logger, () =>
  startEdge({
    host: listenHost(settings.SERVER_ADDRESS),
    ports: [settings.HTTPS_PORT, settings.DASHBOARD_PORT],
    target: settings.DASHBOARD_URL,
    live:
      settings.LIVESTREAM_URL === ''
        ? undefined
        : { target: settings.LIVESTREAM_URL, port: settings.SIGNALING_PORT },
    certificate: certificateFiles(settings.CERTS_DIR, 'dashboard'),
    logger,
  }),
);
