/** Topics letter by letter (contract §6.2), and what must not count as one. */
import { describe, expect, it } from 'vitest';
import {
  cameraTopics,
  commandPrefix,
  commandTopic,
  parseCameraTopic,
  parseCommandTopic,
  parsePresenceTopic,
  presenceTopic,
} from './topics.ts';

const id = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';

describe('topics as cameras spell them', () => {
  it('are these', () => {
    expect(cameraTopics.connection(id)).toBe(`prod/device/connection/hive-cam/${id}`);
    expect(cameraTopics.status(id)).toBe(`prod/device/status/hive-cam/${id}`);
    expect(cameraTopics.messagePrefix(id)).toBe(`prod/device/message/hive-cam/${id}`);
    expect(cameraTopics.activityStart(id)).toBe(`prod/device/message/hive-cam/${id}/activity/start`);
    expect(cameraTopics.activityStop(id)).toBe(`prod/device/message/hive-cam/${id}/activity/stop`);
    expect(cameraTopics.state(id)).toBe(`prod/device/message/hive-cam/${id}/camera/state`);
    expect(commandPrefix(id)).toBe(`prod/honeycomb/${id}`);
    expect(commandTopic(id, 'system/setmode')).toBe(`prod/honeycomb/${id}/system/setmode`);
  });
});

describe('parseCameraTopic', () => {
  it.each([
    [`prod/device/connection/hive-cam/${id}`, 'connection'],
    [`prod/device/status/hive-cam/${id}`, 'status'],
    [`prod/device/message/hive-cam/${id}/activity/start`, 'activity-start'],
    [`prod/device/message/hive-cam/${id}/activity/stop`, 'activity-stop'],
    [`prod/device/message/hive-cam/${id}/activity/end`, 'activity-stop'],
    [`prod/device/message/hive-cam/${id}/activity/update`, 'activity-other'],
    [`prod/device/message/hive-cam/${id}/camera/state`, 'state'],
    [`camera/prod/device/status/hive-cam/${id}`, 'status'],
    [`prod/device/message/hive-cam/${id}/stream/answer`, 'unknown'],
    [`prod/device/message/hive-cam/${id}`, 'unknown'],
    [`prod/device/status/hive-cam/${id}/activity/start`, 'unknown'],
    [`prod/device/firmware/hive-cam/${id}`, 'unknown'],
    [`prod/device/message/hive-cam/${id}/line\nbreak`, 'unknown'],
  ] as const)('%j is %s', (topic, kind) => {
    expect(parseCameraTopic(topic)).toEqual({ cameraId: id, kind });
  });

  it.each([
    '',
    'prod/device/status/hive-cam/',
    `prod/device/status/hive-cam/${id.toLowerCase()}`,
    `prod/device/status/hive-cam/${id}0`,
    `prod/device/status/hive-cam/${id.slice(1)}`,
    `prod/device/status/hive-cam/${id}\n`,
    `prod/device/status/dog-cam/${id}`,
    `prod/device/a/b/hive-cam/${id}`,
    `xprod/device/status/hive-cam/${id}`,
    'prod/device/status/hive-cam/+',
    `prod/honeycomb/${id}/system/reboot`,
  ])('%j is none', (topic) => {
    expect(parseCameraTopic(topic)).toBeUndefined();
  });
});

describe('parseCommandTopic', () => {
  it('gives camera and command, known or not', () => {
    expect(parseCommandTopic(`prod/honeycomb/${id}/sound/play`)).toEqual({
      cameraId: id,
      command: 'sound/play',
    });
    expect(parseCommandTopic(`prod/honeycomb/${id}/a/b/c`)).toEqual({ cameraId: id, command: 'a/b/c' });
    expect(parseCommandTopic(`prod/honeycomb/${id}`)).toBeUndefined();
    expect(parseCommandTopic('prod/honeycomb/+/sound/play')).toBeUndefined();
  });
});

describe('presence', () => {
  it('is read for cameras only', () => {
    expect(presenceTopic('emqx@127.0.0.1', id, 'connected')).toBe(
      `$SYS/brokers/emqx@127.0.0.1/clients/${id}/connected`,
    );
    expect(parsePresenceTopic(`$SYS/brokers/emqx@127.0.0.1/clients/${id}/disconnected`)).toEqual({
      cameraId: id,
      event: 'disconnected',
    });
    expect(parsePresenceTopic('$SYS/brokers/n/clients/svc-dashboard/connected')).toBeUndefined();
    expect(parsePresenceTopic(`$SYS/brokers/n/clients/${id}/subscribed`)).toBeUndefined();
    expect(parsePresenceTopic(`x/$SYS/brokers/n/clients/${id}/connected`)).toBeUndefined();
  });
});
