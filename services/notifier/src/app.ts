/** The service as a whole: health port, database pool, and the work of the one instance that leads. */
import { createServer } from 'node:http';
import { Counters } from '@apiary/base/counters';
import { closeServer, createHttpApp, finishApp, healthHandler, listen } from '@apiary/base/http';
import type { Running } from '@apiary/base/lifecycle';
import type { Logger } from '@apiary/base/logger';
import { readSecret } from '@apiary/base/secrets';
import { createPool, type DatabaseAddress } from '@apiary/database/pool';
import { serviceRoles } from '@apiary/database/roles';
import type { NotifierConfig } from './config.ts';

export const serviceName = 'notifier';

export interface Notifier extends Running {
  readonly port: number;
}

export async function startNotifier(config: NotifierConfig, logger: Logger): Promise<Notifier> {
  const address: DatabaseAddress = {
    ...config.database,
    user: serviceRoles.notifier,
    password: await readSecret(config.secretsDir, serviceName, 'database-password'),
  };
  const counters = new Counters();
  const pool = createPool(address, logger, { applicationName: serviceName, max: 6 });
  const app = createHttpApp();
  app.get('/health', healthHandler(serviceName, { database: () => pool.query('select 1') }, counters));
  finishApp(app, logger);
  const server = createServer(app);
  const port = await listen(server, config.listenPort, config.listenHost);
  logger.info({ fact: 'listening', port });
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await closeServer(server, 500);
    await pool.end();
  };
  return { port, stop: () => (stopped ??= stop()) };
}
