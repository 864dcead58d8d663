/** The twenty settings (contract §6.4): what is sent when nobody chose, and what stored rows make of it. */
import { describe, expect, it } from 'vitest';
import {
  cameraSettingNames,
  cameraSettingsSchema,
  defaultCameraSettings,
  settingText,
  settingType,
  settingsFromRows,
} from './camera-settings.ts';

const defaults = {
  resolution: 'R_1080P',
  frameRate: '_30FPS',
  scheduleEnabled: false,
  schedule: [],
  motionDetection: 'SMART',
  audioDetection: 'ALL',
  storage: 'CLOUD',
  activityZone: 'ALL',
  ledDot: true,
  ledRing: true,
  soundAlert: true,
  nightVision: 'AUTO',
  invertImage: false,
  cameraAudio: false,
  cameraZoom: '1X',
  motionSensitivity: 'MEDIUM',
  audioSensitivity: 'MEDIUM',
  timeZone: 'GMT',
  wdr: false,
  volume: 'MEDIUM',
};
const row = (settingName: string, settingValue: string, type = 'string') => ({
  settingName,
  settingValue,
  settingType: type,
});

describe('camera settings', () => {
  it('are twenty, with these defaults, which the schema accepts', () => {
    expect(cameraSettingNames).toHaveLength(20);
    expect(defaultCameraSettings).toEqual(defaults);
    expect(cameraSettingsSchema.parse(defaults)).toEqual(defaults);
  });

  it('come back from stored rows with their own types', () => {
    const schedule = [{ mode: 'ARMED', day: 1, hour: 7, minute: 30 }];
    const rows = [
      row('nightVision', 'ON'),
      row('ledDot', 'false', 'boolean'),
      row('schedule', JSON.stringify(schedule), 'json'),
      row('mode', 'armed'),
    ];
    expect(settingsFromRows(rows)).toEqual({ ...defaults, nightVision: 'ON', ledDot: false, schedule });
  });

  it('fall back one by one where a stored value no longer fits', () => {
    const rows = [
      row('nightVision', 'SOMETIMES'),
      row('ledDot', 'maybe', 'boolean'),
      row('schedule', '[{', 'json'),
      row('volume', 'LOW'),
      row('constructor', 'x'),
      row('__proto__', '{"wdr":true}', 'json'),
    ];
    expect(settingsFromRows(rows)).toEqual({ ...defaults, volume: 'LOW' });
  });

  it('refuse unknown names and wrong types in a change', () => {
    const change = cameraSettingsSchema.partial();
    expect(change.safeParse({ ledDot: 'true' }).success).toBe(false);
    expect(change.safeParse({ brightness: 5 }).success).toBe(false);
    expect(change.parse({ volume: 'HIGH' })).toEqual({ volume: 'HIGH' });
  });

  it.each<[unknown, string, string]>([
    [true, 'boolean', 'true'],
    ['ON', 'string', 'ON'],
    [5, 'integer', '5'],
    [[], 'json', '[]'],
    [1.5, 'json', '1.5'],
  ])('%j is stored as %s %s', (value, type, text) => {
    expect(settingType(value)).toBe(type);
    expect(settingText(value)).toBe(text);
  });
});
