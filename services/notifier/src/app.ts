/** The service as a whole: health port, database pool, leadership, and the work of the one that leads. */
import { createServer } from 'node:http';
import { Counters } from '@apiary/base/counters';
import { closeServer, createHttpApp, finishApp, healthHandler, listen } from '@apiary/base/http';
import type { Running } from '@apiary/base/lifecycle';
import type { Logger } from '@apiary/base/logger';
import { readSecret } from '@apiary/base/secrets';
import { holdLeadership } from '@apiary/database/leadership';
import { createPool, type DatabaseAddress } from '@apiary/database/pool';
import { serviceRoles } from '@apiary/database/roles';
import type { NotifierConfig } from './config.ts';
import { openDesk } from './desk.ts';
import { openChannels, type OpenChannelsDeps } from './open-channels.ts';
import { Work } from './work.ts';

export const serviceName = 'notifier';

export interface Notifier extends Running {
  readonly port: number;
  /** This instance holds the lock and sends. */
  readonly leading: boolean;
}

export async function startNotifier(
  config: NotifierConfig,
  logger: Logger,
  overrides: Pick<OpenChannelsDeps, 'telegram'> = {},
): Promise<Notifier> {
  const address: DatabaseAddress = {
    ...config.database,
    user: serviceRoles.notifier,
    password: await readSecret(config.secretsDir, serviceName, 'database-password'),
  };
  const counters = new Counters();
  const pool = createPool(address, logger, { applicationName: serviceName, max: 6 });
  const channels = await openChannels({ config, pool, logger, ...overrides });
  announce(
    config,
    channels.map(({ name }) => name),
    logger,
  );

  const leadership = holdLeadership({
    service: serviceName,
    address,
    logger,
    lead: async () => {
      const work = await Work.begin({
        pool,
        address,
        channels,
        defaults: config.defaults,
        timeZone: config.timeZone,
        maxAgeMs: config.maxAgeMs,
        logger,
        counters,
      });
      // One poller a token: the bot listens where messages are sent.
      const desk = openDesk({ config, channels, db: pool, address, logger, counters });
      return {
        stop: async (graceful) => {
          await Promise.all([desk.stop(), work.stop(graceful)]);
        },
      };
    },
  });

  const app = createHttpApp();
  app.get('/health', healthHandler(serviceName, { database: () => pool.query('select 1') }, counters));
  finishApp(app, logger);
  const server = createServer(app);
  const port = await listen(server, config.listenPort, config.listenHost);
  logger.info({ fact: 'listening', port });

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await closeServer(server, 500);
    await leadership.stop();
    await Promise.all(channels.map((channel) => channel.stop()));
    await pool.end();
  };
  return {
    port,
    get leading() {
      return leadership.leading;
    },
    stop: () => (stopped ??= stop()),
  };
}

function announce(config: NotifierConfig, channels: readonly string[], logger: Logger): void {
  if (config.telegramIncomplete)
    logger.warn({ fact: 'Telegram is off: TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID are both needed' });
  logger.info({ fact: 'channels', channels });
}
