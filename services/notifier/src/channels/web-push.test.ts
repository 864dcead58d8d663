import { createECDH } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '@apiary/base/logger';
import { certificateFiles } from '@apiary/base/paths';
import { createPool } from '@apiary/database/pool';
import { saveSubscription } from '@apiary/database/web-push-repository';
import {
  FakePushService,
  startTestDatabase,
  testCertificates,
  type TestDatabase,
} from '@apiary/test-support';
import type { Alert } from '../channel.ts';
import { never, testAlert, testCamera } from './alerts.helpers.ts';
import { WebPushChannel } from './web-push.ts';

const otherCamera = 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF0';
const pair = createECDH('prime256v1');
pair.generateKeys();

let database: TestDatabase;
let pool: pg.Pool;
let service: FakePushService;
let channel: WebPushChannel;
let certificates: { ca: string; cert: string; key: string };
let viewer: string;

beforeAll(async () => {
  database = await startTestDatabase();
  pool = createPool(database.addressOf('notifier'), silentLogger, { applicationName: 'test' });
  await database.pool.query(
    `insert into camera_registry (camera_id, camera_name) values ($1, 'Front door'), ($2, 'Yard')`,
    [testCamera, otherCamera],
  );
  const { dir } = await testCertificates();
  const read = (path: string): Promise<string> => readFile(path, 'utf8');
  const leaf = certificateFiles(dir, 'dashboard');
  certificates = {
    ca: await read(certificateFiles(dir, 'ca').certificate),
    cert: await read(leaf.certificate),
    key: await read(leaf.key),
  };
});
afterAll(async () => {
  await pool.end();
  await database.stop();
});
beforeEach(async () => {
  await database.pool.query('truncate users cascade');
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into users (username, password_hash, role, all_cameras) values ('ann', 'x', 'viewer', false)
     returning user_id as id`,
  );
  viewer = rows[0]?.id ?? '';
  await database.pool.query('insert into user_cameras (user_id, camera_id) values ($1, $2)', [
    viewer,
    testCamera,
  ]);
  service = await FakePushService.start(certificates, pair.getPublicKey('base64url'));
  channel = open();
});
afterEach(() => service.stop());

const open = (hosts: readonly string[] = ['127.0.0.1'], timeoutMs = 5000): WebPushChannel =>
  new WebPushChannel({
    db: pool,
    vapidPrivateKey: pair.getPrivateKey('base64url'),
    vapidSubject: 'mailto:owner@example.net',
    hosts,
    timeZone: 'Europe/Berlin',
    timeoutMs,
    ca: certificates.ca,
  });

async function subscribe(browser: string, language = 'en', userId = viewer): Promise<string> {
  const { endpoint, keys } = service.subscribe(browser);
  return saveSubscription(database.pool, { userId, endpoint, ...keys, userAgent: 'Test', language });
}
const send = (target: string, alert: Alert = testAlert()) =>
  channel.send(target, { form: 'alert', alert }, never);
const rows = async (): Promise<Record<string, unknown>[]> =>
  (
    await database.pool.query<Record<string, unknown>>(
      'select last_error, last_success_at is not null as ok from web_push_subscriptions',
    )
  ).rows;

describe('who is told', () => {
  it('browsers of users, for the cameras they may see now', async () => {
    const id = await subscribe('phone');
    expect(await channel.targets()).toEqual([{ id, cameras: new Set([testCamera]) }]);
    await database.pool.query('update users set all_cameras = true');
    expect(await channel.targets()).toEqual([{ id, cameras: 'all' }]);
    await database.pool.query('update users set disabled_at = now()');
    expect(await channel.targets()).toEqual([]);
  });
});

describe('what arrives', () => {
  it('is encrypted for the browser, signed by this installation, and replaced by its picture', async () => {
    const id = await subscribe('phone');
    expect(await send(id)).toEqual({ messageId: '41', shown: 'text', clipShown: true });
    const alert = testAlert({ thumbnailPath: 'uploads/a.jpg' });
    expect(await channel.amend(id, '41', alert, never)).toMatchObject({ shown: 'picture' });
    expect(service.refused).toEqual([]);
    expect(service.received).toMatchObject([
      {
        browser: 'phone',
        topic: 'alert-41',
        urgency: 'high',
        ttlSeconds: 3600,
        subject: 'mailto:owner@example.net',
        payload: {
          version: 1,
          title: '👤 Person Detected',
          body: 'Front <door> & "yard" • 2026-07-01 12:00:00',
          tag: 'alert-41',
          silent: false,
          url: '/events/event%2F1',
        },
      },
      { payload: { tag: 'alert-41', silent: true, image: '/api/media/thumbnail/event%2F1' } },
    ]);
    expect(await rows()).toEqual([{ last_error: null, ok: true }]);
  });

  it('speaks the language of the browser, in summaries and tests too', async () => {
    const id = await subscribe('phone', 'de-DE');
    await send(id);
    const summary = { cause: 'late', alerts: [testAlert()] } as const;
    await channel.send(id, { form: 'summary', summary }, never);
    await channel.sendTest(id, 'ann', never);
    expect(service.received.map(({ payload }) => payload['title'])).toEqual([
      '👤 Person erkannt',
      '1 Meldung, während keine Verbindung bestand',
      'Testnachricht',
    ]);
  });
});

describe('what goes wrong', () => {
  it.each([404, 410])('%i: the subscription is removed', async (status) => {
    const id = await subscribe('phone');
    service.script(status);
    await expect(send(id)).rejects.toMatchObject({ fault: 'permanent' });
    expect(await rows()).toEqual([]);
    await expect(send(id)).rejects.toMatchObject({ fault: 'permanent' });
  });

  it.each([
    [429, { 'retry-after': '9' }, 'slow-down'],
    [500, {}, 'unreachable'],
    [413, {}, 'payload-too-large'],
    [403, {}, 'permanent'],
  ] as const)('%i: the subscription stays, with what happened', async (status, headers, fault) => {
    const id = await subscribe('phone');
    service.script(status, headers);
    await expect(send(id)).rejects.toMatchObject({ fault });
    expect(await rows()).toEqual([{ last_error: `the push service answered ${status}`, ok: false }]);
  });

  it('a push service that is not in the list is never called', async () => {
    const id = await subscribe('phone');
    channel = open(['fcm.googleapis.com']);
    await expect(send(id)).rejects.toMatchObject({ fault: 'permanent' });
    expect([service.received, service.refused]).toEqual([[], []]);
  });

  it('one that is gone, or is not who it should be, can be tried again', async () => {
    const id = await subscribe('phone');
    await service.stop();
    await expect(send(id)).rejects.toMatchObject({ fault: 'unreachable' });
    service = await FakePushService.start(certificates, pair.getPublicKey('base64url'));
  });
});
