/** Composition root of the config server: joins transport, routes, upload store and database; owns their order. */
import { chmod, mkdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counters } from '@apiary/base/counters';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { createHttpApp, healthHandler } from '@apiary/base/http';
import type { Running } from '@apiary/base/lifecycle';
import { createLogger, type Logger } from '@apiary/base/logger';
import { firstContactDir } from '@apiary/base/paths';
import { readSecret } from '@apiary/base/secrets';
import { createPool } from '@apiary/database/pool';
import { serviceRoles } from '@apiary/database/roles';
import type { Config } from './config.ts';
import { firstContactOf } from './first-contact.ts';
import { startBookkeeper } from './provisioning/bookkeeper.ts';
import { startJanitor, type Janitor, type JanitorOptions } from './janitor/janitor.ts';
import { certificateFilesOf } from './provisioning/certificate-files.ts';
import { certificateGate } from './provisioning/certificate-gate.ts';
import { cameraRouter, plainRouter, type RouterParts } from './routes/router.ts';
import { refuseTooLarge } from './routes/uploads.ts';
import { readServerCertificate } from './transport/tls-options.ts';
import { startTwoLanguageServer, type TransportLimits } from './transport/two-language-server.ts';
import { eventLine } from './uploads/event-line.ts';
import { uploadLayout } from './uploads/layout.ts';
import { MemoryBudget } from './uploads/receive-body.ts';
import { rememberedNames } from './uploads/remembered-names.ts';
import { prepareFolders, uploadStore } from './uploads/upload-store.ts';

const certificateCheckMs = 10_000;
const stopGraceMs = 10_000;
/** On top of the unpacking: waiting for the camera's row, syncing, committing. */
const storeMarginMs = 30_000;
const poolSize = 8;

export interface ConfigServer extends Running {
  readonly port: number;
  readonly counters: Counters;
  readonly janitor: Janitor;
}

export interface StartOptions {
  readonly logger?: Logger;
  /** For tests: shorter deadlines, smaller caps. */
  readonly limits?: Partial<TransportLimits>;
  readonly janitor?: Pick<JanitorOptions, 'measure' | 'firstAfterMs'>;
}

export async function startConfigServer(config: Config, options: StartOptions = {}): Promise<ConfigServer> {
  const logger = options.logger ?? createLogger('config-server', config.LOG_LEVEL);
  const counters = new Counters();
  const certificate = await readServerCertificate(config.CERTS_DIR);
  const layout = uploadLayout(config.DATA_DIR);
  await prepareFolders(layout).catch((error: unknown) => {
    throw new FatalError(`DATA_DIR: uploads cannot be kept in ${layout.root} (${errorMessage(error)})`);
  });
  await prepareFirstContact(config.DATA_DIR, logger);

  const address = {
    host: config.DATABASE_HOST,
    port: config.DATABASE_PORT,
    database: config.DATABASE_NAME,
    user: serviceRoles['config-server'],
    password: await readSecret(config.SECRETS_DIR, 'config-server', 'database-password'),
  };
  const pool = createPool(address, logger, { applicationName: 'config-server', max: poolSize });
  const bookkeeper = startBookkeeper(pool, logger, counters);
  const firstContact = firstContactOf(config.DATA_DIR, counters);
  const remembered = rememberedNames();
  const inEvent = eventLine();
  const certificates = certificateFilesOf(config.CERTS_DIR, config.CERTIFICATE_REPLY_KEYS);
  const shared = { counters, logger, firstContact };

  const limits = {
    maxEntries: config.ZIP_MAX_ENTRIES,
    maxBytes: config.UPLOAD_MAX_BYTES,
    maxRatio: config.ZIP_MAX_RATIO,
    maxSeconds: config.ZIP_MAX_SECONDS,
  };
  const parts: RouterParts = {
    provisioning: {
      ...shared,
      config: {
        brokerHost: config.SERVER_NAME ?? config.SERVER_ADDRESS,
        brokerPort: config.MQTT_TLS_PORT,
        configHost: config.SERVER_ADDRESS,
        configPort: config.CONFIG_PORT,
        timeServer: config.TIME_SERVER,
        wakeupIntervalSeconds: config.WAKEUP_INTERVAL_SECONDS,
        statusIntervalSeconds: config.STATUS_INTERVAL_SECONDS,
      },
      certificates,
      gate: certificateGate(config.CERTIFICATE_NETWORKS, config.CERTIFICATE_RATE_PER_MINUTE),
      requireApproval: config.REQUIRE_APPROVAL,
      pool,
      bookkeeper,
    },
    presign: { ...shared, origin: `https://${config.SERVER_ADDRESS}:${config.CONFIG_PORT}`, remembered },
    uploads: {
      ...shared,
      store: uploadStore({
        layout,
        limits,
        pool,
        requireApproval: config.REQUIRE_APPROVAL,
        inEvent,
        counters,
        logger,
      }),
      place: { incoming: layout.incoming, maxBytes: config.UPLOAD_MAX_BYTES, budget: new MemoryBudget() },
      storeTimeoutMs: config.ZIP_MAX_SECONDS * 1000 + storeMarginMs,
      remembered,
    },
    health: healthListener(counters, {
      database: () => pool.query('select 1'),
      certificates: async () => {
        if ((await certificates.reply()) === undefined) throw new Error('certificates are missing');
      },
    }),
    dashboardUrl: dashboardUrl(config),
  };

  const server = await startTwoLanguageServer({
    host: listenHost(config),
    port: config.CONFIG_PORT,
    certificate,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    logger,
    counters,
    onSecureRequest: cameraRouter(parts),
    onPlainRequest: plainRouter(parts),
    refuseContinue: (request, response) => refuseTooLarge(parts.uploads, request, response, false),
  }).catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  const janitor = startJanitor({
    pool,
    address,
    dataDir: config.DATA_DIR,
    inEvent,
    logger,
    counters,
    ...options.janitor,
  });
  const reload = watchCertificate(
    config.CERTS_DIR,
    certificate,
    (next) => server.useCertificate(next),
    logger,
  );
  logger.info({ fact: 'listening', port: server.port, address: config.SERVER_ADDRESS });

  return {
    port: server.port,
    counters,
    janitor,
    stop: async () => {
      clearInterval(reload);
      await Promise.all([server.stop(stopGraceMs), janitor.stop()]);
      await bookkeeper.stop();
      await firstContact.settled();
      await pool.end();
    },
  };
}

