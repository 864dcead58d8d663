/**
 * The whole appliance as a table: what runs, in which order, with which environment, and how it shows that it works.
 * The one place where the embedded stack differs from docker-compose.yml; services cannot tell which one started them.
 */
import { join } from 'node:path';
import type { InstallationSettings } from '@apiary/admin';
import { postgresClusterDir } from '@apiary/admin';
import { publicListenAddress } from '@apiary/base/address';
import { readSecret } from '@apiary/base/secrets';
import type { Environment, SettingName } from '@apiary/base/settings';
import { ownerRole } from '@apiary/database/roles';
import { ensureDatabase, initialiseCluster, serverCommand } from '@apiary/postgres-server';
import type { InnerPorts } from './free-ports.ts';
import type { Part } from './part.ts';
import type { PublicPort } from './public-ports.ts';
import { accepts, answersHttp, answersHttps } from './readiness.ts';

export const databaseName = 'apiary';
const loopback = '127.0.0.1';

export interface TablePlan {
  /** Repository root. */
  readonly root: string;
  readonly settings: InstallationSettings;
  /** As given by environment and `.env`; only keys a part names are passed on. */
  readonly given: Environment;
  readonly ports: InnerPorts;
  /** Path of coturn's `turnserver`; undefined: not installed, viewers get no relay. */
  readonly turnserver?: string | undefined;
}

export const publicPorts = (settings: InstallationSettings, relay = false): PublicPort[] => [
  { name: 'CONFIG_PORT', port: settings.CONFIG_PORT, use: 'the config server' },
  { name: 'MQTT_TLS_PORT', port: settings.MQTT_TLS_PORT, use: 'the broker' },
  { name: 'HTTPS_PORT', port: settings.HTTPS_PORT, use: 'the dashboard' },
  { name: 'DASHBOARD_PORT', port: settings.DASHBOARD_PORT, use: 'the dashboard' },
  { name: 'SIGNALING_PORT', port: settings.SIGNALING_PORT, use: 'live view' },
  ...(relay
    ? ([
        { name: 'TURN_PORT', port: settings.TURN_PORT, use: 'the TURN relay' },
        { name: 'TURN_TLS_PORT', port: settings.TURN_TLS_PORT, use: 'the TURN relay' },
      ] as const)
    : []),
];

const folders = ['DATA_DIR', 'CERTS_DIR', 'SECRETS_DIR'] as const;
const database = ['DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_NAME'] as const;
const identityProvider = [
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_CLIENT_SECRET_FILE',
  'OIDC_SCOPES',
  'OIDC_ROLES',
  'OIDC_GROUPS_CLAIM',
  'OIDC_CA_FILE',
  'OIDC_LABEL',
] as const;

