/** For tests of channels: an alert as the core would hand it over. */
import type { Alert } from '../channel.ts';

export const testCamera = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';

export const testAlert = (changes: Partial<Alert> = {}): Alert => ({
  deliveryId: 41,
  kind: 'person',
  activityType: 'PERSON',
  cameraId: testCamera,
  cameraName: 'Front <door> & "yard"',
  eventId: 'event/1',
  at: new Date('2026-07-01T10:00:00Z'),
  thumbnailPath: undefined,
  hasRecording: false,
  ...changes,
});

/** Ends nothing. */
export const never = new AbortController().signal;
