/**
 * Which secrets an installation has, and which consumers hold a copy of each: `<consumer>/<name>` under SECRETS_DIR.
 * Pure; `secrets.ts` makes the files.
 */
import { createECDH, randomInt } from 'node:crypto';
import { serviceUsers, type ServiceUser } from '@apiary/contract';
import { serviceRoles } from '@apiary/database/roles';

export interface SecretPlan {
  /** Files with the same value; the first is the one believed when they differ. */
  readonly copies: readonly [string, ...string[]];
  /** A new value. */
  make(): string;
  /** Copies that differ stop the start: nobody can tell which one the database was made with. */
  readonly neverGuess?: true;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const alphanumeric = `${letters}0123456789`;
/** Without characters that look alike on paper. */
const readable = 'abcdefghijkmnpqrstuvwxyz23456789';

const pick = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/** 238 bits; a letter first and no punctuation, so that it survives URLs, CSV, shells and HOCON unquoted. */
export const randomSecret = (): string => pick(letters, 1) + pick(alphanumeric, 39);

/** 20 characters in four groups, 100 bits: people type it from a screen. */
export const randomPassword = (): string => Array.from({ length: 4 }, () => pick(readable, 5)).join('-');

export const ownerPasswordFile = 'postgres/owner-password';
export const adminPasswordFile = 'dashboard/admin-password';
export const brokerUsersFile = 'broker/users.csv';

/** Given by a person, here or as TELEGRAM_BOT_TOKEN; never made. */
export const botTokenFile = 'notifier/telegram-bot-token';
/** Signs what goes to browsers' push services (RFC 8292); browsers know the public half, which is made from it. */
export const vapidPrivateKeyFile = 'notifier/vapid-private-key';
export const vapidPublicKeyFile = 'dashboard/vapid-public-key';

/** The service of a broker user: `svc-dashboard` is the dashboard's. */
export const serviceOfUser = (user: ServiceUser): string => user.slice('svc-'.length);
export const brokerUsers = Object.keys(serviceUsers) as ServiceUser[];
export const brokerPasswordFile = (user: ServiceUser): string => `${serviceOfUser(user)}/broker-password`;

/** All but the first account's password, the bot's token, and what is made from others (`users.csv`, the public VAPID key). */
export const secretPlans: readonly SecretPlan[] = [
  { copies: [ownerPasswordFile, 'admin/owner-password'], make: randomSecret, neverGuess: true },
  ...Object.keys(serviceRoles).map((service): SecretPlan => ({
    copies: [`${service}/database-password`, `admin/database-password-${service}`],
    make: randomSecret,
  })),
  ...brokerUsers.map((user): SecretPlan => ({ copies: [brokerPasswordFile(user)], make: randomSecret })),
  {
    copies: ['mqtt-processor/broker-api-key', 'broker/api-keys'],
    make: () => `apiary-processor:${randomSecret()}`,
  },
  { copies: ['broker/node-cookie'], make: randomSecret },
  { copies: ['broker/dashboard-password'], make: randomSecret },
  { copies: ['dashboard/session-secret', 'livestream/session-secret'], make: randomSecret },
  { copies: ['coturn/turn-secret', 'livestream/turn-secret'], make: randomSecret },
  { copies: ['notifier/webhook-secret'], make: randomSecret },
  { copies: [vapidPrivateKeyFile], make: newVapidPrivateKey },
];

const vapidCurve = 'prime256v1';

/** 32 bytes, base64url. Padded: a key may begin with zeros. */
function newVapidPrivateKey(): string {
  const pair = createECDH(vapidCurve);
  pair.generateKeys();
  return Buffer.from(pair.getPrivateKey('hex').padStart(64, '0'), 'hex').toString('base64url');
}

/** The uncompressed point, base64url, as `PushManager.subscribe` wants it. */
export function vapidPublicKeyOf(privateKey: string): string {
  const pair = createECDH(vapidCurve);
  pair.setPrivateKey(Buffer.from(privateKey, 'base64url'));
  return pair.getPublicKey().toString('base64url');
}

/** EMQX's bootstrap file for `user_id_type = username`, also read by the embedded broker. */
export function renderBrokerUsers(passwords: Readonly<Record<ServiceUser, string>>): string {
  const rows = brokerUsers.map((user) => `${user},${passwords[user]},false`);
  return `${['user_id,password,is_superuser', ...rows].join('\n')}\n`;
}

/** Passwords by user; lines that are not ours are left out. */
export function parseBrokerUsers(text: string): Partial<Record<ServiceUser, string>> {
  const passwords: Partial<Record<ServiceUser, string>> = {};
  for (const line of text.split('\n').slice(1)) {
    const [user = '', password = ''] = line.trim().split(',');
    if (Object.hasOwn(serviceUsers, user) && password !== '') passwords[user as ServiceUser] = password;
  }
  return passwords;
}