export async function startTable(plan: TablePlan): Promise<Part[]> {
  const { root, settings, ports } = plan;
  const { DATA_DIR: dataDir, SECRETS_DIR: secretsDir } = settings;
  const publicHost = publicListenAddress(settings.SERVER_ADDRESS);
  const clusterDir = postgresClusterDir(dataDir);
  const ownerPassword = await readSecret(secretsDir, 'postgres', 'owner-password');
  const postgres = serverCommand({
    dataDir: clusterDir,
    port: ports.postgres,
    configFile: join(root, 'postgres', 'postgresql.conf'),
  });
  const environment = environmentMaker(plan);
  const node = (script: string) => ({
    command: process.execPath,
    args: ['--enable-source-maps', join(root, 'services', script)],
    cwd: root,
    stopSignal: 'SIGTERM' as const,
    // Services give themselves 15 s (packages/base/src/lifecycle.ts).
    stopTimeoutMs: 20_000,
    readyTimeoutMs: 60_000,
  });

  return [
    {
      name: 'postgres',
      kind: 'process',
      after: [],
      ...postgres.options,
      command: postgres.command,
      args: postgres.args,
      // A folder that any user may enter: the server becomes another user where this one is root.
      cwd: '/',
      env: { PATH: pathOf(plan.given), LC_ALL: 'C', TZ: 'UTC' },
      prepare: () => initialiseCluster({ dataDir: clusterDir, owner: ownerRole, password: ownerPassword }),
      // Logs in, so it is one attempt at readiness too.
      ready: () => ensureDatabase(ports.postgres, ownerRole, ownerPassword, databaseName),
      // Replaying the log after a crash takes as long as it takes.
      readyTimeoutMs: 300_000,
      // Fast shutdown: ends connections, writes everything down.
      stopSignal: 'SIGINT',
      stopTimeoutMs: 60_000,
    },
    {
      ...node('admin/dist/main.js'),
      name: 'migrate',
      kind: 'task',
      after: ['postgres'],
      args: [join(root, 'services/admin/dist/main.js'), 'migrate'],
      env: environment(['SECRETS_DIR', ...database, 'LOG_LEVEL']),
    },
    {
      ...node('embedded/dist/broker-main.js'),
      name: 'broker',
      kind: 'process',
      after: [],
      env: environment([
        ...folders,
        'SERVER_ADDRESS',
        'MQTT_TLS_PORT',
        'LISTEN_HOST',
        'BROKER_PORT',
        'BROKER_API_PORT',
        'LOG_LEVEL',
      ]),
      ready: async (signal) => {
        await accepts(ports.broker, loopback, signal);
        await accepts(settings.MQTT_TLS_PORT, loopback, signal);
        await accepts(ports['broker-api'], loopback, signal);
      },
    },
    {
      ...node('config-server/dist/main.js'),
      name: 'config-server',
      kind: 'process',
      after: ['migrate'],
      env: environment(
        [
          ...folders,
          ...database,
          'LISTEN_HOST',
          'SERVER_ADDRESS',
          'SERVER_NAME',
          'CONFIG_PORT',
          'MQTT_TLS_PORT',
          'HTTPS_PORT',
          'TIME_SERVER',
          'STATUS_INTERVAL_SECONDS',
          'WAKEUP_INTERVAL_SECONDS',
          'CERTIFICATE_REPLY_KEYS',
          'CERTIFICATE_NETWORKS',
          'CERTIFICATE_RATE_PER_MINUTE',
          'REQUIRE_APPROVAL',
          'UPLOAD_MAX_BYTES',
          'ZIP_MAX_ENTRIES',
          'ZIP_MAX_RATIO',
          'ZIP_MAX_SECONDS',
          'LOG_LEVEL',
        ],
        { LISTEN_HOST: publicHost },
      ),
      ready: (signal) => answersHttp(healthUrls(plan)['config-server'], signal),
    },
    {
      ...node('mqtt-processor/dist/main.js'),
      name: 'mqtt-processor',
      kind: 'process',
      after: ['migrate', 'broker'],
      env: environment(
        [
          'DATA_DIR',
          'SECRETS_DIR',
          ...database,
          'LISTEN_HOST',
          'LISTEN_PORT',
          'BROKER_HOST',
          'BROKER_PORT',
          'BROKER_API_URL',
          'STATUS_INTERVAL_SECONDS',
          'OFFLINE_AFTER_SECONDS',
          'COMMAND_TIMEOUT_SECONDS',
          'LOG_LEVEL',
        ],
        { LISTEN_PORT: String(ports['mqtt-processor']) },
      ),
      ready: (signal) => answersHttp(healthUrls(plan)['mqtt-processor'], signal),
    },
    {
      ...node('dashboard/dist/main.js'),
      name: 'dashboard',
      kind: 'process',
      after: ['migrate', 'broker'],
      env: environment(
        [
          'DATA_DIR',
          'CERTS_DIR',
          'SECRETS_DIR',
          'SERVER_ADDRESS',
          'CONFIG_PORT',
          'TIME_ZONE',
          ...database,
          'LISTEN_HOST',
          'LISTEN_PORT',
          'BROKER_HOST',
          'BROKER_PORT',
          'ADMIN_USERNAME',
          'COMMAND_TIMEOUT_SECONDS',
          'WEB_PUSH_HOSTS',
          'LIVESTREAM_URL',
          'HEALTH_URLS',
          ...identityProvider,
          'WEB_ROOT',
          'LOG_LEVEL',
        ],
        {
          LISTEN_PORT: String(ports.dashboard),
          HEALTH_URLS: Object.entries(healthUrls(plan))
            .map(([name, url]) => `${name}=${url}`)
            .join(','),
          WEB_ROOT: join(root, 'services', 'dashboard', 'web', 'dist'),
        },
      ),
      ready: (signal) => answersHttp(healthUrls(plan).dashboard, signal),
    },
    {
      ...node('embedded/dist/media-server-main.js'),
      name: 'media-server',
      kind: 'process',
      after: [],
      env: environment([
        'SERVER_ADDRESS',
        'EXTERNAL_ADDRESS',
        'MEDIA_MIN_PORT',
        'MEDIA_MAX_PORT',
        'LISTEN_HOST',
        'MEDIA_CONTROL_PORT',
        'LOG_LEVEL',
      ]),
      ready: (signal) => accepts(ports['media-server'], loopback, signal),
    },
    ...(plan.turnserver === undefined ? [] : [relayPart(plan, plan.turnserver)]),
    {
      ...node('livestream/dist/main.js'),
      name: 'livestream',
      kind: 'process',
      after: ['migrate', 'broker', 'media-server'],
      env: environment(
        [
          'SECRETS_DIR',
          ...database,
          'LISTEN_HOST',
          'LISTEN_PORT',
          'BROKER_HOST',
          'BROKER_PORT',
          'KURENTO_URL',
          'SERVER_ADDRESS',
          'SERVER_NAME',
          'EXTERNAL_ADDRESS',
          'HTTPS_PORT',
          'DASHBOARD_PORT',
          'SIGNALING_PORT',
          'TURN_AVAILABLE',
          'TURN_PORT',
          'TURN_TLS_PORT',
          'MEDIA_MIN_PORT',
          'MEDIA_MAX_PORT',
          'LIVE_GRACE_SECONDS',
          'LIVE_KEEPALIVE_SECONDS',
          'LIVE_MAX_VIEWERS_PER_STREAM',
          'LIVE_MAX_MINUTES',
          'LOG_LEVEL',
        ],
        { LISTEN_PORT: String(ports.livestream) },
      ),
      ready: (signal) => answersHttp(healthUrls(plan).livestream, signal),
    },
    {
      ...node('notifier/dist/main.js'),
      name: 'notifier',
      kind: 'process',
      after: ['migrate'],
      env: environment(
        [
          'DATA_DIR',
          'SECRETS_DIR',
          ...database,
          'LISTEN_HOST',
          'LISTEN_PORT',
          'SERVER_ADDRESS',
          'SERVER_NAME',
          'HTTPS_PORT',
          'TIME_ZONE',
          // Not the token: set-up keeps it among the notifier's secrets, out of sight of `ps`.
          'TELEGRAM_BOT_TOKEN_FILE',
          'TELEGRAM_ENABLED',
          'TELEGRAM_CHAT_ID',
          'TELEGRAM_API_ROOT',
          'TELEGRAM_NOTIFY_MOTION',
          'TELEGRAM_NOTIFY_PERSON',
          'TELEGRAM_NOTIFY_SOUND',
          'TELEGRAM_THUMBNAIL_WAIT_MS',
          'TELEGRAM_MAX_AGE_MINUTES',
          'TELEGRAM_SEND_CLIP',
          'TELEGRAM_PACING',
          'NOTIFY_WEBHOOK_URL',
          'WEB_PUSH_HOSTS',
          'LOG_LEVEL',
        ],
        { LISTEN_PORT: String(ports.notifier) },
      ),
      ready: (signal) => answersHttp(healthUrls(plan).notifier, signal),
    },
    {
      ...node('embedded/dist/edge-main.js'),
      name: 'edge',
      kind: 'process',
      after: ['dashboard'],
      env: environment([
        'SERVER_ADDRESS',
        'HTTPS_PORT',
        'DASHBOARD_PORT',
        'DASHBOARD_URL',
        'SIGNALING_PORT',
        'LIVESTREAM_URL',
        'CERTS_DIR',
        'LOG_LEVEL',
      ]),
      ready: async (signal) => {
        await answersHttps(settings.SIGNALING_PORT, loopback, '/edge/health', signal);
        await answersHttps(settings.HTTPS_PORT, loopback, '/health', signal);
        await answersHttps(settings.DASHBOARD_PORT, loopback, '/health', signal);
      },
    },
  ];
}

