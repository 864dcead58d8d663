import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { badGateway, FakeBotApi, freePort, tempDir } from '@apiary/test-support';
import { checkTelegram } from './doctor-notifications.ts';

let api: FakeBotApi;
let dir: Awaited<ReturnType<typeof tempDir>>;
beforeEach(async () => {
  api = await FakeBotApi.start({ chats: [{ id: 42 }] });
  dir = await tempDir();
});
afterEach(async () => {
  await api.stop();
  await dir[Symbol.asyncDispose]();
});

async function look(changes: Partial<Parameters<typeof checkTelegram>[0]> = {}, sendTest = false) {
  const settings = {
    SECRETS_DIR: dir.path,
    TELEGRAM_ENABLED: true,
    TELEGRAM_BOT_TOKEN: api.token,
    TELEGRAM_BOT_TOKEN_FILE: undefined,
    TELEGRAM_CHAT_ID: ['42'],
    TELEGRAM_API_ROOT: `${api.apiRoot}/`,
    ...changes,
  };
  const findings = await checkTelegram(settings, sendTest);
  for (const { text } of findings) expect(text).not.toContain(api.token.split(':')[1]);
  return findings.map(({ level, text }) => `${level} ${text}`);
}

describe('telegram', () => {
  it('is asked for its bot and chats, and sent nothing', async () => {
    expect(await look()).toEqual([
      'pass @fake_bot answers (token 123456789:********)',
      'pass chat 42 is known',
    ]);
    expect(api.messages()).toEqual([]);
  });

  it('gets a test message on demand; a chat that is gone is told', async () => {
    expect(await look({ TELEGRAM_CHAT_ID: ['42', '43'] }, true)).toEqual([
      'pass @fake_bot answers (token 123456789:********)',
      'pass chat 42 has a test message',
      'fail chat 43: Telegram answered 400: Bad Request: chat not found; write to the bot there first',
    ]);
    expect(api.messages(42)).toHaveLength(1);
  });

  it('takes the token from the file of set-up', async () => {
    await mkdir(join(dir.path, 'notifier'));
    await writeFile(join(dir.path, 'notifier', 'telegram-bot-token'), `${api.token}\n`);
    expect((await look({ TELEGRAM_BOT_TOKEN: undefined }))[0]).toMatch(/^pass @fake_bot/);
  });

  it('says what is missing, wrong or away', async () => {
    expect(await look({ TELEGRAM_ENABLED: false })).toEqual(['pass off (TELEGRAM_ENABLED)']);
    expect(await look({ TELEGRAM_BOT_TOKEN: undefined })).toEqual([
      'fail TELEGRAM_ENABLED is true, but TELEGRAM_BOT_TOKEN is empty',
    ]);
    expect((await look({ TELEGRAM_CHAT_ID: [] }))[0]).toMatch(/TELEGRAM_CHAT_ID is empty$/);
    expect(await look({ TELEGRAM_BOT_TOKEN: '987654321:AAwrong_but_right_in_form_000000000' })).toEqual([
      'fail 987654321:********: Telegram answered 401: Unauthorized',
    ]);
    api.script('getMe', badGateway);
    expect((await look())[0]).toMatch(/cannot be reached \(SyntaxError\)$/);
    const gone = `http://127.0.0.1:${await freePort()}`;
    expect((await look({ TELEGRAM_API_ROOT: gone }))[0]).toMatch(/cannot be reached \(ECONNREFUSED\)$/);
  });
});
