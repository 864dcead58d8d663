/** Names and bodies of the upload dialogue (contract §4.5, §5.1), activity families (§6.3), camera ids (§2.1). */
import { describe, expect, it } from 'vitest';
import { activityKind } from './activity.ts';
import { defaultCameraName, isCameraId, normaliseCameraId } from './camera-id.ts';
import { parseUploadFileName, parseUploadNumbers, presignRequestSchema, uploadPath } from './uploads.ts';

const eventId = 'b5a4f0c2-1d2e-4f3a-8b9c-0123456789ab';

describe('upload names', () => {
  it('give event, sequence and part', () => {
    expect(parseUploadFileName(`${eventId}-1-0.zip`)).toEqual({ eventId, sequence: 1, part: 0 });
    expect(parseUploadFileName(`${eventId.toUpperCase()}-12-34.ZIP`)).toEqual({
      eventId,
      sequence: 12,
      part: 34,
    });
  });

  it.each([
    `${eventId}-1.zip`,
    `${eventId}-1-0.zip.exe`,
    `../${eventId}-1-0.zip`,
    `${eventId}-1-0.zip\n`,
    `${eventId}-a-0.zip`,
    `${eventId}-1-99999999999.zip`,
    'thumbnail.zip',
    '',
  ])('%j is none', (name) => {
    expect(parseUploadFileName(name)).toBeUndefined();
  });

  it('give the numbers alone where the event id is no UUID', () => {
    expect(parseUploadNumbers('evt_1-3-2.zip')).toEqual({ sequence: 3, part: 2 });
    expect(parseUploadNumbers('evt.zip')).toBeUndefined();
  });

  it('make the path of the proven URL', () => {
    expect(uploadPath('ID', 'activity', 'u-1', 'f.zip')).toBe('/fileservice/upload/ID/activity/u-1/f.zip');
  });
});

describe('presign request', () => {
  it('tolerates odd fields, one by one', () => {
    expect(
      presignRequestSchema.parse({ fileName: 'a.zip', category: 5, metadata: 'x', extra: true }),
    ).toEqual({
      fileName: 'a.zip',
      category: 'unknown',
      metadata: {},
      extra: true,
    });
    expect(presignRequestSchema.safeParse([]).success).toBe(false);
    expect(presignRequestSchema.safeParse(null).success).toBe(false);
  });
});

describe('activity types', () => {
  it.each([
    ['MOTION_SMART', 'person'],
    ['person_detected', 'person'],
    ['AUDIO_ALL', 'sound'],
    ['Sound', 'sound'],
    ['MOTION_ALL', 'motion'],
    ['MOTION', 'motion'],
    ['SOMETHING_NEW', 'motion'],
    ['', 'motion'],
  ])('%s is %s', (type, kind) => {
    expect(activityKind(type)).toBe(kind);
  });
});

describe('camera id', () => {
  const id = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
  it('is 32 upper-case hexadecimal characters to the letter', () => {
    expect(isCameraId(id)).toBe(true);
    for (const wrong of [
      '',
      '+',
      '#',
      id.toLowerCase(),
      `${id}\n`,
      `${id}F`,
      id.slice(1),
      id.replace('0', 'G'),
    ])
      expect(isCameraId(wrong), wrong).toBe(false);
  });
  it('is put right where a person typed it', () => {
    expect(normaliseCameraId(`  ${id.toLowerCase()}\n`)).toBe(id);
    expect(normaliseCameraId('0A1B')).toBeUndefined();
    expect(defaultCameraName(id)).toBe('Camera C6D7E8F9');
  });
});