/** coturn/start.sh completes the configuration from the environment and becomes the relay. */
function relayPart({ root, settings, given }: TablePlan, turnserver: string): Part {
  const text = (name: SettingName): Record<string, string> => {
    const value = given[name]?.trim() ?? '';
    return value === '' ? {} : { [name]: value };
  };
  return {
    name: 'coturn',
    kind: 'process',
    after: [],
    command: '/bin/sh',
    args: [join(root, 'coturn', 'start.sh')],
    cwd: root,
    env: {
      PATH: pathOf(given),
      ...text('SERVER_NAME'),
      ...text('EXTERNAL_ADDRESS'),
      ...text('TURN_MIN_PORT'),
      ...text('TURN_MAX_PORT'),
      SERVER_ADDRESS: settings.SERVER_ADDRESS,
      TURN_PORT: String(settings.TURN_PORT),
      TURN_TLS_PORT: String(settings.TURN_TLS_PORT),
      CERTS_DIR: settings.CERTS_DIR,
      TURN_SECRET_FILE: join(settings.SECRETS_DIR, 'coturn', 'turn-secret'),
      // Made by the script, gone with the stack: its completed configuration holds the secret.
      TURN_RUN_DIR: join(settings.DATA_DIR, 'run', 'parts', 'coturn'),
      TURNSERVER: turnserver,
    },
    ready: (signal) => accepts(settings.TURN_PORT, settings.SERVER_ADDRESS, signal),
    readyTimeoutMs: 30_000,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 5000,
  };
}

