/**
 * MPEG-TS in, MP4 out, by ffmpeg: nothing is encoded again, the index stands in front (faststart). Fixed arguments, no
 * shell; input comes by stdin only, so no name or protocol reaches ffmpeg.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@apiary/base/errors';

/** Where the outside tool is looked for: PATH. */
export const ffmpegCommand = 'ffmpeg';

const argumentsFor = (outputFile: string): string[] => [
  ...['-nostdin', '-hide_banner', '-loglevel', 'error'],
  ...['-f', 'mpegts', '-i', 'pipe:0'],
  ...['-map', '0:v:0?', '-map', '0:a:0?', '-c', 'copy'],
  ...['-movflags', '+faststart', '-f', 'mp4', '-y', outputFile],
];

export const ffmpegMissing = (): AppError =>
  new AppError(
    501,
    'ffmpeg_missing',
    'Downloads need ffmpeg, which is not installed on the server (Debian: apt-get install ffmpeg).',
  );

/** Whether the tool answers. */
export async function ffmpegWorks(command = ffmpegCommand): Promise<boolean> {
  try {
    const probe = spawn(command, ['-hide_banner', '-version'], { stdio: 'ignore' });
    const [code] = (await once(probe, 'close')) as [number | null];
    return code === 0;
  } catch {
    return false;
  }
}

/**
 * Writes `outputFile`. @throws AppError 501 without ffmpeg, 500 `conversion_failed`, 504 `conversion_timeout`
 * @param signal ends ffmpeg; the error is then 504
 */
export async function remuxToMp4(
  input: AsyncIterable<Buffer>,
  outputFile: string,
  signal: AbortSignal,
  command = ffmpegCommand,
): Promise<void> {
  const child = spawn(command, argumentsFor(outputFile), {
    stdio: ['pipe', 'ignore', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < 2000) complaint += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // ffmpeg may end before it read all: its own exit code tells more than the broken pipe.
  const fed = pipeline(Readable.from(input), child.stdin, { signal }).catch((error: unknown) => error);
  try {
    const code = await ended;
    const feedFailure = await fed;
    if (feedFailure instanceof AppError) throw feedFailure;
    if (code === 0) return;
    throw new AppError(500, 'conversion_failed', 'The recording could not be made into an MP4.', {
      cause: new Error(complaint.trim() || `ffmpeg ended with ${code}`),
    });
  } catch (error) {
    if (signal.aborted)
      throw new AppError(504, 'conversion_timeout', 'Making the MP4 took too long.', { cause: error });
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw ffmpegMissing();
    throw error;
  }
}
