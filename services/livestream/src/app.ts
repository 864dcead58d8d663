/** Composition root of live view: media server, broker, database, signalling, stream control; starts and stops them. */
import { createServer, type IncomingMessage } from 'node:http';
import { Callers } from '@apiary/access/callers';
import { Counters } from '@apiary/base/counters';
import { errorMessage } from '@apiary/base/errors';
import { closeServer, createHttpApp, finishApp, healthHandler, listen } from '@apiary/base/http';
import type { Running } from '@apiary/base/lifecycle';
import type { Logger } from '@apiary/base/logger';
import { readSecret } from '@apiary/base/secrets';
import { createPool, serviceRoles } from '@apiary/database';
import { recordAudit } from '@apiary/database/audit-repository';
import { connectBroker, serviceClientId } from '@apiary/mqtt';
import { defaultTimings, type StreamTimings } from './stream-timings.ts';
import type { LivestreamConfig } from './config.ts';
import { iceServers, type RelayOptions } from './ice-servers.ts';
import { MediaServer } from './media-server.ts';
import { mountRoutes } from './routes.ts';
import { ServerAddresses } from './server-addresses.ts';
import { SignalingServer } from './signaling/signaling-server.ts';
import { StreamPool } from './stream-pool.ts';
import { randomBytes } from 'node:crypto';

export const serviceName = 'livestream';

const poolSize = 5;
const statementTimeoutMs = 10_000;
const brokerWaitMs = 5000;
const keepWatchingAnswerMs = 60_000;

export interface RunningLivestream extends Running {
  /** Port in use. */
  readonly port: number;
}

/** What tests may want faster. All ms. */
export interface Tuning extends Partial<StreamTimings> {
  readonly pingMs?: number;
  readonly loginCheckMs?: number;
  readonly maxWatchMs?: number;
  readonly keepWatchingAnswerMs?: number;
  readonly callTimeoutMs?: number;
}

/** Starts the service. The database must be migrated; media server and broker may come later. */
export async function startLivestream(
  config: LivestreamConfig,
  logger: Logger,
  tuning: Tuning = {},
): Promise<RunningLivestream> {
  const [databasePassword, brokerPassword, sessionSecret] = (await Promise.all(
    ['database-password', 'broker-password', 'session-secret'].map((name) =>
      readSecret(config.secretsDir, serviceName, name),
    ),
  )) as [string, string, string];
  const relay = await relayOptions(config);
  const counters = new Counters();
  const address = { ...config.database, user: serviceRoles.livestream, password: databasePassword };
  const db = createPool(address, logger, { applicationName: serviceName, max: poolSize, statementTimeoutMs });
  const media = new MediaServer({
    url: config.mediaServerUrl,
    logger,
    ...(tuning.callTimeoutMs === undefined ? {} : { callTimeoutMs: tuning.callTimeoutMs }),
  });
  const broker = connectBroker({
    ...config.broker,
    username: 'svc-livestream',
    password: brokerPassword,
    clientId: serviceClientId('svc-livestream', brokerPassword),
    logger,
    onStateChange: ({ connected }) => {
      if (connected) pool.onBroker();
    },
  });
  const ownAddresses = [
    config.serverAddress,
    ...(config.externalAddress === undefined ? [] : [config.externalAddress]),
  ];
  const pool: StreamPool = new StreamPool({
    db,
    database: address,
    media,
    broker,
    logger,
    counters,
    addresses: new ServerAddresses(config),
    keepaliveMs: config.keepaliveMs,
    brokerWaitMs,
    onUsers: (userIds) => void signaling.recheck(userIds),
    limits: { ...config.mediaPorts, maxViewersPerStream: config.maxViewersPerStream },
    timings: { ...defaultTimings, graceMs: config.graceMs, ...tuning },
  });
  const callers = new Callers(db, sessionSecret);

  const app = createHttpApp();
  app.set('trust proxy', config.trustedProxies);
  app.get(
    '/health',
    healthHandler(
      serviceName,
      {
        database: () => db.query('select 1'),
        broker: () => stands(broker.connected),
        'media-server': () => stands(media.connected),
      },
      counters,
    ),
  );
  mountRoutes(app, {
    pool,
    callers,
    db,
    ticketSecret: sessionSecret,
    mediaConnected: () => media.connected,
  });
  finishApp(app, logger);

  const trusts = app.get('trust proxy fn') as (address: string, hop: number) => boolean;
  const signaling: SignalingServer = new SignalingServer({
    pool,
    callers,
    logger,
    counters,
    ticketSecret: sessionSecret,
    names: [...ownAddresses, ...(config.serverName === undefined ? [] : [config.serverName])],
    pagePorts: config.pagePorts,
    addressOf: (request) => clientAddress(request, trusts),
    iceServers: () => iceServers(relay, randomBytes(6).toString('hex'), Date.now()),
    maxWatchMs: tuning.maxWatchMs ?? config.maxMinutes * 60_000,
    answerWithinMs: tuning.keepWatchingAnswerMs ?? keepWatchingAnswerMs,
    audit: (actor, cameraId, from) => {
      recordAudit(db, { actor, action: 'live_watched', cameraId, address: from }).catch((error: unknown) => {
        logger.warn({ fact: 'audit row not written', reason: errorMessage(error) });
      });
    },
    ...(tuning.pingMs === undefined ? {} : { pingMs: tuning.pingMs }),
    ...(tuning.loginCheckMs === undefined ? {} : { loginCheckMs: tuning.loginCheckMs }),
  });

  media.start();
  pool.start();
  const server = createServer({ headersTimeout: 15_000, requestTimeout: 30_000 }, app);
  signaling.attach(server);
  const port = await listen(server, config.listenPort, config.listenHost);
  logger.info({ fact: 'listening', host: config.listenHost, port, relay: relay !== undefined });

  return {
    port,
    stop: async () => {
      await signaling.stop();
      await pool.stop();
      await closeServer(server, 1000);
      media.stop();
      await broker.close();
      await db.end();
    },
  };
}

async function relayOptions(config: LivestreamConfig): Promise<RelayOptions | undefined> {
  if (config.turn === undefined) return undefined;
  return {
    ...config.turn,
    addresses: [
      config.serverAddress,
      ...(config.externalAddress === undefined ? [] : [config.externalAddress]),
    ],
    tlsName: config.serverName ?? config.serverAddress,
    secret: await readSecret(config.secretsDir, serviceName, 'turn-secret'),
  };
}

const stands = (connected: boolean): Promise<void> =>
  connected ? Promise.resolve() : Promise.reject(new Error('not connected'));

/** The socket's peer, or what a trusted edge says of its own. */
function clientAddress(request: IncomingMessage, trusts: (address: string, hop: number) => boolean): string {
  const peer = request.socket.remoteAddress ?? '';
  const forwarded = request.headers['x-forwarded-for'];
  if (!trusts(peer, 0) || typeof forwarded !== 'string') return peer;
  return forwarded.split(',').at(-1)?.trim() ?? peer;
}
