/**
 * The embedded stack's broker: aedes behind two listeners, with EMQX's rules, EMQX's presence events and a durable
 * queue. `docs/ref/broker.md` says what it promises; `test/parity` holds it against EMQX.
 */
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { Aedes, type Client } from 'aedes';
import { systemClock, type Clock } from '@apiary/base/clock';
import { Counters } from '@apiary/base/counters';
import { errorMessage } from '@apiary/base/errors';
import { closeServer } from '@apiary/base/http';
import type { Logger } from '@apiary/base/logger';
import { dropWill, forgetClosedClient, leftProperly, limitPacketSize } from './aedes-internals.ts';
import { ApiKeys, createApi } from './api.ts';
import { Connections } from './connections.ts';
import { createHooks, mayGet } from './gatekeeper.ts';
import { handshakeTimeoutMs, maxTopicLevels, zoneLimits } from './limits.ts';
import {
  createCameraListener,
  createServiceListener,
  listenOn,
  reloadCertificates,
  watchFiles,
  type CertificateFiles,
} from './listeners.ts';
import { peerOf } from './peer.ts';
import { SessionPersistence } from './persistence.ts';
import { Presence } from './presence.ts';
import { Sessions } from './sessions.ts';
import { Users } from './users.ts';

/** Port 0 means a free one. */
export interface BrokerOptions {
  /** Folder of the durable queue; made when missing. One broker at a time. */
  readonly dataDir: string;
  readonly cameras: { readonly host: string; readonly port: number; readonly files: CertificateFiles };
  /** `usersFile`: `user_id,password,is_superuser`. */
  readonly services: { readonly host: string; readonly port: number; readonly usersFile: string };
  /** `keysFile`: lines `key:secret`. */
  readonly api: { readonly host: string; readonly port: number; readonly keysFile: string };
  readonly logger: Logger;
  /** Name in `$SYS` topics. Default `apiary@127.0.0.1`. */
  readonly node?: string;
  readonly clock?: Clock;
  /** How often certificates, users and keys are looked at for changes. Default 2000. */
  readonly reloadIntervalMs?: number;
}

export interface Broker {
  readonly cameraPort: number;
  readonly servicePort: number;
  readonly apiPort: number;
  readonly counters: Counters;
  /** Closes listeners and connections, writes what is left. Wills are not published: the broker leaves, not they. */
  stop(): Promise<void>;
}

