import { describe, expect, it } from 'vitest';
import type { CameraEvent } from '../types.ts';
import { lengthOf, recordingOf } from './event-state.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const at = (minutesAgo: number): string => new Date(now - minutesAgo * 60_000).toISOString();
const event = (change: Partial<CameraEvent>): CameraEvent => ({
  id: 'a',
  cameraId: 'C',
  cameraName: 'Door',
  activityType: 'MOTION',
  kind: 'motion',
  startedAt: at(1),
  startSource: 'camera',
  reportedStartAt: null,
  endedAt: null,
  ended: false,
  durationSeconds: null,
  confidence: null,
  uploadStatus: 'pending',
  thumbnailUrl: null,
  playlistUrl: null,
  downloadUrl: null,
  recordingCount: 0,
  recordingSeconds: null,
  recordingBytes: null,
  receivedAt: at(1),
  keptAt: null,
  keptBy: null,
  recordingsRemovedAt: null,
  revision: 1,
  ...change,
});

describe('length of an event', () => {
  it('is still going while it is young and nothing says otherwise', () => {
    expect(lengthOf(event({}), now)).toEqual({ text: 'Still going', going: true });
  });
  it('has no end when the camera never sent one', () => {
    expect(lengthOf(event({ startedAt: at(20) }), now).text).toBe('No end reported');
    expect(lengthOf(event({ recordingCount: 1, durationSeconds: 21 }), now).text).toBe(
      '21 s · No end reported',
    );
  });
  it('is told where there is an end', () => {
    expect(lengthOf(event({ ended: true, durationSeconds: 9 }), now)).toEqual({ text: '9 s', going: false });
    expect(lengthOf(event({ ended: true }), now).text).toBe('');
  });
});

describe('recording of an event', () => {
  it('is playable, expected, missing or set aside', () => {
    expect(recordingOf(event({ playlistUrl: '/p', uploadStatus: 'quarantined' }), now)).toBe('playable');
    expect(recordingOf(event({ uploadStatus: 'quarantined' }), now)).toBe('quarantined');
    expect(recordingOf(event({}), now)).toBe('expected');
    expect(recordingOf(event({ receivedAt: at(30) }), now)).toBe('none');
  });
});