/** Where a part answers `/health`; null for servers that speak no HTTP, or none without a key. */
export const healthUrls = ({ settings, ports }: Pick<TablePlan, 'settings' | 'ports'>) => ({
  'config-server': `http://${loopback}:${settings.CONFIG_PORT}/health`,
  'mqtt-processor': `http://${loopback}:${ports['mqtt-processor']}/health`,
  dashboard: `http://${loopback}:${ports.dashboard}/health`,
  livestream: `http://${loopback}:${ports.livestream}/health`,
  notifier: `http://${loopback}:${ports.notifier}/health`,
});

/** Makes environments that hold the named keys and nothing else, but PATH. */
function environmentMaker({ settings, given, ports, turnserver }: TablePlan) {
  const wired: Partial<Record<SettingName, string>> = {
    SERVER_ADDRESS: settings.SERVER_ADDRESS,
    DATA_DIR: settings.DATA_DIR,
    CERTS_DIR: settings.CERTS_DIR,
    SECRETS_DIR: settings.SECRETS_DIR,
    LISTEN_HOST: loopback,
    DATABASE_HOST: loopback,
    DATABASE_PORT: String(ports.postgres),
    DATABASE_NAME: databaseName,
    BROKER_HOST: loopback,
    BROKER_PORT: String(ports.broker),
    BROKER_API_PORT: String(ports['broker-api']),
    BROKER_API_URL: `http://${loopback}:${ports['broker-api']}`,
    DASHBOARD_URL: `http://${loopback}:${ports.dashboard}`,
    LIVESTREAM_URL: `http://${loopback}:${ports.livestream}`,
    MEDIA_CONTROL_PORT: String(ports['media-server']),
    KURENTO_URL: `ws://${loopback}:${ports['media-server']}/kurento`,
    TURN_AVAILABLE: String(turnserver !== undefined),
  };
  return (names: readonly SettingName[], own: Partial<Record<SettingName, string>> = {}) => {
    const environment: Record<string, string> = { PATH: pathOf(given), NODE_ENV: 'production' };
    for (const name of names) {
      const value = own[name] ?? wired[name] ?? given[name]?.trim();
      if (value !== undefined && value !== '') environment[name] = value;
    }
    return environment;
  };
}

const pathOf = (given: Environment): string => given['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';
