import { describe, expect, it } from 'vitest';
import { settingsTable } from '@apiary/base/settings-table';
import { isPushEndpoint } from './push-endpoint.ts';

const { rule, fallback } = settingsTable.WEB_PUSH_HOSTS;
const hosts = rule.parse(fallback ?? '');

describe('isPushEndpoint', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/abc:def',
    'https://updates.push.services.mozilla.com/wpush/v2/gAAA',
    'https://web.push.apple.com/QGu',
    'https://wns2-par02p.notify.windows.com/w/?token=BQ',
    'https://FCM.googleapis.com/x',
  ])('takes %s', (endpoint) => {
    expect(isPushEndpoint(endpoint, hosts)).toBe(true);
  });

  it.each([
    'http://fcm.googleapis.com/fcm/send/abc',
    'https://192.168.1.1/admin',
    'https://127.0.0.1:8443/',
    'https://postgres:5432/',
    'https://fcm.googleapis.com.evil.example/',
    'https://evilpush.apple.com.example/',
    'https://notpush.apple.com@evil.example/',
    'https://user@fcm.googleapis.com/',
    'https://push.apple.com/',
    'javascript:alert(1)',
    '',
  ])('refuses %s', (endpoint) => {
    expect(isPushEndpoint(endpoint, hosts)).toBe(false);
  });
});
