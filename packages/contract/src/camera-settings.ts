/**
 * The twenty fields of settings/update (contract §6.4): type, what is sent when nobody ever chose, values known to be
 * in daily use. The firmware resets what is left out, so all twenty are always sent.
 */
import { z } from 'zod';

const word = z.string().trim().min(1).max(64);
const scheduleEntry = z.strictObject({
  mode: z.string().max(32),
  day: z.number().int().min(0).max(7),
  hour: z.number().int().min(0).max(23),
  minute: z.number().int().min(0).max(59),
});

/** Shape of a full set; `.partial()` is what the API accepts. */
export const cameraSettingsSchema = z.strictObject({
  resolution: z.enum(['R_1080P', 'R_720P', 'R_480P']),
  frameRate: z.enum(['_30FPS', '_15FPS', '_10FPS']),
  scheduleEnabled: z.boolean(),
  schedule: z.array(scheduleEntry).max(64),
  motionDetection: z.enum(['SMART', 'ALL', 'OFF']),
  audioDetection: z.enum(['SMART', 'ALL', 'OFF']),
  storage: word,
  activityZone: word,
  ledDot: z.boolean(),
  ledRing: z.boolean(),
  soundAlert: z.boolean(),
  nightVision: z.enum(['AUTO', 'ON', 'OFF']),
  invertImage: z.boolean(),
  cameraAudio: z.boolean(),
  cameraZoom: word,
  motionSensitivity: word,
  audioSensitivity: word,
  timeZone: word,
  wdr: z.boolean(),
  volume: z.enum(['HIGH', 'MEDIUM', 'LOW']),
});

export type CameraSettings = z.output<typeof cameraSettingsSchema>;
export type CameraSettingName = keyof CameraSettings;

export const defaultCameraSettings: CameraSettings = {
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

export const cameraSettingNames = Object.keys(defaultCameraSettings) as readonly CameraSettingName[];

/** `camera_state.setting_type` of a value. */
export function settingType(value: unknown): 'string' | 'boolean' | 'integer' | 'json' {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number' && Number.isInteger(value)) return 'integer';
  return typeof value === 'string' ? 'string' : 'json';
}

/** Text form of a value as `camera_state.setting_value` holds it. */
export function settingText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * A full set from stored rows (name → text) over the defaults. A stored value that no longer fits its field is left
 * out: the default is sent.
 */
export function settingsFromRows(
  rows: readonly { settingName: string; settingValue: string; settingType: string }[],
): CameraSettings {
  const settings: Record<string, unknown> = { ...defaultCameraSettings };
  for (const { settingName, settingValue, settingType: type } of rows) {
    if (!Object.hasOwn(cameraSettingsSchema.shape, settingName)) continue;
    const result = cameraSettingsSchema.shape[settingName as CameraSettingName].safeParse(
      valueOf(settingValue, type),
    );
    if (result.success) settings[settingName] = result.data;
  }
  return settings as CameraSettings;
}

function valueOf(text: string, type: string): unknown {
  if (type === 'string') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
