/**
 * The HLS playlist of an event (contract §5.4), all recordings joined. One recording gives exactly the text of the
 * contract; several have a key each and a discontinuity between, because clocks and counters start again with a file.
 */
import type { RecordingRow } from '@apiary/database/event-queries';
import { mediaUrls } from './media-urls.ts';

/** Cameras cut recordings into segments of 3 s; the last may be shorter. */
export const segmentSeconds = 3;

/** The firmware encrypts every segment with a zero IV; unsaid, players would use the segment's number. */
const zeroIv = `0x${'0'.repeat(32)}`;

export function playlistOf(eventId: string, recordings: readonly RecordingRow[]): string {
  const played = recordings.filter((recording) => recording.segments.length > 0);
  const single = played.length === 1;
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    `#EXT-X-TARGETDURATION:${segmentSeconds}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
  ];
  let encrypted = false;
  for (const [index, recording] of played.entries()) {
    if (index > 0) lines.push('#EXT-X-DISCONTINUITY');
    if (recording.encrypted) {
      const key = mediaUrls.key(eventId, single ? undefined : recording.recordingId);
      lines.push(`#EXT-X-KEY:METHOD=AES-128,URI="${key}",IV=${zeroIv}`);
    } else if (encrypted) {
      lines.push('#EXT-X-KEY:METHOD=NONE');
    }
    encrypted = recording.encrypted;
    for (const segment of recording.segments) {
      const name = single ? `${segment}.ts` : `${recording.recordingId}-${segment}.ts`;
      lines.push(`#EXTINF:${segmentSeconds}.0,`, mediaUrls.segment(eventId, name));
    }
  }
  return `${lines.join('\n')}\n#EXT-X-ENDLIST\n`;
}

/**
 * The recording and segment a name of the playlist means; undefined when the event has none such. `7.ts` is of the
 * first recording, `12-7.ts` of recording 12.
 */
export function segmentOf(
  recordings: readonly RecordingRow[],
  name: string,
): { readonly recording: RecordingRow; readonly segment: number } | undefined {
  const match = /^(?:(\d{1,15})-)?(\d{1,9})\.ts$/.exec(name);
  if (match === null) return undefined;
  const recording = recordingOf(recordings, match[1] === undefined ? undefined : Number(match[1]));
  const segment = Number(match[2]);
  return recording?.segments.includes(segment) === true ? { recording, segment } : undefined;
}

/** The recording of that id, or the first one played when no id is given. */
export function recordingOf(
  recordings: readonly RecordingRow[],
  recordingId: number | undefined,
): RecordingRow | undefined {
  return recordingId === undefined
    ? recordings.find((recording) => recording.segments.length > 0)
    : recordings.find((recording) => recording.recordingId === recordingId);
}
