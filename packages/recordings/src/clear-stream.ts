/**
 * All recordings of an event as one clear MPEG-TS stream: segments in playing order, decrypted (AES-128-CBC, zero IV,
 * contract §5.4). A segment that was cut short is given as far as it goes: decoders find the next packet by themselves.
 */
import { createDecipheriv } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AppError } from '@apiary/base/errors';
import type { RecordingRow } from '@apiary/database/event-queries';
import type { UploadFiles } from './upload-files.ts';

const zeroIv = Buffer.alloc(16);

export async function* clearStream(
  files: UploadFiles,
  recordings: readonly RecordingRow[],
): AsyncGenerator<Buffer> {
  for (const recording of recordings) {
    const key = recording.encrypted ? await keyOf(files, recording) : undefined;
    for (const segment of recording.segments) {
      const chunks = createReadStream(await files.segment(recording, segment)) as AsyncIterable<Buffer>;
      if (key === undefined) yield* chunks;
      else yield* decrypted(chunks, key);
    }
  }
}

async function keyOf(files: UploadFiles, recording: RecordingRow): Promise<Buffer> {
  const key = await readFile(await files.key(recording));
  if (key.length !== 16)
    throw new AppError(
      500,
      'bad_recording_key',
      `The key of this recording has ${key.length} bytes, not 16.`,
    );
  return key;
}

async function* decrypted(chunks: AsyncIterable<Buffer>, key: Buffer): AsyncGenerator<Buffer> {
  const decipher = createDecipheriv('aes-128-cbc', key, zeroIv);
  for await (const chunk of chunks) yield decipher.update(chunk);
  try {
    yield decipher.final();
  } catch {
    // Wrong padding: the file was cut short, and only its last block is lost.
  }
}
