/** What comes next: round the clip, key frames on demand without losing the phase of the second, bitrates at key frames. */
import { describe, expect, it } from 'vitest';
import { FrameFeed } from './frame-feed.ts';
import { loadLiveClip, sampleClipDir } from './live-clip.ts';

const clip = loadLiveClip(sampleClipDir());
const fps = clip.frameRate;

describe('the clip', () => {
  it('has a key frame at every phase of the second', () => {
    expect(clip.keyFrameAt.map((at) => at % fps)).toEqual(Array.from({ length: fps }, (_, phase) => phase));
  });

  it('begins every key frame with SPS and PPS, and each frame is one slice', () => {
    for (const rung of clip.rungs)
      for (const { units, key } of rung.frames) {
        const types = units.map((unit) => (unit[0] ?? 0) & 31).filter((type) => type !== 12);
        expect(types).toEqual(key ? [7, 8, 5] : [1]);
      }
  });

  it('holds what its bitrates say', () => {
    for (const { bitrate, frames } of clip.rungs) {
      const bytes = frames.flatMap(({ units }) => units).reduce((sum, { length }) => sum + length, 0);
      const measured = (bytes * 8 * fps) / frames.length;
      expect(measured / bitrate).toBeGreaterThan(0.9);
      expect(measured / bitrate).toBeLessThan(1.1);
    }
  });

  it('has a second of sound', () => {
    expect(clip.sound).toHaveLength(50);
  });
});

describe('FrameFeed', () => {
  it('goes round', () => {
    const feed = new FrameFeed(clip, 2_000_000);
    const length = clip.rungs[0]?.frames.length ?? 0;
    const numbers = Array.from({ length: length + 2 }, () => feed.next().number);
    expect(numbers.slice(0, 3)).toEqual([0, 1, 2]);
    expect(numbers.slice(-2)).toEqual([0, 1]);
  });

  it('answers at every phase with a key frame at once, in step with the second', () => {
    const feed = new FrameFeed(clip, 2_000_000);
    for (let index = 0; index < 4 * fps; index++) {
      if (index % 3 === 1) feed.requestKeyFrame();
      const frame = feed.next();
      expect(frame.number % fps).toBe(index % fps);
      if (index % 3 === 1) expect(frame.key).toBe(true);
    }
  });

  it('asks once', () => {
    const feed = new FrameFeed(clip, 2_000_000);
    feed.next();
    feed.requestKeyFrame();
    expect([feed.next(), feed.next()].map(({ key, forced }) => [key, forced])).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  it('changes the bitrate with the next key frame, not before', () => {
    const feed = new FrameFeed(clip, 2_000_000);
    feed.next();
    feed.limitBitrate(900_000);
    expect(feed.next().rung.bitrate).toBe(2_000_000);
    feed.requestKeyFrame();
    expect(feed.next().rung.bitrate).toBe(700_000);
  });

  it('goes no lower than it can', () => {
    const feed = new FrameFeed(clip, 1);
    expect(feed.next().rung.bitrate).toBe(300_000);
  });
});
