/** Composition root of the dashboard: joins database, broker, files and routes; starts and stops them in order. */
import { createServer } from 'node:http';
import { access, constants, mkdir, readFile, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@apiary/base/clock';
import { Counters } from '@apiary/base/counters';
import { delay } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import { closeServer, createHttpApp, finishApp, healthHandler, listen } from '@apiary/base/http';
import type { Running } from '@apiary/base/lifecycle';
import type { Logger } from '@apiary/base/logger';
import { readSecret } from '@apiary/base/secrets';
import { createPool, isTransient, serviceRoles } from '@apiary/database';
import { deleteExpiredLoginSessions } from '@apiary/database/login-session-repository';
import { deleteOldShareLinks } from '@apiary/database/share-link-repository';
import { anyUserExists } from '@apiary/database/user-repository';
import { connectBroker, type BrokerClient, serviceClientId } from '@apiary/mqtt';
import { ensureFirstAccount } from './auth/first-account.ts';
import { OidcLogin } from './auth/oidc-login.ts';
import { Callers } from '@apiary/access/callers';
import { ShareLinks } from '@apiary/access/share-links';
import { createLoginThrottle } from './auth/login-throttle.ts';
import { createPasswords } from './auth/passwords.ts';
import type { DashboardConfig } from './config.ts';
import { CameraCommands } from './control/camera-commands.ts';
import { serveHouseRequests } from './control/house-requests.ts';
import { House } from './house/house.ts';
import { startHouseClock } from './house/house-clock.ts';
import { mountRoutes } from './http/mount-routes.ts';
import { createRequestLimits } from './http/request-limits.ts';
import { securityHeaders } from './http/security-headers.ts';
import { Mp4Cache } from '@apiary/recordings/mp4-cache';
import { ffmpegWorks } from '@apiary/recordings/mp4-remux';
import { UploadFiles } from '@apiary/recordings/upload-files';
import { Moves } from './onboarding/moves.ts';
import { ChangeHub } from './push/change-hub.ts';
import { apiRoutes } from './routes/index.ts';
import { serveWebPage } from './web-page.ts';

export const serviceName = 'dashboard';

const poolSize = 10;
const statementTimeoutMs = 15_000;
const conversionTimeoutMs = 300_000;
const mp4CacheMaxBytes = 2 * 1024 ** 3;
const sessionCleanupMs = 3_600_000;
/** A database that is starting is waited for; after that the supervisor tries again. */
const startTries = 40;
const startRetryMs = 500;

export interface RunningDashboard extends Running {
  /** Port in use. */
  readonly port: number;
}

/** Starts the service. The database must be migrated. */
export async function startDashboard(config: DashboardConfig, logger: Logger): Promise<RunningDashboard> {
  const [databasePassword, brokerPassword, sessionSecret] = (await Promise.all(
    ['database-password', 'broker-password', 'session-secret'].map((name) =>
      readSecret(config.secretsDir, serviceName, name),
    ),
  )) as [string, string, string];
  const address = { ...config.database, user: serviceRoles.dashboard, password: databasePassword };
  const counters = new Counters();
  const pool = createPool(address, logger, {
    applicationName: serviceName,
    max: poolSize,
    statementTimeoutMs,
  });
  const passwords = await createPasswords();
  await withRetries(logger, async () => {
    // The file may be deleted once the account exists.
    if (await anyUserExists(pool)) return;
    const password = await readSecret(config.secretsDir, serviceName, 'admin-password');
    await ensureFirstAccount(pool, passwords, logger, { username: config.adminUsername, password });
  });

  const broker: BrokerClient = connectBroker({
    ...config.broker,
    username: 'svc-dashboard',
    password: brokerPassword,
    clientId: serviceClientId('svc-dashboard', brokerPassword),
    logger,
  });
  const callers = new Callers(pool, sessionSecret);
  const shares = new ShareLinks(pool, sessionSecret);
  const limits = createRequestLimits();
  const oidc = config.oidc && (await OidcLogin.open(config.oidc, sessionSecret, logger));
  const hub = new ChangeHub({ db: pool, address, callers, logger, counters });
  const commands = new CameraCommands({
    pool,
    broker,
    logger,
    timeoutSeconds: config.commandTimeoutSeconds,
  });
  const moves = new Moves(logger, (id) => hub.tellChanged('add-camera', [id]));
  const house = new House({ pool, commands, clock: systemClock, timeZone: config.timeZone, logger });
  const mp4Cache = new Mp4Cache({
    ...(await cacheFolder(config.dataDir)),
    timeoutMs: conversionTimeoutMs,
    logger,
  });
  await mp4Cache.start();

  const app = createHttpApp();
  app.set('trust proxy', config.trustedProxies);
  app.use(securityHeaders);
  app.get(
    '/health',
    healthHandler(
      serviceName,
      {
        database: () => pool.query('select 1'),
        broker: () => (broker.connected ? Promise.resolve() : Promise.reject(new Error('not connected'))),
      },
      counters,
    ),
  );
  const routes = apiRoutes({
    pool,
    callers,
    shares,
    limits,
    oidc,
    logger,
    sessionSecret,
    passwords,
    throttle: createLoginThrottle(),
    commands,
    house,
    files: new UploadFiles(config.dataDir),
    mp4Cache,
    hub,
    counters,
    liveView: config.liveView,
    webPush: { publicKey: await readVapidPublicKey(config.secretsDir), hosts: config.webPushHosts },
    timeZone: config.timeZone,
    dataDir: config.dataDir,
    healthUrls: config.healthUrls,
    brokerConnected: () => broker.connected,
    certsDir: config.certsDir,
    configHost: config.configHost,
    moves,
    downloadsWork: rememberFor(60_000, () => ffmpegWorks()),
  });
  mountRoutes(app, routes, { callers, shares, limits });
  serveWebPage(app, config.webRoot);
  finishApp(app, logger);

  hub.start();
  const houseClock = startHouseClock(house, logger);
  const houseRequests = serveHouseRequests({ db: pool, address, house, logger });
  const cleanup = setInterval(() => {
    Promise.all([deleteExpiredLoginSessions(pool), deleteOldShareLinks(pool)]).catch((error: unknown) => {
      logger.warn({ fact: 'expired login sessions and links not deleted', reason: errorMessage(error) });
    });
  }, sessionCleanupMs);
  const server = createServer(app);
  const port = await listen(server, config.listenPort, config.listenHost);
  logger.info({ fact: 'listening', host: config.listenHost, port });

  return {
    port,
    stop: async () => {
      clearInterval(cleanup);
      await houseClock.stop();
      await houseRequests.stop();
      commands.stop();
      moves.stop();
      mp4Cache.stop();
      await hub.stop();
      await closeServer(server);
      await broker.close();
      await pool.end();
    },
  };
}

/** Made by `make up`; without it there is no web push, and everything else works. */
async function readVapidPublicKey(secretsDir: string): Promise<string | undefined> {
  const key = await readFile(join(secretsDir, serviceName, 'vapid-public-key'), 'utf8').catch(() => '');
  return key.trim() === '' ? undefined : key.trim();
}

async function withRetries(logger: Logger, work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await work();
      return;
    } catch (error) {
      if (tries >= startTries || !isTransient(error)) throw error;
      if (tries === 1) logger.warn({ fact: 'waiting for the database', reason: errorMessage(error) });
      await delay(startRetryMs);
    }
  }
}

/** `DATA_DIR/cache/downloads` where it can be written, else a folder for temporary files, which may be small memory. */
async function cacheFolder(dataDir: string): Promise<{ dir: string; maxBytes: number }> {
  let dir = join(dataDir, 'cache', 'downloads');
  try {
    await mkdir(dir, { recursive: true, mode: 0o750 });
    await access(dir, constants.W_OK);
  } catch {
    dir = join(tmpdir(), 'apiary-downloads');
    await mkdir(dir, { recursive: true, mode: 0o700 });
  }
  const { blocks, bsize } = await statfs(dir);
  return { dir, maxBytes: Math.min(mp4CacheMaxBytes, (blocks * bsize) / 2) };
}

/** Asks again only after a while. */
function rememberFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let until = 0;
  return () => {
    if (answer === undefined || Date.now() > until) {
      until = Date.now() + ms;
      answer = ask();
    }
    return answer;
  };
}
