/**
 * A foreign decoder, ffmpeg, over key frames on demand and changes of bitrate: it sees no fault, and the numbers read from
 * its pixels are those that were sent.
 */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { FrameFeed } from './frame-feed.ts';
import { readFrameNumber } from './frame-number.ts';
import { loadLiveClip, sampleClipDir } from './live-clip.ts';

const width = 320;
const height = 180;
const present = spawnSync('ffmpeg', ['-version']).status === 0;
if (!present) console.warn('Skipped: ffmpeg is not installed, nothing here can decode H.264.');

it.skipIf(!present)('decodes without a word', () => {
  const feed = new FrameFeed(loadLiveClip(sampleClipDir()), 300_000);
  const sent: number[] = [];
  const stream: Buffer[] = [];
  for (let index = 0; index < 60; index++) {
    if (index % 17 === 5) {
      feed.requestKeyFrame();
      feed.limitBitrate(index > 30 ? 500_000 : 2_000_000);
    }
    const { number, units } = feed.next();
    sent.push(number);
    for (const unit of units) stream.push(Buffer.from([0, 0, 0, 1]), unit);
  }
  const { stdout, stderr } = spawnSync(
    'ffmpeg',
    [
      ...['-hide_banner', '-loglevel', 'warning', '-f', 'h264', '-i', '-'],
      ...['-vf', `scale=${width}:${height}`, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'],
    ],
    { input: Buffer.concat(stream), maxBuffer: 64 * 2 ** 20 },
  );
  expect(stderr.toString()).toBe('');
  const bytes = width * height * 4;
  const seen = sent.map((_, index) =>
    readFrameNumber(stdout.subarray(index * bytes, (index + 1) * bytes), width, height),
  );
  expect(seen).toEqual(sent);
});
