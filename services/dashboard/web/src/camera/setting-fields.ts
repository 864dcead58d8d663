/** The twenty fields of the settings, by group: how each is chosen (contract §6.4). */
import { t as core } from '../messages.ts';
import type { CameraSettings } from '../types.ts';
import { t } from './words.ts';

export type SettingName = keyof CameraSettings;
export type SettingValue = CameraSettings[SettingName];

/** `word`: text that the firmware understands and nobody has listed. */
export type SettingKind = 'choice' | 'switch' | 'word' | 'schedule';
export interface SettingField {
  readonly name: SettingName;
  readonly kind: SettingKind;
  /** Of a choice. */
  readonly values?: readonly string[];
}

const choice = (name: SettingName, ...values: string[]): SettingField => ({ name, kind: 'choice', values });
const toggle = (name: SettingName): SettingField => ({ name, kind: 'switch' });
const word = (name: SettingName): SettingField => ({ name, kind: 'word' });

export interface SettingGroup {
  readonly name: keyof typeof t.settings.groups;
  readonly fields: readonly SettingField[];
}

export const settingGroups: readonly SettingGroup[] = [
  {
    name: 'picture',
    fields: [
      choice('resolution', 'R_1080P', 'R_720P', 'R_480P'),
      choice('frameRate', '_30FPS', '_15FPS', '_10FPS'),
      choice('nightVision', 'AUTO', 'ON', 'OFF'),
      toggle('wdr'),
      toggle('invertImage'),
    ],
  },
  {
    name: 'detection',
    fields: [
      choice('motionDetection', 'SMART', 'ALL', 'OFF'),
      choice('audioDetection', 'SMART', 'ALL', 'OFF'),
    ],
  },
  {
    name: 'sound',
    fields: [toggle('cameraAudio'), choice('volume', 'HIGH', 'MEDIUM', 'LOW'), toggle('soundAlert')],
  },
  { name: 'device', fields: [toggle('ledDot'), toggle('ledRing')] },
  {
    name: 'schedule',
    fields: [toggle('scheduleEnabled'), { name: 'schedule', kind: 'schedule' }, word('timeZone')],
  },
  {
    name: 'rare',
    fields: [
      word('motionSensitivity'),
      word('audioSensitivity'),
      word('activityZone'),
      word('cameraZoom'),
      word('storage'),
    ],
  },
];

/** In words. */
export function settingText(value: SettingValue): string {
  if (typeof value === 'boolean') return value ? t.settings.on : t.settings.off;
  if (typeof value === 'string') return core.settings.values[value] ?? value;
  return value.length === 0 ? t.settings.empty : String(value.length);
}

export const sameSetting = (a: SettingValue, b: SettingValue): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

export const isSound = (value: SettingValue): boolean =>
  typeof value !== 'string' || (value.trim().length > 0 && value.trim().length <= 64);
