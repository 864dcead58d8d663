// Makes the pictures and sound a simulated camera records, from synthetic sources with a running clock. Needs ffmpeg.
//
//   npm run media -w services/camera-simulator            four variants (colour and tone differ) into media/, not in git
//   npm run media:sample -w services/camera-simulator     the small checked-in sample/, for hosts without ffmpeg
//
// Each variant: seven MPEG-TS segments of 3 s (named .mpegts: .ts is TypeScript here; H.264 Main without B-frames, a key frame at each start; AAC mono, which
// is what hls.js and Safari both play), continuous time stamps, and three JPEG stills of the same picture.
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sample = process.argv.includes('--sample');
const target = join(root, sample ? 'sample' : 'media');
const rate = sample ? 5 : 10;
const variants = sample
  ? [{ name: 'a', hue: 0, tone: 440 }]
  : [
      { name: 'a', hue: 0, tone: 440 },
      { name: 'b', hue: 90, tone: 550 },
      { name: 'c', hue: 180, tone: 660 },
      { name: 'd', hue: 270, tone: 330 },
    ];
const segmentSeconds = 3;
const segments = 7;
const stillsAtSeconds = [1, 8, 15];

function ffmpeg(...args) {
  const run = spawnSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args], {
    stdio: 'inherit',
  });
  if (run.error?.code === 'ENOENT') {
    console.error('ffmpeg is not installed: the simulator uses its small built-in sample instead.');
    process.exit(3);
  }
  if (run.status !== 0) process.exit(1);
}

const work = `${target}.new-${process.pid}`;
for (const { name, hue, tone } of variants) {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  const picture = `testsrc=size=640x360:rate=${rate}`;
  const colour = `hue=h=${hue}`;
  const keyFrames = String(rate * segmentSeconds);
  ffmpeg(
    ...['-f', 'lavfi', '-i', picture],
    ...['-f', 'lavfi', '-i', `sine=frequency=${tone}:beep_factor=4:sample_rate=16000`],
    // Named streams: ffmpeg does not know the ending and would choose none.
    ...['-map', '0:v', '-map', '1:a'],
    ...['-t', String(segments * segmentSeconds), '-vf', colour],
    ...['-c:v', 'libx264', '-preset', sample ? 'veryslow' : 'fast', '-profile:v', 'main', '-bf', '0'],
    ...['-pix_fmt', 'yuv420p', '-crf', sample ? '34' : '28'],
    ...['-g', keyFrames, '-keyint_min', keyFrames, '-sc_threshold', '0'],
    ...['-c:a', 'aac', '-b:a', '16k', '-ac', '1'],
    ...['-f', 'segment', '-segment_time', String(segmentSeconds), '-segment_format', 'mpegts'],
    join(folder, '%d.mpegts'),
  );
  for (const [index, second] of stillsAtSeconds.entries()) {
    ffmpeg(
      ...['-f', 'lavfi', '-i', picture, '-ss', String(second), '-vf', colour, '-frames:v', '1', '-q:v', '9'],
      join(folder, `${index}.jpg`),
    );
  }
}
rmSync(target, { recursive: true, force: true });
renameSync(work, target);
console.log(`${target}: ${variants.length} variants, ${readdirSync(join(target, 'a')).length} files each`);
