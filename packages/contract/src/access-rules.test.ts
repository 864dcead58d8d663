/**
 * Who may do what, case by case, as measured on EMQX 5.8.8: ids that are wildcards, filters that widen, foreign
 * certificates, service users on the wrong tree.
 */
import { describe, expect, it } from 'vitest';
import { covers, isAllowed, type Client } from './access-rules.ts';

const id = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
const other = 'F0A1B2C3D4E5F60718293A4B5C6D7E8F';
const camera = (clientId = id, userName = 'camera_client'): Client => ({
  zone: 'camera',
  clientId,
  userName,
});
const service = (userName: string): Client => ({ zone: 'service', clientId: userName, userName });

describe('a camera', () => {
  it.each([
    ['publish', `prod/device/connection/hive-cam/${id}`, true],
    ['publish', `prod/device/status/hive-cam/${id}`, true],
    ['publish', `prod/device/message/hive-cam/${id}/activity/start`, true],
    ['publish', `prod/device/message/hive-cam/${id}/anything/else`, true],
    ['publish', `prod/device/message/hive-cam/${other}/activity/start`, false],
    ['publish', `prod/device/message/hive-cam/${id}0/activity/start`, false],
    ['publish', `prod/honeycomb/${id}/system/reboot`, false],
    ['publish', `prod/honeycomb/${other}/system/reboot`, false],
    ['publish', `x/prod/device/status/hive-cam/${id}`, false],
    ['publish', '$SYS/brokers', false],
    ['subscribe', `prod/honeycomb/${id}/#`, true],
    ['subscribe', `prod/honeycomb/${id}`, true],
    ['subscribe', `prod/honeycomb/${id}/system/+`, true],
    ['subscribe', `prod/honeycomb/${id}/+/+`, true],
    ['subscribe', `prod/honeycomb/${other}/#`, false],
    ['subscribe', 'prod/honeycomb/+/#', false],
    ['subscribe', 'prod/honeycomb/#', false],
    ['subscribe', '#', false],
    ['subscribe', `+/honeycomb/${id}/#`, false],
    ['subscribe', `prod/device/status/hive-cam/${id}`, false],
    ['subscribe', `$share/group/prod/honeycomb/${id}/#`, false],
    ['subscribe', '$SYS/#', false],
  ] as const)('%s %s: %s', (action, topic, allowed) => {
    expect(isAllowed(camera(), action, topic)).toBe(allowed);
  });

  it.each(['+', '#', '', id.toLowerCase(), `${id}\n`, `${id}0`, `+/${id}`, '$', 'svc-dashboard'])(
    'whose client id is %j may do nothing',
    (clientId) => {
      expect(isAllowed(camera(clientId), 'publish', `prod/device/status/hive-cam/${clientId}`)).toBe(false);
      expect(isAllowed(camera(clientId), 'subscribe', `prod/honeycomb/${clientId}/#`)).toBe(false);
    },
  );

  it.each(['', 'camera', 'CAMERA_CLIENT', 'svc-mqtt-processor', '?SDK=C&Version=2.1.1'])(
    'with another certificate (CN %j) may do nothing',
    (userName) => {
      expect(isAllowed(camera(id, userName), 'publish', `prod/device/status/hive-cam/${id}`)).toBe(false);
    },
  );
});

describe('services', () => {
  it.each([
    ['svc-mqtt-processor', 'subscribe', 'prod/device/+/hive-cam/#', true],
    ['svc-mqtt-processor', 'subscribe', '$SYS/brokers/+/clients/+/connected', true],
    ['svc-mqtt-processor', 'publish', `prod/honeycomb/${id}/settings/update`, true],
    ['svc-mqtt-processor', 'publish', `prod/device/status/hive-cam/${id}`, false],
    ['svc-mqtt-processor', 'subscribe', '#', false],
    ['svc-mqtt-processor', 'subscribe', '$SYS/#', false],
    ['svc-dashboard', 'publish', `prod/honeycomb/${id}/system/setmode`, true],
    ['svc-dashboard', 'subscribe', 'prod/device/#', false],
    ['svc-livestream', 'subscribe', 'prod/device/#', true],
    ['svc-nobody', 'publish', `prod/honeycomb/${id}/system/setmode`, false],
    ['constructor', 'publish', `prod/honeycomb/${id}/system/setmode`, false],
    ['camera_client', 'publish', `prod/device/status/hive-cam/${id}`, false],
  ] as const)('%s %s %s: %s', (user, action, topic, allowed) => {
    expect(isAllowed(service(user), action, topic)).toBe(allowed);
  });
});

describe('covers', () => {
  it.each([
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'ab', false],
    ['a/+', 'a/b', true],
    ['a/+', 'a/+', true],
    ['a/+', 'a/#', false],
    ['a/+', 'a/b/c', false],
    ['a/+', 'a', false],
    ['a/b', 'a/+', false],
    ['#', 'a', true],
    ['#', '$SYS/a', false],
    ['+/a', '$SYS/a', false],
    ['a/+/c', 'a//c', true],
  ])('rule %s, asked %s: %s', (rule, asked, expected) => {
    expect(covers(rule, asked)).toBe(expected);
  });
});
