/**
 * How to reach the running platform: the document behind `make info`. Pure; whoever knows the stack gives the facts.
 * It is the one place credentials may appear: in the JSON form, for programs; the text form masks them.
 */
import { ownerRole } from '@apiary/database/roles';
import type { InstallationSettings } from './config.ts';
import { adminPasswordFile } from './secret-layout.ts';
import { dashboardUrl } from './welcome.ts';

export interface ServiceInfo {
  /** config-server mqtt-processor dashboard livestream notifier broker media-server postgres edge */
  readonly name: string;
  /** On the embedded stack. */
  readonly pid?: number;
  /** Id of its container on the Compose stack. */
  readonly container?: string;
  /** null for servers, and where this machine cannot reach it. */
  readonly healthUrl: string | null;
}

export interface InfoInput {
  readonly stack: 'compose' | 'embedded';
  /** Paths as on this machine, absolute. */
  readonly settings: InstallationSettings;
  readonly services: readonly ServiceInfo[];
  /** Where this machine reaches PostgreSQL: loopback. undefined: it runs, but is not published. */
  readonly database:
    { readonly port: number; readonly name: string; readonly ownerPassword: string } | undefined;
  /** `apiKey` is the secret's text, `key:secret`. */
  readonly brokerApi: { readonly url: string; readonly apiKey: string } | undefined;
}

export interface Info {
  readonly stack: 'compose' | 'embedded';
  readonly dashboardUrl: string;
  readonly configUrl: string;
  readonly broker: { readonly host: string; readonly port: number };
  readonly signalingUrl: string;
  readonly certsDir: string;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  /** HTTP basic authentication with key and secret. */
  readonly brokerApi: { readonly url: string; readonly key: string; readonly secret: string } | null;
  readonly adminUsername: string;
  readonly adminPasswordFile: string;
  readonly services: readonly ServiceInfo[];
}

export function buildInfo({ stack, settings, services, database, brokerApi }: InfoInput): Info {
  const name = settings.SERVER_NAME ?? settings.SERVER_ADDRESS;
  const [key = '', secret = ''] = brokerApi?.apiKey.split(':') ?? [];
  return {
    stack,
    dashboardUrl: dashboardUrl(settings),
    // Cameras reach it by address (contract §3.2).
    configUrl: `https://${settings.SERVER_ADDRESS}:${settings.CONFIG_PORT}`,
    broker: { host: name, port: settings.MQTT_TLS_PORT },
    signalingUrl: `wss://${name}:${settings.SIGNALING_PORT}`,
    certsDir: settings.CERTS_DIR,
    dataDir: settings.DATA_DIR,
    databaseUrl:
      database === undefined
        ? null
        : `postgresql://${ownerRole}:${encodeURIComponent(database.ownerPassword)}@127.0.0.1:${database.port}/${encodeURIComponent(database.name)}`,
    brokerApi: brokerApi === undefined ? null : { url: brokerApi.url, key, secret },
    adminUsername: settings.ADMIN_USERNAME,
    adminPasswordFile: `${settings.SECRETS_DIR}/${adminPasswordFile}`,
    services,
  };
}

/** For people; credentials are masked. */
export function renderInfo(info: Info): string {
  const rows: [string, string][] = [
    ['Stack', info.stack],
    ['Dashboard', info.dashboardUrl],
    ['User', `${info.adminUsername}, password at the first start in ${info.adminPasswordFile}`],
    ['Configuration', `${info.configUrl} (cameras)`],
    ['Broker', `${info.broker.host}:${info.broker.port} (MQTT over mutual TLS)`],
    ['Certificates', info.certsDir],
    ['Data', info.dataDir],
    ['Database', info.databaseUrl?.replace(/:[^:@/]*@/, ':********@') ?? 'not reachable from this machine'],
    ['Broker API', info.brokerApi?.url ?? 'not reachable from this machine'],
    ...info.services.map((service): [string, string] => [
      service.name,
      [
        service.pid === undefined ? service.container?.slice(0, 12) : `pid ${service.pid}`,
        service.healthUrl ?? undefined,
      ]
        .filter((part) => part !== undefined)
        .join('  '),
    ]),
  ];
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return rows.map(([label, value]) => `${label.padEnd(width)}${value}`).join('\n');
}