/** @throws FatalError when certificates, users or API keys cannot be used; Error when a port is taken */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { logger } = options;
  const clock = options.clock ?? systemClock;
  const node = options.node ?? 'apiary@127.0.0.1';
  const counters = new Counters();
  const connections = new Connections();
  let stopping = false;

  const users = new Users();
  await users.load(options.services.usersFile);
  const apiKeys = new ApiKeys();
  await apiKeys.load(options.api.keysFile);
  const { files } = options.cameras;
  const cameraServer = await createCameraListener(files, (socket) => handle(socket), counters, logger);
  // Last of what can fail: from here on there is something to close.
  const sessions = await Sessions.open({ dir: options.dataDir, logger, clock, counters });

  const aedes = new Aedes({
    id: 'apiary',
    persistence: new SessionPersistence({ sessions, peerOf, mayGet }),
    // 0: deliveries under way are bounded per client, not for all together.
    concurrency: 0,
    connectTimeout: handshakeTimeoutMs,
    drainTimeout: 0,
    maxTopicLevels,
    // A client may send a whole socket buffer behind its CONNECT.
    queueLimit: 1000,
    ...createHooks({ users, sessions, connections, counters, clock, logger, stopping: () => stopping }),
  });
  await aedes.listen();
  const presence = new Presence(aedes, node);

  const handle = (socket: Duplex): void => {
    if (stopping) {
      socket.destroy();
      return;
    }
    const client = aedes.handle(socket);
    const peer = peerOf(client);
    if (peer === undefined) return;
    limitPacketSize(client, zoneLimits[peer.zone].maxPacketBytes, () => {
      peer.endReason = 'frame_too_large';
    });
  };

  aedes.on('client', (client: Client) => {
    const connection = peerOf(client)?.connection;
    if (client.closed || connection === undefined) {
      forgetClosedClient(aedes, client);
      return;
    }
    connections.add(client, connection);
    counters.add('client.connected');
    presence.connected(connection, clock.now());
    logger.info({ fact: 'client connected', clientId: client.id, userName: connection.userName });
  });
  aedes.on('clientReady', (client: Client) => {
    const connection = peerOf(client)?.connection;
    if (client.clean || client.closed || connection === undefined) return;
    sessions.get(client.id)?.attach(client.conn, connection);
  });
  aedes.on('clientDisconnect', (client: Client) => {
    const connection = connections.remove(client);
    if (connection === undefined) return;
    const now = clock.now();
    if (!client.clean) sessions.get(client.id)?.detach(now);
    const reason = reasonOf(client);
    counters.add('client.disconnected');
    presence.disconnected(connection, reason, now);
    logger.info({ fact: 'client disconnected', clientId: client.id, reason });
  });
  aedes.on('keepaliveTimeout', (client: Client) => note(client, 'keepalive_timeout'));
  aedes.on('clientError', (client: Client, error: Error) => {
    if (isProtocolFault(error)) note(client, 'protocol_error');
    logger.debug({ fact: 'client error', clientId: client.id, reason: error.message });
  });
  aedes.on('connectionError', (client: Client, error: Error) => {
    counters.add('connection.failed');
    logger.debug({ fact: 'connection failed', address: peerOf(client)?.ipAddress, reason: error.message });
  });

  const serviceServer = createServiceListener(handle);
  const apiServer = createServer(createApi({ node, apiKeys, connections, sessions, counters, logger }));
  const interval = options.reloadIntervalMs ?? 2000;
  const onLoadError = (error: unknown): void => {
    logger.error({ fact: 'changed file not taken up', reason: errorMessage(error) });
  };
  const watches = [
    watchFiles([files.ca, files.certificate, files.key], interval, () => {
      void reloadCertificates(cameraServer, files, logger);
    }),
    watchFiles([options.services.usersFile], interval, () => {
      users.load(options.services.usersFile).catch(onLoadError);
    }),
    watchFiles([options.api.keysFile], interval, () => {
      apiKeys.load(options.api.keysFile).catch(onLoadError);
    }),
  ];

  const stop = async (): Promise<void> => {
    stopping = true;
    for (const watch of watches) watch.stop();
    const closed = [cameraServer, serviceServer].map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    for (const { client } of connections.all()) dropWill(client);
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await closeServer(apiServer, 1000);
    await withoutWaiting(closed);
    await sessions.close();
  };

  try {
    // Cameras last: by then services can reach everything.
    const servicePort = await listenOn(
      'BROKER_PORT',
      serviceServer,
      options.services.port,
      options.services.host,
    );
    const apiPort = await listenOn('BROKER_API_PORT', apiServer, options.api.port, options.api.host);
    const cameraPort = await listenOn(
      'MQTT_TLS_PORT',
      cameraServer,
      options.cameras.port,
      options.cameras.host,
    );
    logger.info({ fact: 'broker listens', cameraPort, servicePort, apiPort });
    return { cameraPort, servicePort, apiPort, counters, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function note(client: Client, reason: string): void {
  const peer = peerOf(client);
  if (peer !== undefined) peer.endReason ??= reason;
}

/** EMQX's words. */
function reasonOf(client: Client): string {
  const peer = peerOf(client);
  if (leftProperly(client)) return 'normal';
  return peer?.endReason ?? (peer?.zone === 'camera' ? 'ssl_closed' : 'tcp_closed');
}

/** An error of the parser or of aedes, as opposed to one of the socket, which carries a code. */
const isProtocolFault = (error: Error): boolean =>
  !('code' in error) && error.message !== 'connection closed';

/** Sockets that aedes never saw (mid-handshake) would keep a server from closing: they get a second. */
async function withoutWaiting(closed: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const second = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 1000);
  });
  await Promise.race([Promise.all(closed), second]);
  clearTimeout(timer);
}
