/**
 * Every key the appliance reads, in one place: its rule, its default, its unit, what it is for. `.env.example` is
 * held to this table by a test. Precedence: environment > `.env` > default. `wiring` keys are set by the stack
 * (Compose file or supervisor), not by people.
 */
import { z } from 'zod';
import { logLevels } from './logger.ts';

export interface Setting<T> {
  readonly rule: z.ZodType<T, string>;
  /** Text as it would stand in `.env`; undefined: no value. */
  readonly fallback: string | undefined;
  readonly doc: string;
  readonly wiring?: true;
}

const text = z.string();
const secretText = z.string().min(1, 'must not be empty');
const ipv4Rule = z.ipv4('must be an IPv4 address such as 192.168.1.10');
const optionalText = z.string().transform((value) => (value === '' ? undefined : value));
const optionalIpv4 = z
  .string()
  .refine(
    (value) => value === '' || ipv4Rule.safeParse(value).success,
    'must be an IPv4 address such as 192.168.1.10',
  )
  .transform((value) => (value === '' ? undefined : value));
const hostName =
  /^(?=.{1,253}$)([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
const optionalHostName = z
  .string()
  .refine((value) => value === '' || hostName.test(value), 'must be a DNS name such as cams.example.net')
  .transform((value) => (value === '' ? undefined : value.toLowerCase()));
const host = z
  .string()
  .refine(
    (value) => hostName.test(value) || ipv4Rule.safeParse(value).success,
    'must be a DNS name or an IPv4 address',
  );

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`)) as z.ZodType<
    number,
    string
  >;
const port = whole(1, 65535);
const portOrFree = whole(0, 65535);
const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `must be one of ${values.join(', ')}`);
const cidr = z.union([z.cidrv4(), z.cidrv6()]);
const networks = z.string().transform((value, context) => {
  const list = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  for (const part of list) {
    if (!cidr.safeParse(part).success)
      context.addIssue({
        code: 'custom',
        message: `must be a comma-separated list of networks such as 192.168.0.0/16 ("${part}" is not one)`,
      });
  }
  return list;
});
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** Empty: the zone this process runs in. */
const timeZone = z
  .string()
  .refine(isTimeZone, 'must be an IANA time zone such as Europe/London')
  .transform((value) => (value === '' ? Intl.DateTimeFormat().resolvedOptions().timeZone : value));

function isTimeZone(value: string): boolean {
  if (value === '') return true;
  try {
    return Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const healthUrls = z.string().transform((value, context) => {
  const entries = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return entries.map((entry) => {
    const [name = '', url = ''] = entry.split(/=(.*)/s);
    if (!/^[a-z-]+$/.test(name) || !URL.canParse(url))
      context.addIssue({ code: 'custom', message: `must be name=URL, comma-separated ("${entry}" is not)` });
    return { name, url };
  });
});

function setting<T>(rule: z.ZodType<T, string>, fallback: string | undefined, doc: string): Setting<T> {
  return { rule, fallback, doc };
}
function wiring<T>(rule: z.ZodType<T, string>, fallback: string | undefined, doc: string): Setting<T> {
  return { rule, fallback, doc, wiring: true };
}

export const settingsTable = {
  // Which stack, which addresses
  STACK: setting(
    oneOf(['auto', 'compose', 'embedded']),
    'auto',
    'compose | embedded | auto (Compose where an engine and Compose v2 answer)',
  ),
  SERVER_ADDRESS: setting(
    ipv4Rule,
    undefined,
    'LAN IPv4 that cameras reach; default: the address of the default route, 127.0.0.1 when there is none',
  ),
  SERVER_NAME: setting(
    optionalHostName,
    '',
    'DNS name of the broker and the dashboard; empty = use the address (cameras in the field want a name)',
  ),
  EXTERNAL_ADDRESS: setting(
    optionalIpv4,
    '',
    'public IPv4 for live view from outside the LAN; empty = LAN only',
  ),

  // Ports
  CONFIG_PORT: setting(
    port,
    '80',
    'TCP port cameras ask for their configuration (HTTPS, whatever the number suggests)',
  ),
  MQTT_TLS_PORT: setting(port, '8883', 'TCP port of the MQTT broker, mutual TLS'),
  HTTPS_PORT: setting(port, '443', 'TCP port of the dashboard, HTTPS'),
  DASHBOARD_PORT: setting(port, '5000', 'TCP port of the dashboard as older guides name it, HTTPS'),
  SIGNALING_PORT: setting(port, '8765', 'TCP port of live-view signalling, WSS'),
  TURN_PORT: setting(port, '3478', 'TCP and UDP port of the TURN relay'),
  TURN_TLS_PORT: setting(port, '5349', 'TCP port of the TURN relay over TLS'),
  TURN_MIN_PORT: setting(port, '49152', 'first UDP port of the TURN relay range'),
  TURN_MAX_PORT: setting(port, '65535', 'last UDP port of the TURN relay range'),
  MEDIA_MIN_PORT: setting(port, '5000', 'first UDP port of the media server (even)'),
  MEDIA_MAX_PORT: setting(port, '5051', 'last UDP port of the media server (odd)'),

  // Where things live (relative paths start at the repository root)
  DATA_DIR: setting(secretText, './data', 'folder of recordings, database and logs'),
  CERTS_DIR: setting(secretText, './certificates', 'folder of the CA and the certificates made from it'),
  SECRETS_DIR: setting(secretText, './secrets', 'folder of generated secrets, files 0600'),

  // First account
  ADMIN_USERNAME: setting(
    z.string().regex(/^[a-z0-9._-]{1,64}$/, 'must be 1 to 64 of a-z 0-9 . _ -'),
    'admin',
    'name of the first account',
  ),
  ADMIN_PASSWORD: setting(
    z
      .string()
      .refine((value) => value === '' || value.length >= 12, 'must have at least 12 characters')
      .transform((value) => (value === '' ? undefined : value)),
    '',
    'password of the first account, used once; empty = generated and shown at the first start',
  ),

  // The house
  TIME_ZONE: setting(
    timeZone,
    '',
    'time zone of the house, an IANA name such as Europe/London; empty = that of the machine (UTC where Compose is started without make)',
  ),

  // Cameras
  TIME_SERVER: setting(host, 'time.google.com', 'NTP server announced to cameras'),
  STATUS_INTERVAL_SECONDS: setting(whole(10, 86_400), '600', 'seconds between heartbeats asked of cameras'),
  WAKEUP_INTERVAL_SECONDS: setting(
    whole(60, 31_536_000),
    '604800',
    'wakeupInterval announced to cameras, seconds',
  ),
  OFFLINE_AFTER_SECONDS: setting(
    whole(0, 604_800),
    '0',
    'seconds of silence after which a camera counts as disconnected; 0 = 2.5 x STATUS_INTERVAL_SECONDS',
  ),
  CERTIFICATE_REPLY_KEYS: setting(
    oneOf(['all', 'firmware']),
    'all',
    'keys of the certificate reply: all six, or only the three firmware is known to read',
  ),
  CERTIFICATE_NETWORKS: setting(
    networks,
    '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16,127.0.0.0/8,::1/128,fc00::/7,fe80::/10',
    'networks whose addresses may fetch the camera key, comma-separated',
  ),
  CERTIFICATE_RATE_PER_MINUTE: setting(
    whole(1, 100_000),
    '300',
    'certificate replies an address may ask for in a minute',
  ),
  REQUIRE_APPROVAL: setting(flag, 'false', 'true = an unknown camera gets its key only after approval'),
  COMMAND_TIMEOUT_SECONDS: setting(
    whole(1, 3600),
    '30',
    'seconds to wait until a camera confirms a command (a reboot: six times that)',
  ),

  // Uploads
  UPLOAD_MAX_BYTES: setting(
    whole(1024, 10_737_418_240),
    '209715200',
    'largest file a camera may upload, bytes; also the most a ZIP may expand to',
  ),
  ZIP_MAX_ENTRIES: setting(whole(1, 100_000), '2000', 'most entries of an uploaded ZIP'),
  ZIP_MAX_RATIO: setting(whole(1, 100_000), '200', 'most bytes out for a byte in when unpacking'),
  ZIP_MAX_SECONDS: setting(whole(1, 3600), '60', 'longest time unpacking may take, seconds'),

  // Live view
  LIVE_GRACE_SECONDS: setting(
    whole(0, 3600),
    '10',
    'seconds a camera goes on sending after its last viewer has left',
  ),
  LIVE_KEEPALIVE_SECONDS: setting(
    whole(1, 60),
    '15',
    'seconds between keepalives to a camera that streams (cameras give up after 120)',
  ),
  LIVE_MAX_VIEWERS_PER_STREAM: setting(whole(1, 500), '10', 'most viewers of one camera at a time'),
  LIVE_MAX_MINUTES: setting(
    whole(0, 10_080),
    '0',
    'minutes after which a viewer is asked whether to go on, to spare the battery; 0 = never',
  ),

  // Notifications (used by the notifier)
  TELEGRAM_ENABLED: setting(flag, 'false', 'true = send Telegram messages'),
  TELEGRAM_BOT_TOKEN: setting(optionalText, '', 'token of your bot'),
  TELEGRAM_BOT_TOKEN_FILE: setting(
    optionalText,
    '',
    'file that holds the token instead: its name in SECRETS_DIR/notifier, or a path (embedded stack only)',
  ),
  TELEGRAM_CHAT_ID: setting(list, '', 'chat ids, comma-separated'),
  TELEGRAM_API_ROOT: setting(z.url('must be a URL'), 'https://api.telegram.org', 'root of the Bot API'),
  TELEGRAM_NOTIFY_MOTION: setting(flag, 'true', 'true = notify motion'),
  TELEGRAM_NOTIFY_PERSON: setting(flag, 'true', 'true = notify persons'),
  TELEGRAM_NOTIFY_SOUND: setting(flag, 'false', 'true = notify sounds'),
  TELEGRAM_THUMBNAIL_WAIT_MS: setting(
    whole(0, 60_000),
    '4000',
    'milliseconds a notification waits for its picture',
  ),
  TELEGRAM_MAX_AGE_MINUTES: setting(whole(1, 100_000), '60', 'older alerts are summarised, minutes'),
  TELEGRAM_SEND_CLIP: setting(flag, 'false', 'true = send the clip where it is small enough'),
  NOTIFY_WEBHOOK_URL: setting(
    z
      .string()
      .refine(
        (value) => value === '' || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)),
        'must be an HTTP or HTTPS URL',
      )
      .transform((value) => (value === '' ? undefined : value)),
    '',
    'URL that gets every alert as signed JSON (Home Assistant, ntfy, a script of yours); empty = none',
  ),
  WEB_PUSH_HOSTS: setting(
    list,
    'fcm.googleapis.com,*.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com',
    'hosts of the push services of browsers, comma-separated; subscriptions elsewhere are refused',
  ),

  // Log in with an identity provider (used by the dashboard)
  OIDC_ISSUER: setting(
    z
      .string()
      .refine(
        (value) => value === '' || (URL.canParse(value) && new URL(value).protocol === 'https:'),
        'must be an HTTPS URL',
      )
      .transform((value) => (value === '' ? undefined : value)),
    '',
    'issuer URL of the identity provider, not its discovery document; empty = local accounts only',
  ),
  OIDC_CLIENT_ID: setting(optionalText, '', 'client id at the identity provider'),
  OIDC_CLIENT_SECRET: setting(
    optionalText,
    '',
    'client secret at the identity provider; empty = a public client',
  ),
  OIDC_CLIENT_SECRET_FILE: setting(
    optionalText,
    '',
    'file that holds the client secret instead: its name in SECRETS_DIR/dashboard, or a path (embedded stack only)',
  ),
  OIDC_SCOPES: setting(secretText, 'openid profile email', 'scopes asked for, separated by spaces'),
  OIDC_ROLES: setting(
    list,
    '',
    'who may log in as what, comma-separated: admin:group=<name>, operator:domain=<mail domain>, viewer:email=<address>, viewer:anyone',
  ),
  OIDC_GROUPS_CLAIM: setting(secretText, 'groups', 'claim of the ID token that holds the groups'),
  OIDC_CA_FILE: setting(
    optionalText,
    '',
    'PEM file of the CA of an identity provider at home: its name in SECRETS_DIR/dashboard, or a path (embedded stack only)',
  ),
  OIDC_LABEL: setting(secretText, 'Log in with your provider', 'text of the button on the login page'),

  LOG_LEVEL: setting(oneOf(logLevels), 'info', 'trace | debug | info | warn | error | fatal'),

  // Set by the stack
  LISTEN_HOST: wiring(text, '127.0.0.1', 'address a service listens on'),
  LISTEN_PORT: wiring(portOrFree, '0', 'port of a service; 0 = a free one'),
  DATABASE_HOST: wiring(host, '127.0.0.1', 'PostgreSQL host'),
  DATABASE_PORT: wiring(port, '5432', 'PostgreSQL port'),
  DATABASE_NAME: wiring(secretText, 'apiary', 'PostgreSQL database'),
  BROKER_HOST: wiring(host, '127.0.0.1', 'host of the broker’s inner listener (services only)'),
  BROKER_PORT: wiring(port, '1883', 'port of the broker’s inner listener'),
  TELEGRAM_PACING: wiring(
    flag,
    'true',
    'false = Telegram is called as fast as alerts come: for benches, it refuses that',
  ),
  BROKER_API_URL: wiring(z.url('must be a URL'), 'http://127.0.0.1:18083', 'the broker’s REST API'),
  BROKER_API_PORT: wiring(portOrFree, '18083', 'port the embedded broker’s REST API listens on'),
  MEDIA_CONTROL_PORT: wiring(
    portOrFree,
    '8888',
    'TCP port of the media server’s control (Kurento protocol, no authentication)',
  ),
  DASHBOARD_URL: wiring(
    z.url('must be a URL'),
    'http://127.0.0.1:8080',
    'where the edge finds the dashboard',
  ),
  LIVESTREAM_URL: wiring(
    z.union([z.literal(''), z.url('must be a URL')]),
    '',
    'where the edge finds live view; empty = there is none, and the page offers none',
  ),
  HEALTH_URLS: wiring(
    healthUrls,
    '',
    'where the dashboard asks the other services how they are: name=URL, comma-separated',
  ),
  KURENTO_URL: wiring(
    z.url('must be a URL'),
    'ws://127.0.0.1:8888/kurento',
    'control address of the media server',
  ),
  TURN_AVAILABLE: wiring(flag, 'false', 'true = a TURN relay runs on TURN_PORT and TURN_TLS_PORT'),
  TRUSTED_PROXIES: wiring(networks, '127.0.0.1/32', 'networks whose X-Forwarded-For the dashboard believes'),
  WEB_ROOT: wiring(text, '', 'folder of the built page'),
} satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof settingsTable;
export type SettingValue<K extends SettingName> = z.output<(typeof settingsTable)[K]['rule']>;
export type Settings<K extends SettingName = SettingName> = { readonly [N in K]: SettingValue<N> };
