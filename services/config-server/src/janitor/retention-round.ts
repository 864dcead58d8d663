/**
 * One round of tidying up: what people deleted, what is too old, what is too much. In small pieces with a breath between,
 * so that uploads never wait for long; a round that is stopped goes on with the next.
 */
import { statfs } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import {
  camerasToPurge,
  dropStatusHistory,
  forgetDeletedEvents,
  hideEventsOfCamera,
  listDeletedEvents,
  takeOldFiles,
} from '@apiary/database/janitor-repository';
import {
  bytesToFree,
  cutoffOf,
  hideOldEvents,
  oldestRecorded,
  readRetention,
  type DueEvent,
} from '@apiary/database/retention-queries';
import { writeDisk } from '@apiary/database/storage-queries';
import {
  removeCameraRow,
  removeEvent,
  removeFiles,
  removeRecordings,
  type RemovalParts,
} from './removals.ts';

export interface RoundResult {
  events: number;
  recordings: number;
  files: number;
  cameras: number;
  statusMonths: number;
}

export interface RoundOptions {
  readonly signal: AbortSignal;
  readonly now: Date;
  /** For tests: the disk as it shall be taken to be. */
  readonly measure?: () => Promise<{ totalBytes: number; freeBytes: number }>;
}

const batch = 200;
const tombstoneDays = 30;

export async function retentionRound(parts: RemovalParts, options: RoundOptions): Promise<RoundResult> {
  const { pool } = parts;
  const { signal, now } = options;
  const result: RoundResult = { events: 0, recordings: 0, files: 0, cameras: 0, statusMonths: 0 };
  const settings = await readRetention(pool);
  const removed = await camerasToPurge(pool);
  const eventsBefore = cutoffOf(settings.eventsDays, now);

  for (const cameraId of removed) await untilNone(signal, () => hideEventsOfCamera(pool, cameraId, batch));
  if (eventsBefore !== undefined) await untilNone(signal, () => hideOldEvents(pool, eventsBefore, batch));
  await untilNone(signal, () => purgeBatch(parts, result, signal));
  for (const cameraId of removed)
    if (!signal.aborted && (await removeCameraRow(parts, cameraId))) result.cameras++;
  if (eventsBefore !== undefined)
    await untilNone(signal, async () => {
      const paths = await takeOldFiles(pool, eventsBefore, batch);
      await removeFiles(parts, paths);
      result.files += paths.length;
      return paths.length;
    });

  const recordingsBefore = cutoffOf(settings.recordingsDays, now);
  if (recordingsBefore !== undefined)
    result.recordings += await takeOldest(parts, signal, { before: recordingsBefore }, () => true);
  const disk = await measureDisk(parts, options);
  let missing = await bytesToFree(pool, settings, disk);
  if (missing > 0) {
    result.recordings += await takeOldest(parts, signal, {}, (event) => {
      if (missing <= 0) return false;
      missing -= event.bytes;
      return true;
    });
    await measureDisk(parts, options);
  }

  const statusBefore = cutoffOf(settings.statusDays, now);
  if (statusBefore !== undefined) result.statusMonths = await dropStatusHistory(pool, statusBefore);
  await forgetDeletedEvents(pool, tombstoneDays);
  return result;
}

/** Repeats until there was nothing to do. */
async function untilNone(signal: AbortSignal, work: () => Promise<number>): Promise<void> {
  while (!signal.aborted && (await work()) > 0) await breathe();
}

async function purgeBatch(parts: RemovalParts, result: RoundResult, signal: AbortSignal): Promise<number> {
  let done = 0;
  for (const event of await listDeletedEvents(parts.pool, batch)) {
    if (signal.aborted) break;
    if (await removeEvent(parts, event)) done++;
    await breathe();
  }
  result.events += done;
  return done;
}

/** Recordings, oldest first, as long as `wanted` says so. An event that someone keeps meanwhile is passed over. */
async function takeOldest(
  parts: RemovalParts,
  signal: AbortSignal,
  range: { readonly before?: Date },
  wanted: (event: DueEvent) => boolean,
): Promise<number> {
  let taken = 0;
  const stopped = (): boolean => signal.aborted;
  for (let after: DueEvent | undefined; !stopped();) {
    const page = await oldestRecorded(parts.pool, { ...range, after }, batch);
    for (const event of page) {
      if (stopped() || !wanted(event)) return taken;
      if (await removeRecordings(parts, event)) taken++;
      await breathe();
    }
    after = page.at(-1);
    if (after === undefined) return taken;
  }
  return taken;
}

async function measureDisk(
  { pool, layout }: RemovalParts,
  { measure }: RoundOptions,
): Promise<{ totalBytes: number; freeBytes: number }> {
  const disk = await (measure ?? measureOf(layout.root))();
  await writeDisk(pool, disk);
  return disk;
}

const measureOf = (folder: string) => async (): Promise<{ totalBytes: number; freeBytes: number }> => {
  const { blocks, bavail, bsize } = await statfs(folder);
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
};
