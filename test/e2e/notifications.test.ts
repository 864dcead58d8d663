/**
 * A person hears of it: simulator → broker → Postgres → notifier → Bot API and webhook, and back from the chat to the
 * camera. On an embedded stack of its own, since it wants its own bot; `TEST_PLATFORM=running` has nobody's.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Camera } from '@apiary/camera-simulator';
import { FakeBotApi, Platform, waitFor, type ChatMessage } from '@apiary/test-support';
import { Api } from './api.helpers.ts';
import { newCamera } from './cameras.helpers.ts';

const chatId = -5151;
const ann = { id: 7, username: 'ann' };
const running = process.env['TEST_PLATFORM'] === 'running';
if (running) console.log('Notifications end to end skipped: the running platform has a bot of its own.');

describe.skipIf(running)('notifications', { timeout: 120_000 }, () => {
  let bot: FakeBotApi;
  let hook: Server;
  const hooked: { headers: Record<string, unknown>; text: string }[] = [];
  let platform: Platform;
  let camera: Camera;
  let api: Api;

  beforeAll(async () => {
    bot = await FakeBotApi.start({ chats: [{ id: chatId, type: 'group' }] });
    hook = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        hooked.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    platform = await Platform.open({
      TELEGRAM_ENABLED: 'true',
      TELEGRAM_BOT_TOKEN: bot.token,
      TELEGRAM_CHAT_ID: String(chatId),
      TELEGRAM_API_ROOT: bot.apiRoot,
      TELEGRAM_THUMBNAIL_WAIT_MS: '0',
      TELEGRAM_SEND_CLIP: 'true',
      NOTIFY_WEBHOOK_URL: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`,
      TIME_ZONE: 'Europe/Berlin',
    });
    api = await Api.loggedIn(platform);
    camera = await newCamera(platform);
    await camera.untilConnected();
  }, 660_000);
  afterAll(async () => {
    await camera.stop();
    await platform.close();
    await bot.stop();
    hook.close();
  }, 120_000);

  const about = (text: RegExp): ChatMessage | undefined =>
    bot.messages(chatId).find((message) => text.test(message.text));

  it('an event is one message, which becomes its picture, with buttons that work', async () => {
    const { eventId } = camera.triggerEvent();
    const message = await waitFor(() => about(/Person Detected/), 'the message');
    await waitFor(() => about(/Person Detected/)?.kind === 'photo', 'the picture', 30_000);
    await camera.untilIdle();
    expect(bot.messages(chatId).filter(({ text }) => text.includes('Person'))).toHaveLength(1);

    const urls = message.keyboard.flat().flatMap(({ url }) => url ?? []);
    expect(urls).toContain(`${platform.info.dashboardUrl}events/${encodeURIComponent(eventId)}`);
    bot.press(message, 'reviewed', ann);
    const reviewed = async (): Promise<boolean> => {
      const { entries } = await api.json('GET', '/api/audit?limit=50');
      return (entries as { action: string; actor: string }[]).some(
        ({ action, actor }) => action === 'event_reviewed' && actor === 'telegram @ann (7)',
      );
    };
    await waitFor(reviewed, 'the audit line');
    const { deliveries } = await api.json('GET', '/api/notifications/deliveries?channel=telegram');
    expect(deliveries).toContainEqual(expect.objectContaining({ eventId, state: 'sent', shown: 'picture' }));
  });

  it('and then its clip: an MP4 of the recordings', async () => {
    const message = await waitFor(
      () => bot.messages(chatId).find(({ kind, text }) => kind === 'video' && text.includes('Person')),
      'the clip',
      60_000,
    );
    expect(message.media?.bytes.subarray(4, 8).toString()).toBe('ftyp');
    expect(bot.messages(chatId).filter(({ text }) => text.includes('Person'))).toHaveLength(1);
  });

  it('a start that comes twice is told once', async () => {
    const first = camera.startEvent({ activityType: 'person' });
    await first.acknowledged;
    await camera.startEvent({ eventId: first.eventId, activityType: 'person' }).acknowledged;
    await camera.stopEvent(first.eventId).acknowledged;
    const told = async (): Promise<string[]> => {
      const { deliveries } = await api.json('GET', '/api/notifications/deliveries?channel=telegram');
      return (deliveries as { eventId: string; state: string }[])
        .filter(({ eventId }) => eventId === first.eventId)
        .map(({ state }) => state);
    };
    await waitFor(async () => (await told()).includes('sent'), 'the message');
    // What came after it has been told: so has all that it brought.
    const next = camera.triggerEvent();
    const nextTold = async (): Promise<boolean> => {
      const { deliveries } = await api.json('GET', '/api/notifications/deliveries?channel=telegram');
      return (deliveries as { eventId: string; state: string }[]).some(
        ({ eventId, state }) => eventId === next.eventId && state === 'sent',
      );
    };
    await waitFor(nextTold, 'the next message', 30_000);
    expect(await told()).toEqual(['sent']);
  });

  it('the webhook gets it as well, signed', async () => {
    const call = await waitFor(
      () => hooked.find(({ text }) => text.includes('"kind":"person"')),
      'the webhook',
    );
    const secret = await readFile(
      join(platform.info.dataDir, '..', 'secrets', 'notifier', 'webhook-secret'),
      'utf8',
    );
    const signed = `${String(call.headers['x-apiary-timestamp'])}.${call.text}`;
    const signature = createHmac('sha256', secret.trim()).update(signed).digest('hex');
    expect(call.headers['x-apiary-signature']).toBe(`v1=${signature}`);
  });

  it('/arm arms the camera, /photo shows its last picture', async () => {
    bot.say(chatId, '/arm', ann);
    await waitFor(() => about(/^🛡 Armed: 1 camera\./), 'the answer', 30_000);
    const mode = async () => (await api.json('GET', `/api/cameras/${camera.cameraId}`))['mode'];
    await waitFor(async () => (await mode()) === 'armed', 'the mode', 30_000);
    bot.say(chatId, '/photo', ann);
    await waitFor(() => about(/ago\)$/)?.kind === 'photo', 'the photo');
  });

  it('a rule set in the page holds for the next event', async () => {
    await api.json('PUT', '/api/notifications/rules/house', { kinds: { person: false } });
    const { eventId } = camera.triggerEvent();
    const suppressed = await waitFor(async () => {
      const { deliveries } = await api.json('GET', '/api/notifications/deliveries?state=suppressed');
      return (deliveries as { eventId: string; reason: string }[]).find((row) => row.eventId === eventId);
    }, 'the delivery');
    expect(suppressed.reason).toBe('switched-off');
  });

  it('a test message arrives, and doctor sends one', async () => {
    const { testId } = await api.json('POST', '/api/notifications/tests', { channel: 'telegram' });
    const result = () => api.json('GET', `/api/notifications/tests/${String(testId)}`);
    await waitFor(async () => (await result())['done'] === true, 'the result');
    expect(await result()).toEqual({ done: true, results: [{ target: String(chatId), error: null }] });
    const doctor = await platform.make('doctor', ['NOTIFY=test']);
    expect(doctor.stdout).toMatch(/PASS +telegram +.*@fake_bot/);
    expect(doctor.stdout).not.toContain(bot.token);
    expect(about(/doctor/)).toBeDefined();
  });
});
