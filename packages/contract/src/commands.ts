/**
 * Commands to a camera (contract §6.4, §9.6): topic and JSON body. QoS 1, never retained.
 */
import type { CameraSettings } from './camera-settings.ts';
import { command, type Command } from './command.ts';

export type { Command } from './command.ts';

export const cameraModes = ['armed', 'livestreamonly', 'privacy'] as const;
/** Lower case as stored and shown; upper case on the wire. */
export type CameraMode = (typeof cameraModes)[number];
export function isCameraMode(text: string): text is CameraMode {
  return (cameraModes as readonly string[]).includes(text);
}

export const soundTypes = ['POLICE_SIREN', 'DOG_BARK', 'LULLABY', 'HOUSE_ALARM'] as const;
export type SoundType = (typeof soundTypes)[number];
/** How long a sound lasts by itself, seconds. */
export const soundLengthSeconds = (sound: SoundType): number => (sound === 'LULLABY' ? 30 : 20);

/** The three "NA" texts are always sent: daily use shows them (contract §6.4). */
export const setModeCommand = (cameraId: string, mode: CameraMode, now: Date): Command =>
  command(cameraId, 'system/setmode', now, {
    mode: mode.toUpperCase(),
    type: 'NA',
    durationMinutes: 'NA',
    intervalSeconds: 'NA',
  });

export const rebootCommand = (cameraId: string, now: Date): Command =>
  command(cameraId, 'system/reboot', now, {});

export const settingsCommand = (cameraId: string, settings: CameraSettings, now: Date): Command =>
  command(cameraId, 'settings/update', now, settings);

/** The key is `soundType`; `sound` did not work in the field. */
export const playSoundCommand = (cameraId: string, soundType: SoundType, now: Date): Command =>
  command(cameraId, 'sound/play', now, { soundType });

export const stopSoundCommand = (cameraId: string, now: Date): Command =>
  command(cameraId, 'sound/stop', now, {});
