/** A Telegram that is away, slow, refuses or resets: what arrives in the end, how often, and that nobody else waits. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { badGateway, BotApiError, FakeBotApi, tooMany, waitFor } from '@apiary/test-support';
import { chat, group, Harness } from './notifier.helpers.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterEach(() => harness.reset());
afterAll(() => harness.close());

const started = async (number = 1) => harness.start(await harness.camera(number));
const onlyDelivery = async () => (await harness.deliveries())[0];
const unpaced = { paced: false } as const;

describe('calls that did not arrive', () => {
  it.each([
    ['429 with retry_after', tooMany(1)],
    ['a gateway’s page', badGateway],
    ['500', { error: new BotApiError(500, 'Internal Server Error') }],
  ])('%s: sent again, one message', async (_name, fault) => {
    harness.api.script('sendMessage', fault);
    await harness.notifier();
    await started();
    await harness.settled();
    expect(harness.messages()).toHaveLength(1);
    expect(await onlyDelivery()).toMatchObject({ state: 'sent', resent: 0 });
  });

  it('after retry_after and not before', async () => {
    harness.api.script('sendMessage', tooMany(2));
    await harness.notifier();
    await started();
    await harness.settled();
    const [refused, sent] = harness.api.callsOf('sendMessage');
    expect((sent?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(2000);
  });

  it('nobody listens at first: sent when somebody does', async () => {
    const { port } = harness.api;
    await harness.api.stop();
    await harness.notifier();
    await started();
    await waitFor(async () => (await onlyDelivery())?.last_error?.includes('ECONNREFUSED'), 'the failure');
    const back = await FakeBotApi.start({ port, chats: [{ id: chat }] });
    await harness.settled();
    expect(back.messages()).toHaveLength(1);
    expect(await onlyDelivery()).toMatchObject({ state: 'sent', resent: 0, last_error: null });
    await back.stop();
    await harness.close();
    harness = await Harness.start();
  });
});

describe('calls nobody knows the end of', () => {
  it('the connection is reset before anything was done: one message, counted', async () => {
    harness.api.script('sendMessage', { reset: true });
    await harness.notifier();
    await started();
    await harness.settled();
    expect(harness.messages()).toHaveLength(1);
    expect(await onlyDelivery()).toMatchObject({ state: 'sent', resent: 1 });
  });

  it('reset after it was done: two at most, and no third', async () => {
    harness.api.script('sendMessage', { carriedOut: true, reset: true }, 5);
    await harness.notifier();
    await started();
    await harness.settled();
    expect(harness.messages()).toHaveLength(2);
    expect(await onlyDelivery()).toMatchObject({ state: 'failed', resent: 1 });
  });

  it('no answer in time: sent again only once somebody answers', async () => {
    harness.api.script('sendMessage', { hold: new Promise(() => undefined) });
    await harness.notifier({}, { ...unpaced, timeouts: { text: 300 } });
    await started();
    await harness.settled(20_000);
    expect(harness.messages()).toHaveLength(1);
    const methods = harness.api.calls.map(({ method }) => method);
    const [first, second] = [methods.indexOf('sendMessage'), methods.lastIndexOf('sendMessage')];
    expect(methods.slice(first, second)).toContain('getMe');
  });

  it('an edit is repeated as often as it takes, and stays one message', async () => {
    await harness.notifier();
    const camera = await harness.camera();
    const eventId = await harness.start(camera);
    await harness.settled();
    harness.api.script('editMessageMedia', { carriedOut: true, reset: true }, 2);
    await harness.thumbnail(camera, eventId);
    await harness.settled();
    expect(harness.messages()).toMatchObject([{ kind: 'photo' }]);
    expect((await onlyDelivery())?.shown).toBe('picture');
  });
});

describe('refusals', () => {
  it.each([
    ['chat gone', new BotApiError(400, 'Bad Request: chat not found')],
    ['bot thrown out', new BotApiError(403, 'Forbidden: bot was kicked from the group chat')],
  ])('%s: given up at once, with the reason', async (_name, error) => {
    harness.api.script('sendMessage', { error });
    await harness.notifier();
    await started();
    await harness.settled();
    expect(harness.api.callsOf('sendMessage')).toHaveLength(1);
    expect(await onlyDelivery()).toMatchObject({
      state: 'failed',
      reason: `Telegram answered ${error.status}: ${error.message}`,
    });
  });

  it('a picture that is too large: the alert goes without it', async () => {
    harness.api.script('sendPhoto', { error: new BotApiError(413, 'Request Entity Too Large') }, 9);
    harness.api.script('editMessageMedia', { error: new BotApiError(413, 'Request Entity Too Large') }, 9);
    await harness.notifier();
    const camera = await harness.camera();
    await harness.thumbnail(camera, 'large');
    await harness.start(camera, { eventId: 'large' });
    await harness.settled();
    expect(harness.messages()).toMatchObject([{ kind: 'text' }]);
    expect(await onlyDelivery()).toMatchObject({ state: 'sent', shown: 'text' });
  });

  it('a group that became a supergroup is followed', async () => {
    harness.api.setChat({ id: -77, type: 'group', state: { migratedTo: group } });
    await harness.notifier({ TELEGRAM_CHAT_ID: '-77' });
    await started();
    await harness.settled();
    expect(harness.messages(group)).toHaveLength(1);
  });
});

describe('pacing and age', () => {
  it('more than the budget merges into one message; every event is in one', async () => {
    await harness.notifier({}, {});
    const cameras = await Promise.all([...Array(20).keys()].map((n) => harness.camera(n + 1)));
    await harness.starts(cameras);
    await harness.settled();
    const told = harness.messages().map(({ text }) => Number(/^(\d+) alerts:/.exec(text)?.[1] ?? 1));
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(20);
    expect(told.length).toBeLessThanOrEqual(2);
  });

  it('a few go one by one, a second apart', async () => {
    await harness.notifier({}, {});
    await harness.starts(await Promise.all([1, 2, 3].map((n) => harness.camera(n))));
    await harness.settled();
    const at = harness.api.callsOf('sendMessage').map((call) => call.at);
    expect(at).toHaveLength(3);
    for (const [index, time] of at.slice(1).entries())
      expect(time - (at[index] ?? 0)).toBeGreaterThanOrEqual(950);
  });

  it('what is older than people want to be called for is summed up', async () => {
    const camera = await harness.camera(1, 'Front <door>');
    for (let i = 0; i < 14; i++)
      await harness.start(camera, { atMs: Date.now() - 2 * 3_600_000, type: i < 12 ? 'MOTION' : 'PERSON' });
    await harness.notifier();
    await harness.start(camera);
    await harness.settled();
    const texts = harness.messages().map(({ text }) => text);
    expect(texts[0]).toMatch(/^14 alerts while offline:\n🚶 12 × Front <door>\n👤 2 × Front <door>\n/);
    expect(texts).toHaveLength(2);
    const rows = await harness.deliveries();
    expect(new Set(rows.slice(0, 14).map(({ message_id }) => message_id)).size).toBe(1);
  });

  it('a chat that must wait holds up no other', async () => {
    harness.api.script('sendMessage', tooMany(3));
    await harness.notifier({ TELEGRAM_CHAT_ID: `${chat},${group}` });
    await started();
    await waitFor(() => harness.messages().length === 1, 'the other chat’s message', 2500);
    await harness.settled();
    expect(harness.messages()).toHaveLength(2);
  });
});

describe('the database', () => {
  it('restarts: everything is told, once', async () => {
    await harness.notifier();
    const camera = await harness.camera();
    await harness.start(camera);
    await harness.settled();
    await harness.database.restart();
    await waitFor(() => harness.start(camera), 'a write after the restart');
    await harness.settled(30_000);
    expect(harness.messages()).toHaveLength(2);
  });
});

describe('the token', () => {
  it('stands in no log line, no row, no health answer, whatever fails', async () => {
    harness.api.script('sendMessage', { reset: true });
    harness.api.script('sendMessage', badGateway);
    harness.api.script('sendMessage', { error: new BotApiError(401, 'Unauthorized') });
    const notifier = await harness.notifier();
    await started();
    await harness.settled();
    const health = await (await fetch(`http://127.0.0.1:${notifier.port}/health`)).text();
    const rows = JSON.stringify(await harness.deliveries());
    const secret = harness.api.token.split(':')[1] ?? '';
    for (const text of [harness.logLines.join(''), rows, health]) {
      expect(text.length).toBeGreaterThan(10);
      expect(text).not.toContain(secret);
      expect(text).not.toContain(encodeURIComponent(harness.api.token));
    }
  });
});
