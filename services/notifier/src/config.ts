/** Settings of the notifier. The bot's token comes from its setting or from a file, and nowhere shows again. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { registerSecret } from '@apiary/base/logger';
import { loadSettings, readEnvironment, type Environment } from '@apiary/base/settings';
import type { AlertKind } from '@apiary/notification-rules';

const names = [
  'LISTEN_HOST',
  'LISTEN_PORT',
  'DATABASE_HOST',
  'DATABASE_PORT',
  'DATABASE_NAME',
  'DATA_DIR',
  'SECRETS_DIR',
  'SERVER_ADDRESS',
  'SERVER_NAME',
  'HTTPS_PORT',
  'TIME_ZONE',
  'TELEGRAM_ENABLED',
  'TELEGRAM_BOT_TOKEN',
  'TELEGRAM_BOT_TOKEN_FILE',
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
] as const;

export interface TelegramConfig {
  readonly token: string;
  readonly apiRoot: string;
  /** At least one. */
  readonly chatIds: readonly string[];
  readonly sendClip: boolean;
  /** Default true. */
  readonly paced?: boolean;
}

export type NotifierConfig = Awaited<ReturnType<typeof readConfig>>;

/** @throws SettingsError naming every fault; FatalError when the token's file cannot be read */
export async function readConfig(environment: Environment = readEnvironment()) {
  const settings = loadSettings(environment, names);
  const defaults: Readonly<Record<AlertKind, boolean>> = {
    motion: settings.TELEGRAM_NOTIFY_MOTION,
    person: settings.TELEGRAM_NOTIFY_PERSON,
    sound: settings.TELEGRAM_NOTIFY_SOUND,
    online: true,
    offline: true,
  };
  const token = await readToken(settings);
  const chatIds = settings.TELEGRAM_CHAT_ID;
  // Enabled only when flag, token and chat are all there (contract §12).
  const telegram: TelegramConfig | undefined =
    settings.TELEGRAM_ENABLED && token !== undefined && chatIds.length > 0
      ? {
          token,
          apiRoot: settings.TELEGRAM_API_ROOT.replace(/\/+$/, ''),
          chatIds,
          sendClip: settings.TELEGRAM_SEND_CLIP,
          paced: settings.TELEGRAM_PACING,
        }
      : undefined;
  const host = settings.SERVER_NAME ?? settings.SERVER_ADDRESS;
  return {
    listenHost: settings.LISTEN_HOST,
    listenPort: settings.LISTEN_PORT,
    database: {
      host: settings.DATABASE_HOST,
      port: settings.DATABASE_PORT,
      database: settings.DATABASE_NAME,
    },
    dataDir: settings.DATA_DIR,
    secretsDir: settings.SECRETS_DIR,
    /** Where people open the page, without trailing slash. */
    pageUrl: `https://${host}${settings.HTTPS_PORT === 443 ? '' : `:${settings.HTTPS_PORT}`}`,
    timeZone: settings.TIME_ZONE,
    telegram,
    /** Telegram was switched on, but its token or chat is missing. */
    telegramIncomplete: settings.TELEGRAM_ENABLED && telegram === undefined,
    /** Its secret is a file of ours. */
    webhookUrl: settings.NOTIFY_WEBHOOK_URL,
    webPush: {
      hosts: settings.WEB_PUSH_HOSTS,
      /** Whom a push service may write to about us; without a name of our own there is nobody to reach. */
      subject: `mailto:owner@${settings.SERVER_NAME ?? 'apiary.invalid'}`,
    },
    defaults,
    pictureWaitMs: settings.TELEGRAM_THUMBNAIL_WAIT_MS,
    maxAgeMs: settings.TELEGRAM_MAX_AGE_MINUTES * 60_000,
    logLevel: settings.LOG_LEVEL,
  };
}

/** Where set-up keeps the token of TELEGRAM_BOT_TOKEN, or a person put it. */
const usualTokenFile = 'telegram-bot-token';

/** A file named without folder lies with the notifier's other secrets, which is where a container sees it. */
async function readToken(settings: {
  readonly SECRETS_DIR: string;
  readonly TELEGRAM_BOT_TOKEN: string | undefined;
  readonly TELEGRAM_BOT_TOKEN_FILE: string | undefined;
}): Promise<string | undefined> {
  const file = settings.TELEGRAM_BOT_TOKEN_FILE;
  if (file === undefined && settings.TELEGRAM_BOT_TOKEN !== undefined) return settings.TELEGRAM_BOT_TOKEN;
  const usual = join(settings.SECRETS_DIR, 'notifier', usualTokenFile);
  if (file === undefined && !existsSync(usual)) return undefined;
  const path = pathOf(file ?? usual, settings.SECRETS_DIR);
  let token: string;
  try {
    token = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new FatalError(`TELEGRAM_BOT_TOKEN_FILE: cannot read ${path} (${errorMessage(error)}).`, {
      cause: error,
    });
  }
  if (token === '') throw new FatalError(`TELEGRAM_BOT_TOKEN_FILE: ${path} is empty.`);
  registerSecret(token);
  return token;
}

const pathOf = (file: string, secretsDir: string): string =>
  isAbsolute(file) || file.includes('/') ? file : join(secretsDir, 'notifier', file);
