/** Which kind of device this is, for the steps shown first. A guess: the others are one press away. Pure. */
import type { t } from './words.ts';

export type Device = keyof typeof t.devices;

export function deviceOf(userAgent: string, touchPoints: number): Device {
  if (/Firefox\//.test(userAgent) && !/Android|Mobile/.test(userAgent)) return 'firefox';
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'apple';
  if (/Android/.test(userAgent)) return 'android';
  if (/Windows/.test(userAgent)) return 'windows';
  // iPads call themselves Macs; Macs have no touch screen.
  if (/Macintosh/.test(userAgent)) return touchPoints > 1 ? 'apple' : 'mac';
  return 'linux';
}

/** Apple's devices take a profile, all others the certificate itself. */
export const takesProfile = (device: Device): boolean => device === 'apple' || device === 'mac';
