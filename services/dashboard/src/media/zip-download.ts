/**
 * Many events as one ZIP of MP4s, sent while it is made: one conversion at a time, nothing is held but what the reader
 * has not taken yet. The answer has begun when a conversion fails, so what could not be had is told in a text file
 * at the end.
 */
import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { AppError, errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import type { EventRow } from '@apiary/database/event-queries';
import { ZipFile } from 'yazl';
import { downloadName, eventMp4, type Mp4Parts } from '@apiary/recordings/event-mp4';

/** Resolves when everything was sent, or the reader went away. */
export async function sendZip(
  parts: Mp4Parts & { readonly logger: Logger },
  events: readonly EventRow[],
  target: Writable,
): Promise<void> {
  const zip = new ZipFile();
  const sent = pipeline(zip.outputStream, target);
  const filled = fill(zip, parts, events, target).catch((error: unknown) => target.destroy(error as Error));
  // Who goes away in the middle is no fault of ours.
  await sent.catch((error: unknown) => {
    parts.logger.info({ fact: 'ZIP download ended early', reason: errorMessage(error) });
  });
  await filled;
}

async function fill(
  zip: ZipFile,
  parts: Mp4Parts,
  events: readonly EventRow[],
  target: Writable,
): Promise<void> {
  const missing: string[] = [];
  for (const event of events) {
    if (target.destroyed) return;
    try {
      await addFile(zip, await eventMp4(parts, event.eventId), nameOf(event), event.startTimestamp, target);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      missing.push(`${nameOf(event)}: ${error.message}`);
    }
  }
  if (missing.length > 0) zip.addBuffer(Buffer.from(`${missing.join('\n')}\n`), 'not-included.txt');
  zip.end();
}

/** Opened before the next conversion may push it out of the cache; MP4 does not compress. */
async function addFile(
  zip: ZipFile,
  file: string,
  name: string,
  mtime: Date,
  target: Writable,
): Promise<void> {
  const content = createReadStream(file);
  await once(content, 'open');
  const read = once(content, 'close');
  const gone = (): void => void content.destroy();
  target.once('close', gone);
  zip.addReadStream(content, name, { compress: false, mtime });
  await read;
  target.off('close', gone);
}

/** A folder a camera. */
const nameOf = (event: EventRow): string =>
  `${event.cameraName.replaceAll(/[^\p{L}\p{N} ._-]/gu, '_').replace(/^\.+/, '_')}/${downloadName(event)}`;
