/** Checks of `doctor` that concern notifications: does Telegram know the bot and its chats; a test message on demand. */
import { isAbsolute, join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { errorMessage } from '@apiary/base/errors';
import { registerSecret } from '@apiary/base/logger';
import type { InstallationSettings } from './config.ts';
import type { Finding } from './doctor.ts';
import { botTokenFile } from './secret-layout.ts';
import { readSecretFile } from './secrets.ts';

const subject = 'telegram';
const timeoutMs = 10_000;

type Settings = Pick<
  InstallationSettings,
  | 'SECRETS_DIR'
  | 'TELEGRAM_ENABLED'
  | 'TELEGRAM_BOT_TOKEN'
  | 'TELEGRAM_BOT_TOKEN_FILE'
  | 'TELEGRAM_CHAT_ID'
  | 'TELEGRAM_API_ROOT'
>;

/** @param sendTest also send a message to every chat */
export async function checkTelegram(settings: Settings, sendTest: boolean): Promise<Finding[]> {
  if (!settings.TELEGRAM_ENABLED) return [{ subject, level: 'pass', text: 'off (TELEGRAM_ENABLED)' }];
  let token: string | undefined;
  try {
    token = await readToken(settings);
  } catch (error) {
    return [{ subject, level: 'fail', text: errorMessage(error) }];
  }
  if (token === undefined || settings.TELEGRAM_CHAT_ID.length === 0) {
    const missing = token === undefined ? 'TELEGRAM_BOT_TOKEN' : 'TELEGRAM_CHAT_ID';
    return [{ subject, level: 'fail', text: `TELEGRAM_ENABLED is true, but ${missing} is empty` }];
  }
  const call = caller(settings.TELEGRAM_API_ROOT, token);
  const me = await call('getMe', {});
  if (me.error !== undefined) return [{ subject, level: 'fail', text: `${masked(token)}: ${me.error}` }];
  const name = (me.result as { username?: string }).username ?? 'the bot';
  const findings: Finding[] = [{ subject, level: 'pass', text: `@${name} answers (token ${masked(token)})` }];
  for (const chat of settings.TELEGRAM_CHAT_ID) {
    const told = sendTest
      ? await call('sendMessage', { chat_id: chat, text: 'Test message from make doctor.' })
      : await call('getChat', { chat_id: chat });
    findings.push(
      told.error === undefined
        ? { subject, level: 'pass', text: `chat ${chat} ${sendTest ? 'has a test message' : 'is known'}` }
        : { subject, level: 'fail', text: `chat ${chat}: ${told.error}; write to the bot there first` },
    );
  }
  return findings;
}

/** As the notifier finds it (services/notifier/src/config.ts). */
async function readToken(settings: Settings): Promise<string | undefined> {
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_BOT_TOKEN_FILE: file, SECRETS_DIR: dir } = settings;
  const found =
    file === undefined
      ? (token ?? (await readSecretFile(dir, botTokenFile)))
      : (
          await readFile(isAbsolute(file) || file.includes('/') ? file : join(dir, 'notifier', file), 'utf8')
        ).trim();
  if (found !== undefined) registerSecret(found);
  return found;
}

type Called = { readonly result: unknown; readonly error?: undefined } | { readonly error: string };

/** Errors never hold the URL: the token is part of it. */
function caller(apiRoot: string, token: string) {
  return async (method: string, body: object): Promise<Called> => {
    try {
      const response = await fetch(`${apiRoot.replace(/\/+$/, '')}/bot${token}/${method}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const answer = (await response.json()) as { ok: boolean; result?: unknown; description?: string };
      return answer.ok
        ? { result: answer.result }
        : { error: `Telegram answered ${response.status}: ${answer.description ?? 'no reason given'}` };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
      return { error: `Telegram cannot be reached (${code ?? (cause as Error).name})` };
    }
  };
}

/** The bot's number may be shown, what follows opens everything. */
const masked = (token: string): string => `${token.split(':')[0] ?? ''}:********`;
