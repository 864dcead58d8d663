/** What people see, in every order facts can come in: outbox to chat over a real PostgreSQL and a Bot API over HTTP. */
import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import { cameraId, chat, group, Harness, jpeg } from './notifier.helpers.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterEach(() => harness.reset());
afterAll(() => harness.close());

const noFfmpeg = spawnSync('ffprobe', ['-version']).status !== 0;
/** Two seconds, as a camera records them. */
const mpegTs = (): Buffer =>
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=10:duration=2'],
    ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-f', 'mpegts', 'pipe:1'],
  ]);
/** Codec, container and duration in seconds. */
const probe = (mp4: Buffer): string =>
  execFileSync(
    'ffprobe',
    ['-v', 'error', '-show_entries', 'stream=codec_name:format=format_name,duration', '-of', 'csv=p=0', '-'],
    { input: mp4, encoding: 'utf8' },
  ).trim();

const sends = () => harness.api.callsOf('sendMessage', 'sendPhoto', 'sendVideo');
const longWait = { TELEGRAM_THUMBNAIL_WAIT_MS: '60000' };

describe('picture and start', () => {
  it('picture first: one photo at once, although the wait is long', async () => {
    await harness.notifier(longWait);
    const camera = await harness.camera();
    await harness.thumbnail(camera, 'event-1');
    await harness.start(camera, { eventId: 'event-1', type: 'MOTION_SMART' });
    await harness.settled();
    const [message, ...more] = harness.messages();
    expect(more).toEqual([]);
    expect(message).toMatchObject({ kind: 'photo', edits: 0, chatId: chat });
    expect(message?.media?.bytes).toEqual(jpeg);
    expect(message?.text).toMatch(/^👤 Person Detected\nCamera 1\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  });

  it('picture within the wait: one photo, not before', async () => {
    await harness.notifier(longWait);
    const camera = await harness.camera();
    const eventId = await harness.start(camera);
    await waitFor(async () => (await harness.deliveries()).length === 1, 'taken in');
    expect(harness.messages()).toEqual([]);
    await harness.thumbnail(camera, eventId);
    await harness.settled();
    expect(harness.messages()).toMatchObject([{ kind: 'photo', edits: 0 }]);
    expect(sends()).toHaveLength(1);
  });

  it('picture after the wait: a text, edited into a photo', async () => {
    await harness.notifier();
    const camera = await harness.camera();
    const eventId = await harness.start(camera);
    await harness.settled();
    expect(harness.messages()).toMatchObject([{ kind: 'text' }]);
    expect(harness.messages()[0]?.text).toMatch(/^🚶 Motion Detected\nCamera 1 • \d\d:\d\d:\d\d$/);
    await harness.thumbnail(camera, eventId);
    await waitFor(() => harness.messages()[0]?.kind === 'photo', 'the photo');
    await harness.settled();
    expect(harness.messages()).toMatchObject([{ kind: 'photo', edits: 1 }]);
    expect(sends()).toHaveLength(1);
  });

  it('picture that comes while the text is under way is not forgotten', async () => {
    let answer: (value?: unknown) => void = () => undefined;
    const held = new Promise((resolve) => (answer = resolve));
    harness.api.script('sendMessage', { carriedOut: true, hold: held });
    await harness.notifier();
    const camera = await harness.camera();
    const eventId = await harness.start(camera);
    await waitFor(() => harness.messages().length === 1, 'the text');
    await harness.thumbnail(camera, eventId);
    await waitFor(
      async () => (await harness.database.pool.query('select from outbox')).rowCount === 0,
      'the notice of the picture taken',
    );
    answer();
    await waitFor(() => harness.messages()[0]?.kind === 'photo', 'the photo');
    expect(harness.messages()).toHaveLength(1);
  });

  it('no picture at all: the text stays', async () => {
    await harness.notifier({ TELEGRAM_THUMBNAIL_WAIT_MS: '50' });
    await harness.start(await harness.camera());
    await harness.settled();
    expect(harness.messages()).toMatchObject([{ kind: 'text', edits: 0 }]);
  });

  it('a picture or a recording without start tells nobody', async () => {
    await harness.notifier();
    const camera = await harness.camera();
    await harness.thumbnail(camera, 'early');
    await harness.recording(camera, 'early');
    await harness.settled();
    expect(await harness.deliveries()).toEqual([]);
  });

  it('a picture whose file is gone: the text stays, and is at rest', async () => {
    await harness.notifier();
    const camera = await harness.camera();
    const eventId = await harness.start(camera);
    await harness.settled();
    await harness.database.pool.query(
      `update activity_events set thumbnail_path = 'uploads/none.jpg' where event_id = $1`,
      [eventId],
    );
    await harness.database.pool.query(
      `insert into outbox (topic, camera_id, event_id) values ('event-thumbnail', $1, $2)`,
      [camera, eventId],
    );
    await harness.settled();
    expect(harness.messages()).toMatchObject([{ kind: 'text' }]);
  });

  it('a Bot API server that makes no photo of a text: the text stays', async () => {
    await harness.close();
    harness = await Harness.start({ textBecomesMedia: false });
    await harness.notifier();
    const camera = await harness.camera();
    const eventId = await harness.start(camera);
    await harness.settled();
    await harness.thumbnail(camera, eventId);
    await harness.settled();
    expect(harness.messages()).toMatchObject([{ kind: 'text' }]);
    await harness.close();
    harness = await Harness.start();
  });
});

describe('recordings', () => {
  it('add the link to the clip to the same message', async () => {
    await harness.notifier();
    const camera = await harness.camera();
    await harness.thumbnail(camera, 'clip/1');
    await harness.start(camera, { eventId: 'clip/1' });
    await harness.settled();
    await harness.recording(camera, 'clip/1');
    await harness.settled();
    expect(harness.messages()).toMatchObject([{ kind: 'photo', edits: 1 }]);
    expect(harness.messages()[0]?.html).toContain('href="https://192.168.1.10/events/clip%2F1"');
    expect(harness.api.callsOf('editMessageCaption')).toHaveLength(1);
  });

  it.skipIf(noFfmpeg)(
    `become the message, as one MP4${noFfmpeg ? ' (skipped: no ffmpeg here)' : ''}`,
    async () => {
      await harness.notifier({ TELEGRAM_SEND_CLIP: 'true' });
      const camera = await harness.camera();
      await harness.thumbnail(camera, 'clip/2');
      await harness.start(camera, { eventId: 'clip/2' });
      await harness.settled();
      await harness.recording(camera, 'clip/2', mpegTs());
      await harness.settled();
      const [message, ...more] = harness.messages();
      expect(more).toEqual([]);
      expect(message).toMatchObject({ kind: 'video', edits: 1 });
      expect(probe(message?.media?.bytes ?? Buffer.alloc(0))).toMatch(/^h264\n"mov,mp4,\S+",2\.\d+$/);
    },
  );

  it('a clip that cannot be made is linked', async () => {
    await harness.notifier({ TELEGRAM_SEND_CLIP: 'true' });
    const camera = await harness.camera();
    const eventId = await harness.start(camera);
    await harness.settled();
    // No MPEG-TS at all: ffmpeg, where it is installed, refuses it.
    await harness.recording(camera, eventId, Buffer.from('nonsense'));
    await harness.settled();
    expect(harness.messages()).toMatchObject([{ kind: 'text', edits: 1 }]);
    expect(harness.messages()[0]?.text).toContain('🎞 Clip');
  });
});

describe('repeats', () => {
  it('a start told twice, a notifier started twice: one message', async () => {
    const first = await harness.notifier();
    const camera = await harness.camera();
    const eventId = await harness.start(camera);
    await harness.start(camera, { eventId });
    await harness.settled();
    await harness.database.pool.query(
      `insert into outbox (topic, camera_id, event_id, payload) values ('event-started', $1, $2, '{"kind":"motion"}')`,
      [camera, eventId],
    );
    await harness.stop(first);
    await harness.notifier();
    await harness.settled();
    expect(sends()).toHaveLength(1);
  });

  it('what was written while no notifier ran is told at its start', async () => {
    const camera = await harness.camera();
    await harness.start(camera);
    await harness.notifier();
    await harness.settled();
    expect(harness.messages()).toHaveLength(1);
  });

  it('a second instance stands by, and takes over', async () => {
    const first = await harness.notifier();
    const camera = await harness.camera();
    const second = harness.notifier();
    await harness.start(camera);
    await harness.settled();
    await harness.stop(first);
    await second;
    await harness.start(camera);
    await harness.settled();
    expect(sends()).toHaveLength(2);
  });
});

describe('cameras that come and go', () => {
  it('only changes are told', async () => {
    await harness.notifier();
    const camera = await harness.camera(7, 'Shed');
    for (const connected of [true, true, false, false, true]) await harness.connection(camera, connected);
    await harness.settled();
    expect(harness.messages().map(({ text }) => text.split('\n').slice(0, 2).join('|'))).toEqual([
      '✅ Camera Online|Shed',
      '🔴 Camera Offline|Shed',
      '✅ Camera Online|Shed',
    ]);
    expect(harness.messages()[1]?.keyboard).toEqual([]);
  });
});

describe('targets', () => {
  it('every chat gets its own message; one that refuses holds up no other', async () => {
    harness.api.setChat({ id: group, type: 'group', state: 'blocked' });
    await harness.notifier({ TELEGRAM_CHAT_ID: `${group},${chat}` });
    const eventId = await harness.start(await harness.camera());
    await harness.settled();
    expect(harness.messages(chat)).toHaveLength(1);
    const states = (await harness.deliveries(eventId)).map(({ target, state }) => [target, state]);
    expect(Object.fromEntries(states)).toEqual({ [chat]: 'sent', [group]: 'failed' });
    harness.api.setChat({ id: group, type: 'supergroup' });
  });

  it('a chat that is configured no more is done with', async () => {
    const first = await harness.notifier({ ...longWait, TELEGRAM_CHAT_ID: `${group},${chat}` });
    const camera = await harness.camera();
    const eventId = await harness.start(camera);
    await waitFor(async () => (await harness.deliveries()).length === 2, 'taken in');
    await harness.stop(first);
    await harness.notifier(longWait);
    await harness.thumbnail(camera, eventId);
    await harness.settled();
    const states = (await harness.deliveries(eventId)).map(({ target, state }) => [target, state]);
    expect(Object.fromEntries(states)).toEqual({ [chat]: 'sent', [group]: 'failed' });
  });

  it('with everything off the outbox drains to nothing', async () => {
    const camera = await harness.camera();
    for (let i = 0; i < 3; i++) await harness.start(camera);
    await harness.notifier({ TELEGRAM_ENABLED: 'false' });
    await harness.settled();
    expect(await harness.deliveries()).toEqual([]);
    expect(harness.api.calls).toEqual([]);
  });
});

describe('rules', () => {
  it('come from the database and from the settings, and leave a reason', async () => {
    await harness.notifier();
    const [door, yard] = [await harness.camera(1), await harness.camera(2)];
    await harness.database.pool.query(
      `insert into notification_rules (camera_id, rule, updated_by) values ($1, '{"kinds":{"motion":false}}', 'ann')`,
      [door],
    );
    await harness.database.pool.query(
      `insert into notification_snoozes (camera_id, until_at, set_by) values ($1, now() + interval '1 hour', 'ann')`,
      [yard],
    );
    await harness.start(door);
    await harness.start(yard);
    await harness.start(door, { type: 'AUDIO' });
    await harness.start(door, { type: 'PERSON' });
    await harness.settled();
    const rows = await harness.deliveries();
    expect(rows.map(({ state, reason }) => reason ?? state)).toEqual([
      'switched-off',
      'snoozed',
      'switched-off',
      'sent',
    ]);
    expect(harness.messages()).toHaveLength(1);
  });

  it('a cooldown counts from the last alert that went out', async () => {
    await harness.notifier();
    const camera = await harness.camera();
    await harness.database.pool.query(
      `insert into notification_rules (camera_id, rule, updated_by) values (null, '{"cooldownSeconds":60}', 'ann')`,
    );
    const now = Date.now();
    for (const secondsAgo of [200, 170, 130, 100, 10])
      await harness.start(camera, { atMs: now - secondsAgo * 1000 });
    await harness.settled();
    expect((await harness.deliveries()).map(({ reason }) => reason)).toEqual([
      null,
      'cooldown',
      null,
      'cooldown',
      null,
    ]);
  });

  it('names of cameras are escaped', async () => {
    await harness.notifier();
    await harness.start(await harness.camera(3, '<b>&"Door"</b>'));
    await harness.settled();
    expect(harness.messages()[0]?.text).toContain('<b>&"Door"</b> • ');
    expect(cameraId(3)).toHaveLength(32);
  });
});