/** A container binds what its stack says; on a host the port is as public as SERVER_ADDRESS is. */
function listenHost(config: Config): string {
  const loopback = (address: string): boolean => address.startsWith('127.') || address === 'localhost';
  if (!loopback(config.LISTEN_HOST)) return config.LISTEN_HOST;
  return loopback(config.SERVER_ADDRESS) ? '127.0.0.1' : '0.0.0.0';
}

function dashboardUrl(config: Config): string {
  const port = config.HTTPS_PORT === 443 ? '' : `:${config.HTTPS_PORT}`;
  return `https://${config.SERVER_NAME ?? config.SERVER_ADDRESS}${port}/`;
}

/** The product's health reply on a bare server: Express for this path alone. */
function healthListener(
  counters: Counters,
  checks: Parameters<typeof healthHandler>[1],
): (request: IncomingMessage, response: ServerResponse) => void {
  const app = createHttpApp();
  // The name contract §4.2 gives this service.
  app.use(healthHandler('config_server', checks, counters));
  return (request, response) => {
    response.setHeader('Connection', 'close');
    app(request, response);
  };
}

/** The folder is shared with the mqtt-processor, another user of the same group. A failure costs captures only. */
async function prepareFirstContact(dataDir: string, logger: Logger): Promise<void> {
  try {
    const made = await mkdir(firstContactDir(dataDir), { recursive: true });
    if (made !== undefined) await chmod(firstContactDir(dataDir), 0o2770);
  } catch (error) {
    logger.warn({ fact: 'first requests are not kept', reason: errorMessage(error) });
  }
}

/** A renewed certificate is served to the next connection without a restart. */
function watchCertificate(
  certsDir: string,
  first: { cert: Buffer; key: Buffer },
  use: (certificate: { cert: Buffer; key: Buffer }) => void,
  logger: Logger,
): NodeJS.Timeout {
  let current = first;
  return setInterval(() => {
    readServerCertificate(certsDir).then(
      (next) => {
        if (next.cert.equals(current.cert) && next.key.equals(current.key)) return;
        current = next;
        use(next);
        logger.info({ fact: 'server certificate renewed' });
      },
      // Half written, most likely: the next look will tell.
      (error: unknown) =>
        logger.warn({ fact: 'server certificate not renewed', reason: errorMessage(error) }),
    );
  }, certificateCheckMs);
}
