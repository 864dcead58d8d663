import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { badGateway, FakeBotApi, tooMany } from './fake-bot-api.ts';
import { waitFor } from './wait-for.ts';

const chatId = 42;
const groupId = -100_200;
const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');

interface Answer {
  readonly status: number;
  readonly body: {
    readonly ok: boolean;
    readonly description?: string;
    readonly parameters?: Record<string, number>;
    readonly result?: Record<string, never> & { message_id?: number };
  };
}

let api: FakeBotApi;
beforeEach(async () => {
  api = await FakeBotApi.start({
    chats: [{ id: chatId }, { id: groupId, type: 'supergroup' }],
    groupMessagesPerMinute: 2,
  });
});
afterEach(() => api.stop());

async function call(method: string, params: object = {}, token = api.token): Promise<Answer> {
  const response = await fetch(`${api.apiRoot}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

async function upload(method: string, params: Record<string, string>, bytes: Buffer): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(params)) form.set(name, value);
  form.set('picture', new Blob([Uint8Array.from(bytes)]), 'a.jpg');
  const response = await fetch(`${api.apiRoot}/bot${api.token}/${method}`, { method: 'POST', body: form });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

describe('refusals, in the words of the real one', () => {
  it.each([
    ['a wrong token', {}, 401, 'Unauthorized', '123456789:AAwrong_but_right_in_form_000000000'],
    ['no token at all', {}, 404, 'Not Found', 'nonsense'],
    ['a chat it does not know', { chat_id: 1, text: 'x' }, 400, 'Bad Request: chat not found'],
    ['no text', { chat_id: chatId, text: ' ' }, 400, 'Bad Request: message text is empty'],
    ['a long text', { chat_id: chatId, text: 'x'.repeat(4097) }, 400, 'Bad Request: message is too long'],
    [
      'a bare <',
      { chat_id: chatId, text: 'é a < b', parse_mode: 'HTML' },
      400,
      'Bad Request: can\'t parse entities: Unsupported start tag "" at byte offset 5',
    ],
    [
      'a tag left open',
      { chat_id: chatId, text: '<b>a', parse_mode: 'HTML' },
      400,
      'Bad Request: can\'t parse entities: Can\'t find end tag corresponding to start tag "b"',
    ],
    [
      'tags that cross',
      { chat_id: chatId, text: '<b><i>a</b></i>', parse_mode: 'HTML' },
      400,
      'Bad Request: can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ],
    [
      'a link to localhost',
      {
        chat_id: chatId,
        text: 'x',
        reply_markup: { inline_keyboard: [[{ text: 'a', url: 'https://localhost/' }]] },
      },
      400,
      "Bad Request: inline keyboard button URL 'https://localhost/' is invalid: Wrong HTTP URL",
    ],
    [
      'button data above 64 bytes',
      {
        chat_id: chatId,
        text: 'x',
        reply_markup: { inline_keyboard: [[{ text: 'a', callback_data: 'é'.repeat(33) }]] },
      },
      400,
      'Bad Request: BUTTON_DATA_INVALID',
    ],
  ] as [string, object, number, string, string?][])(
    '%s',
    async (_name, params, status, description, token) => {
      const answer = await call('sendMessage', params, token);
      expect([answer.status, answer.body.description]).toEqual([status, description]);
      expect(api.messages()).toEqual([]);
    },
  );

  it('a chat that blocked the bot, one that became a supergroup', async () => {
    api.setChat({ id: chatId, state: 'blocked' });
    expect((await call('sendMessage', { chat_id: chatId, text: 'x' })).status).toBe(403);
    api.setChat({ id: chatId, state: { migratedTo: groupId } });
    const { body } = await call('sendMessage', { chat_id: chatId, text: 'x' });
    expect(body.parameters).toEqual({ migrate_to_chat_id: groupId });
  });

  it('pictures that are none, too large, or have too long a caption', async () => {
    const params = { chat_id: String(chatId), photo: 'attach://picture' };
    const refused = async (bytes: Buffer, caption = ''): Promise<string | undefined> =>
      (await upload('sendPhoto', { ...params, caption }, bytes)).body.description;
    expect(await refused(Buffer.from('text'))).toBe('Bad Request: IMAGE_PROCESS_FAILED');
    expect(await refused(Buffer.concat([jpeg, Buffer.alloc(10_485_760)]))).toMatch(/too big for a photo/);
    expect(await refused(jpeg, 'x'.repeat(1025))).toBe('Bad Request: message caption is too long');
  });

  it('more than a group takes in a minute', async () => {
    const send = () => call('sendMessage', { chat_id: groupId, text: 'x' });
    await send();
    await send();
    const { status, body } = await send();
    expect(status).toBe(429);
    expect(body.parameters?.['retry_after']).toBeGreaterThan(50);
  });
});

describe('messages', () => {
  it('a text is edited, becomes a photo, gets other buttons', async () => {
    const sent = await call('sendMessage', { chat_id: chatId, text: '<b>a</b> &amp; b', parse_mode: 'HTML' });
    const id = { chat_id: chatId, message_id: sent.body.result?.message_id };
    expect(api.messages(chatId)).toMatchObject([{ kind: 'text', text: 'a & b', edits: 0 }]);

    expect((await call('editMessageText', { ...id, text: 'new' })).status).toBe(200);
    expect((await call('editMessageText', { ...id, text: 'new' })).body.description).toMatch(/not modified/);
    expect((await call('editMessageCaption', { ...id, caption: 'c' })).body.description).toMatch(
      /no caption/,
    );

    const media = JSON.stringify({ type: 'photo', media: 'attach://picture', caption: 'shot' });
    const edited = await upload(
      'editMessageMedia',
      { chat_id: String(chatId), message_id: String(id.message_id), media },
      jpeg,
    );
    expect(edited.body.result).toMatchObject({ caption: 'shot' });
    const keyboard = [[{ text: 'Open', url: 'https://192.168.1.10:5000/' }]];
    await call('editMessageReplyMarkup', { ...id, reply_markup: { inline_keyboard: keyboard } });
    expect(api.messages(chatId)).toMatchObject([{ kind: 'photo', text: 'shot', keyboard, edits: 3 }]);
    expect(api.messages()[0]?.media?.bytes).toEqual(jpeg);
    expect(api.callsOf('editMessageMedia')[0]).toMatchObject({ status: 200 });
  });
});

describe('faults on demand', () => {
  const send = () => call('sendMessage', { chat_id: chatId, text: 'x' });

  it('429, a gateway page, then well again', async () => {
    api.script('sendMessage', tooMany(7));
    api.script('sendMessage', badGateway);
    expect((await send()).body.parameters).toEqual({ retry_after: 7 });
    await expect(send()).rejects.toThrow();
    expect((await send()).status).toBe(200);
    expect(api.calls.map(({ status }) => status)).toEqual([429, 502, 200]);
  });

  it('a reset before and after the message stands', async () => {
    api.script('sendMessage', { reset: true });
    await expect(send()).rejects.toThrow();
    expect(api.messages()).toEqual([]);
    api.script('sendMessage', { reset: true, carriedOut: true });
    await expect(send()).rejects.toThrow();
    expect(api.messages()).toHaveLength(1);
  });

  it('an answer withheld', async () => {
    let release!: () => void;
    api.script('sendMessage', {
      carriedOut: true,
      hold: new Promise<void>((resolve) => (release = resolve)),
    });
    const answer = send();
    await waitFor(() => api.messages().length === 1, 'the message');
    expect(api.calls[0]?.status).toBeUndefined();
    release();
    expect((await answer).body.result?.message_id).toBe(1);
  });
});

describe('updates', () => {
  it('wait for somebody, come again until confirmed, and go to one poller', async () => {
    const first = call('getUpdates', { timeout: 30 });
    await waitFor(() => api.polling, 'the first poll');
    const second = call('getUpdates', { timeout: 30 });
    expect((await first).status).toBe(409);
    api.say(chatId, '/status now', { id: 5, username: 'ann' });
    expect((await second).body.result).toMatchObject([
      {
        update_id: 1,
        message: { text: '/status now', from: { id: 5 }, entities: [{ type: 'bot_command', length: 7 }] },
      },
    ]);
    expect((await call('getUpdates')).body.result).toHaveLength(1);
    expect((await call('getUpdates', { offset: 2 })).body.result).toEqual([]);
  });

  it('a pressed button is answered once', async () => {
    await call('sendMessage', { chat_id: chatId, text: 'x' });
    const [message] = api.messages();
    if (message === undefined) throw new Error('no message');
    const id = api.press(message, 'snooze');
    expect((await call('getUpdates')).body.result).toMatchObject([
      { callback_query: { id, data: 'snooze', message: { message_id: 1 } } },
    ]);
    expect((await call('answerCallbackQuery', { callback_query_id: id })).status).toBe(200);
    expect((await call('answerCallbackQuery', { callback_query_id: id })).status).toBe(400);
  });
});
