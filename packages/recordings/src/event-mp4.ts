/** All recordings of an event as one MP4 file: made when first asked for, kept in the cache. */
import { notFound } from '@apiary/base/errors';
import type { Queryable } from '@apiary/database';
import { listRecordings, type EventRow, type RecordingRow } from '@apiary/database/event-queries';
import { clearStream } from './clear-stream.ts';
import type { Mp4Cache } from './mp4-cache.ts';
import { remuxToMp4 } from './mp4-remux.ts';
import type { UploadFiles } from './upload-files.ts';

export interface Mp4Parts {
  readonly pool: Queryable;
  readonly files: UploadFiles;
  readonly mp4Cache: Mp4Cache;
}

/** Recordings of an event in playing order. @throws AppError 404 when nothing can be played */
export async function playableRecordings(pool: Queryable, eventId: string): Promise<RecordingRow[]> {
  const recordings = await listRecordings(pool, eventId);
  if (!recordings.some(({ segments }) => segments.length > 0)) throw notFound('The recording');
  return recordings;
}

/** Path of the MP4. @throws AppError 404, and those of the conversion */
export async function eventMp4({ pool, files, mp4Cache }: Mp4Parts, eventId: string): Promise<string> {
  const recordings = await playableRecordings(pool, eventId);
  return mp4Cache.get(cacheKey(eventId, recordings), (output, signal) =>
    remuxToMp4(clearStream(files, recordings), output, signal),
  );
}

/** What the bytes of the file depend on. */
const cacheKey = (eventId: string, recordings: readonly RecordingRow[]): string =>
  JSON.stringify([eventId, ...recordings.map(({ recordingId }) => recordingId)]);

/** Takes the MP4s of events that are no more out of the cache. */
export async function forgetMp4s({ pool, mp4Cache }: Mp4Parts, eventIds: readonly string[]): Promise<void> {
  for (const eventId of eventIds)
    await mp4Cache.forget(cacheKey(eventId, await listRecordings(pool, eventId)));
}

/** `recording_<eventId>_<start>.mp4`, start in UTC; characters that file systems refuse become `_`. */
export function downloadName(event: EventRow): string {
  const id = event.eventId.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  const start = event.startTimestamp.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');
  return `recording_${id}_${start}.mp4`;
}
