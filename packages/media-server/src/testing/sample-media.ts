/**
 * A short clip for tests, made by ffmpeg when first asked for: H.264 test pattern as access units, Opus tone as packets.
 * Test code only.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface SampleMedia {
  readonly framesPerSecond: number;
  /** NAL units without start codes, by picture; a key picture begins with its parameter sets. */
  readonly pictures: readonly (readonly Buffer[])[];
  /** 20 ms each. */
  readonly opus: readonly Buffer[];
}

const framesPerSecond = 25;
const seconds = 4;
const run = promisify(execFile);

/** `width`×`height` at `kbps`, a key picture every `keyEvery` pictures. */
export async function makeSample(kbps = 2000, keyEvery = 50, size = '1280x720'): Promise<SampleMedia> {
  const options = { encoding: 'buffer', maxBuffer: 64e6 } as const;
  const [video, audio] = await Promise.all([
    run(
      'ffmpeg',
      // prettier-ignore
      ['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${framesPerSecond}`, '-t', String(seconds),
       '-c:v', 'libx264', '-profile:v', 'baseline', '-level', '3.1', '-pix_fmt', 'yuv420p', '-tune', 'zerolatency',
       '-preset', 'veryfast', '-b:v', `${kbps}k`, '-maxrate', `${kbps}k`, '-bufsize', `${kbps / 4}k`,
       '-x264-params', `keyint=${keyEvery}:min-keyint=${keyEvery}:scenecut=0:repeat-headers=1:aud=1:slices=1:threads=1`,
       '-f', 'h264', '-'],
      options,
    ),
    run(
      'ffmpeg',
      // prettier-ignore
      ['-v', 'error', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-t', String(seconds), '-ac', '2',
       '-c:a', 'libopus', '-b:a', '48k', '-frame_duration', '20', '-f', 'ogg', '-'],
      options,
    ),
  ]);
  return { framesPerSecond, pictures: splitPictures(video.stdout), opus: splitOgg(audio.stdout) };
}

/** Annex B to pictures; each begins with an access unit delimiter, which is left out. */
function splitPictures(stream: Buffer): Buffer[][] {
  const pictures: Buffer[][] = [];
  let start = stream.indexOf(Buffer.from([0, 0, 1]));
  while (start >= 0) {
    const next = stream.indexOf(Buffer.from([0, 0, 1]), start + 3);
    let end = next < 0 ? stream.length : next;
    while (next >= 0 && stream[end - 1] === 0) end -= 1;
    const unit = stream.subarray(start + 3, end);
    if ((unit.readUInt8(0) & 0x1f) === 9) pictures.push([]);
    else pictures.at(-1)?.push(unit);
    start = next;
  }
  return pictures;
}

/** The packets of an Ogg stream (RFC 3533), the two header packets of Opus left out. */
function splitOgg(stream: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  let pending: Buffer[] = [];
  let at = 0;
  while (at + 27 <= stream.length) {
    const segments = stream.readUInt8(at + 26);
    let data = at + 27 + segments;
    for (let index = 0; index < segments; index += 1) {
      const length = stream.readUInt8(at + 27 + index);
      pending.push(stream.subarray(data, data + length));
      data += length;
      if (length < 255) {
        packets.push(Buffer.concat(pending));
        pending = [];
      }
    }
    at = data;
  }
  return packets.slice(2);
}
