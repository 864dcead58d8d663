/**
 * Makes the live clip with ffmpeg: raw pictures into its standard input, one encoding a bitrate out of it, and the
 * second of sound. Nothing at run time needs it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FatalError } from '@apiary/base/errors';
import { clipDescription, clipDescriptionFile, soundPacketMs, type ClipDescription } from './live-clip.ts';
import { flashFrames, TestPicture, type Picture } from './test-picture.ts';

export interface ClipPlan {
  readonly picture: Picture;
  /** Of the encodings, bit/s. */
  readonly bitrates: readonly number[];
  /** One encoding of constant quality stands for all bitrates, filled up with filler data. */
  readonly padded: boolean;
}

/**
 * Each less than one and a half times the one before: a browser asks for at most half as much again as it
 * receives (Kurento: at most twice), so over a wider step the ladder could never be climbed.
 */
const bitrates = [
  300_000, 420_000, 500_000, 700_000, 950_000, 1_300_000, 1_700_000, 2_000_000, 2_700_000, 3_200_000,
] as const;

export const fullClip: ClipPlan = {
  picture: { width: 1280, height: 720, frameRate: 25, grain: 1 },
  bitrates,
  padded: false,
};

/** Small enough for the repository. */
export const sampleClip: ClipPlan = {
  picture: { width: 640, height: 360, frameRate: 25, grain: 0 },
  bitrates,
  padded: true,
};

const sampleRate = 48_000;
/** By libopus at 48 kHz; what it delays, the beep comes early. Checked against the file's head. */
const opusPreSkip = 312;

/**
 * Makes the clip unless the folder already holds this very one.
 *
 * @returns true when something was made
 * @throws FatalError without ffmpeg or when it fails
 */
export async function makeLiveClip(folder: string, plan: ClipPlan = fullClip): Promise<boolean> {
  const stamp = JSON.stringify({ version: 1, ...plan });
  const stampFile = join(folder, 'made-by.txt');
  if (existsSync(join(folder, clipDescriptionFile)) && existsSync(stampFile))
    if ((await readFile(stampFile, 'utf8')) === stamp) return false;
  const work = `${folder}.new-${process.pid}`;
  await mkdir(work, { recursive: true });
  try {
    const { width, height, frameRate } = plan.picture;
    await encodePictures(work, plan);
    const description: ClipDescription = clipDescription.parse({
      width,
      height,
      frameRate,
      rungs: plan.bitrates.map((bitrate) => ({
        bitrate,
        file: plan.padded ? 'picture.h264' : `${bitrate / 1000}.h264`,
        padded: plan.padded,
      })),
      sound: (await encodeSound(work)).map((packet) => packet.toString('base64')),
    } satisfies ClipDescription);
    await writeFile(join(work, clipDescriptionFile), `${JSON.stringify(description, undefined, 2)}\n`);
    await writeFile(join(work, 'made-by.txt'), stamp);
    await rm(folder, { recursive: true, force: true });
    await rename(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return true;
}

async function encodePictures(work: string, { picture, bitrates: rates, padded }: ClipPlan): Promise<void> {
  const { width, height, frameRate } = picture;
  const keyFrameEvery = frameRate + 1;
  const common = [
    ...['-map', '0:v', '-c:v', 'libx264', '-profile:v', 'baseline', '-level', '3.1', '-pix_fmt', 'yuv420p'],
    // One slice a picture: the reader takes each slice for a frame.
    ...['-tune', 'zerolatency', '-x264-params', 'sliced-threads=0:slices=1:scenecut=0:open-gop=0'],
    ...['-g', String(keyFrameEvery), '-keyint_min', String(keyFrameEvery), '-bf', '0', '-f', 'h264'],
  ];
  const outputs = padded
    ? [...common, '-preset', 'veryslow', '-crf', '36', join(work, 'picture.h264')]
    : rates.flatMap((rate) => [
        ...common,
        ...['-preset', 'superfast', '-b:v', String(rate * 0.97), '-maxrate', String(rate)],
        ...['-bufsize', String(rate / 2), join(work, `${rate / 1000}.h264`)],
      ]);
  const test = new TestPicture(picture);
  const frames = keyFrameEvery * frameRate;
  await ffmpeg(
    ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', String(frameRate), '-i', '-'],
    outputs,
    function* () {
      for (let number = 0; number < frames; number++) yield test.draw(number);
    },
  );
}

/** A quiet hum, so that there is always something to hear, and at each full second a beep as long as the flash. */
async function encodeSound(work: string): Promise<Buffer[]> {
  const seconds = 4;
  const beepSamples = (flashFrames * sampleRate) / 25;
  const samples = Buffer.alloc(seconds * sampleRate * 4);
  for (let index = 0; index < seconds * sampleRate; index++) {
    const at = (index + opusPreSkip) % sampleRate;
    const beep = at < beepSamples ? 0.5 * Math.sin((2 * Math.PI * 1000 * at) / sampleRate) : 0;
    const hum = 0.02 * Math.sin((2 * Math.PI * 220 * at) / sampleRate);
    const level = Math.round((beep + hum) * 32767);
    samples.writeInt16LE(level, index * 4);
    samples.writeInt16LE(level, index * 4 + 2);
  }
  const file = join(work, 'sound.ogg');
  await ffmpeg(
    ['-f', 's16le', '-ar', String(sampleRate), '-ac', '2', '-i', '-'],
    [
      '-c:a',
      'libopus',
      '-b:a',
      '32k',
      '-vbr',
      'off',
      '-frame_duration',
      String(soundPacketMs),
      '-f',
      'ogg',
      file,
    ],
    () => [samples],
  );
  const [head, , ...packets] = oggPackets(await readFile(file));
  await rm(file);
  if (head?.readUInt16LE(10) !== opusPreSkip)
    throw new FatalError('This libopus has another delay than expected.');
  const perSecond = 1000 / soundPacketMs;
  // The third second: the encoder has settled, and what it left of the second before is what comes before it again.
  return packets.slice(2 * perSecond, 3 * perSecond);
}

/** Packets of an Ogg file with one stream (RFC 3533). */
function oggPackets(file: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  let open: Buffer[] = [];
  let at = 0;
  while (at + 27 <= file.length && file.toString('latin1', at, at + 4) === 'OggS') {
    const segments = file.readUInt8(at + 26);
    let data = at + 27 + segments;
    for (let index = 0; index < segments; index++) {
      const size = file.readUInt8(at + 27 + index);
      open.push(file.subarray(data, data + size));
      data += size;
      if (size === 255) continue;
      packets.push(Buffer.concat(open));
      open = [];
    }
    at = data;
  }
  return packets;
}

async function ffmpeg(
  input: readonly string[],
  output: readonly string[],
  chunks: () => Iterable<Buffer>,
): Promise<void> {
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...input, ...output], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', () => {
      reject(new FatalError('ffmpeg is not installed: cameras show the small built-in clip instead.'));
    });
  });
  // It may leave in mid-sentence; its exit code says more than the broken pipe.
  child.stdin.on('error', () => undefined);
  const fed = (async () => {
    for (const chunk of chunks())
      if (!child.stdin.write(chunk)) await Promise.race([once(child.stdin, 'drain'), ended]);
    child.stdin.end();
  })();
  const [code] = await Promise.all([ended, fed]);
  if (code !== 0) throw new FatalError(`ffmpeg ended with code ${String(code)}.`);
}
