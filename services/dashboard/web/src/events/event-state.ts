/** What to say of an event's length and recording. Pure; tested apart from the screen. */
import { length } from '../format.ts';
import { t } from '../messages.ts';
import type { CameraEvent } from '../types.ts';

/** An event without an end may still be going on for this long; some cameras never report one (contract §7). */
const goingMs = 5 * 60_000;
/** Cameras upload within minutes, or after an outage much later; then the words change by themselves. */
const uploadExpectedMs = 15 * 60_000;

export interface LengthState {
  readonly text: string;
  readonly going: boolean;
}

export function lengthOf(event: CameraEvent, now: number): LengthState {
  const { ended, durationSeconds, startedAt } = event;
  if (ended) return { text: durationSeconds === null ? '' : length(durationSeconds), going: false };
  if (event.recordingCount === 0 && now - Date.parse(startedAt) < goingMs)
    return { text: t.eventState.going, going: true };
  return {
    text:
      durationSeconds === null ? t.eventState.noEnd : `${length(durationSeconds)} · ${t.eventState.noEnd}`,
    going: false,
  };
}

export type RecordingState = 'playable' | 'expected' | 'none' | 'quarantined';

/** A usable recording wins over one that was set aside: both can belong to one event. */
export function recordingOf(event: CameraEvent, now: number): RecordingState {
  if (event.playlistUrl !== null) return 'playable';
  if (event.uploadStatus === 'quarantined') return 'quarantined';
  return now - Date.parse(event.receivedAt) < uploadExpectedMs ? 'expected' : 'none';
}
