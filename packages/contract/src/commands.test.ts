/** Commands byte for byte (contract §6.4), and the replies a camera boots from (§4.3, §4.4). */
import { describe, expect, it } from 'vitest';
import {
  playSoundCommand,
  rebootCommand,
  setModeCommand,
  settingsCommand,
  soundLengthSeconds,
  stopSoundCommand,
} from './commands.ts';
import { defaultCameraSettings } from './camera-settings.ts';
import { certificateReply, configReply } from './provisioning.ts';

const id = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
const now = new Date('2026-01-02T03:04:05.006Z');
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('commands', () => {
  it('setmode: upper case, and the three "NA" texts', () => {
    const command = setModeCommand(id, 'livestreamonly', now);
    expect(command.topic).toBe(`prod/honeycomb/${id}/system/setmode`);
    expect(command.requestId).toMatch(uuid);
    expect(command.payload).toBe(
      `{"requestId":"${command.requestId}","creationTimestamp":"2026-01-02T03:04:05.006Z","sourceId":"${id}",` +
        '"sourceType":"hive-cam","mode":"LIVESTREAMONLY","type":"NA","durationMinutes":"NA","intervalSeconds":"NA"}',
    );
  });

  it('reboot and sound/stop: the envelope alone', () => {
    for (const [command, name] of [
      [rebootCommand(id, now), 'system/reboot'],
      [stopSoundCommand(id, now), 'sound/stop'],
    ] as const) {
      expect(command.topic).toBe(`prod/honeycomb/${id}/${name}`);
      expect(Object.keys(JSON.parse(command.payload) as object)).toEqual([
        'requestId',
        'creationTimestamp',
        'sourceId',
        'sourceType',
      ]);
    }
  });

  it('sound/play: the key is soundType', () => {
    const command = playSoundCommand(id, 'DOG_BARK', now);
    expect(command.topic).toBe(`prod/honeycomb/${id}/sound/play`);
    expect(JSON.parse(command.payload)).toMatchObject({ soundType: 'DOG_BARK' });
    expect([soundLengthSeconds('LULLABY'), soundLengthSeconds('POLICE_SIREN')]).toEqual([30, 20]);
  });

  it('settings/update: all twenty with real booleans, small enough for the SDK’s buffer', () => {
    const command = settingsCommand(id, defaultCameraSettings, now);
    expect(command.topic).toBe(`prod/honeycomb/${id}/settings/update`);
    expect(Object.keys(JSON.parse(command.payload) as object)).toHaveLength(24);
    expect(command.payload).toContain('"ledDot":true');
    expect(Buffer.byteLength(command.payload)).toBeLessThan(2500);
  });

  it('have a request id each', () => {
    expect(rebootCommand(id, now).requestId).not.toBe(rebootCommand(id, now).requestId);
  });
});

describe('replies', () => {
  it('configuration: exactly the proven document', () => {
    const reply = configReply(id, {
      brokerHost: 'cams.example.net',
      brokerPort: 8883,
      configHost: '192.168.50.10',
      configPort: 80,
      timeServer: 'time.google.com',
      wakeupIntervalSeconds: 604800,
      statusIntervalSeconds: 600,
    });
    expect(JSON.stringify(reply)).toBe(
      '{"mqtt":{"broker":"cams.example.net","port":8883,"topics":{' +
        `"connect":"prod/device/connection/hive-cam/${id}","disconnect":"prod/device/connection/hive-cam/${id}",` +
        `"status":"prod/device/status/hive-cam/${id}","publish":"prod/device/message/hive-cam/${id}",` +
        `"subscribe":"prod/honeycomb/${id}"}},"timeServer":"time.google.com","wakeupInterval":604800,` +
        '"statusInterval":600,"fileUploadServerUrl":"https://192.168.50.10:80/fileservice",' +
        '"firmwareServerUrl":"https://192.168.50.10:80/firmware","certificateServerUrl":"https://192.168.50.10:80"}',
    );
  });

  it('certificates: six keys, the proven ones first, without the last line end; or three', () => {
    const pem = { certificate: 'CERT\nX\n', privateKey: '\nKEY\n', ca: 'CA\r\n' };
    expect(JSON.stringify(certificateReply(pem, 'all'))).toBe(
      '{"certificatePem":"CERT\\nX","privateKey":"KEY","caCertificate":"CA","clientCert":"CERT\\nX","clientKey":"KEY","caCert":"CA"}',
    );
    expect(JSON.stringify(certificateReply(pem, 'firmware'))).toBe(
      '{"certificatePem":"CERT\\nX","privateKey":"KEY","caCertificate":"CA"}',
    );
  });
});
