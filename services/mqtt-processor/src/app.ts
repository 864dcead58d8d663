/** The service as a whole: health port, database pool, leadership, and the work of the one that leads. */
import { createServer } from 'node:http';
import { closeServer, createHttpApp, finishApp, healthHandler, listen } from '@apiary/base/http';
import { RecoverableError } from '@apiary/base/errors';
import type { Running } from '@apiary/base/lifecycle';
import type { Logger } from '@apiary/base/logger';
import { firstContactDir } from '@apiary/base/paths';
import { readSecret } from '@apiary/base/secrets';
import { createPool, type DatabaseAddress } from '@apiary/database/pool';
import { serviceRoles } from '@apiary/database/roles';
import { createBrokerApi, serviceClientId } from '@apiary/mqtt';
import { offlineAfterSeconds, type Config } from './config.ts';
import { FirstContact } from './first-contact.ts';
import { holdLeadership } from '@apiary/database/leadership';
import { Metrics } from './metrics.ts';
import { defaultTimings, Work, type Timings } from './work.ts';

const service = 'mqtt-processor';
/** MQTT client id: fixed, because the durable session belongs to it. Only the lock's holder connects with it. */
const brokerUser = 'svc-mqtt-processor';

export interface Processor extends Running {
  readonly port: number;
  /** This instance holds the lock. */
  readonly leading: boolean;
}

export async function startProcessor(
  config: Config,
  logger: Logger,
  timings: Partial<Timings> = {},
): Promise<Processor> {
  const secret = (name: string) => readSecret(config.SECRETS_DIR, service, name);
  const [databasePassword, brokerPassword, apiKey] = await Promise.all([
    secret('database-password'),
    secret('broker-password'),
    secret('broker-api-key'),
  ]);
  const address: DatabaseAddress = {
    host: config.DATABASE_HOST,
    port: config.DATABASE_PORT,
    database: config.DATABASE_NAME,
    user: serviceRoles[service],
    password: databasePassword,
  };
  const metrics = new Metrics();
  const pool = createPool(address, logger, { applicationName: service, max: 6 });
  const firstContact = new FirstContact(firstContactDir(config.DATA_DIR), logger);
  let work: Work | undefined;

  const leadership = holdLeadership({
    service,
    address,
    logger,
    lead: () => {
      work = new Work({
        pool,
        address,
        broker: {
          host: config.BROKER_HOST,
          port: config.BROKER_PORT,
          username: brokerUser,
          password: brokerPassword,
          clientId: serviceClientId(brokerUser, brokerPassword),
        },
        api: createBrokerApi({ url: config.BROKER_API_URL, apiKey }),
        firstContact,
        logger,
        metrics,
        offlineAfterSeconds: offlineAfterSeconds(config),
        commandTimeoutSeconds: config.COMMAND_TIMEOUT_SECONDS,
        timings: { ...defaultTimings, ...timings },
      });
      return Promise.resolve(work);
    },
  });
  metrics.gauge('leading', () => (leadership.leading ? 1 : 0));
  // 1: this processor leads and all its filters are granted.
  metrics.gauge('subscribed', () => (leadership.leading && work?.consumer.subscribed === true ? 1 : 0));

  const app = createHttpApp();
  app.get(
    '/health',
    healthHandler(
      service,
      {
        database: () => pool.query('select 1'),
        // One that stands by is healthy: it would take over.
        broker: () =>
          leadership.leading && work?.consumer.subscribed !== true
            ? Promise.reject(new RecoverableError('not subscribed at the broker'))
            : Promise.resolve(),
      },
      metrics,
    ),
  );
  finishApp(app, logger);
  const server = createServer(app);
  const port = await listen(server, config.LISTEN_PORT, config.LISTEN_HOST);
  logger.info({ fact: 'listening', port });

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await closeServer(server, 500);
    await leadership.stop();
    await firstContact.stop();
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
