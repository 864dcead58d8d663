/** The number drawn into a picture is the number read from it, also when the picture is dim, small or noisy. */
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { readFrameNumber } from './frame-number.ts';
import { clockText, TestPicture } from './test-picture.ts';

const width = 640;
const height = 360;
const picture = new TestPicture({ width, height, frameRate: 25, grain: 1 });

/** Grey pixels of the luma plane, changed by `level`, every `step`-th in both directions. */
function pixels(frameNumber: number, level = (y: number): number => y, step = 1): Uint8ClampedArray {
  const frame = picture.draw(frameNumber);
  const rgba = new Uint8ClampedArray((width / step) * (height / step) * 4);
  for (let y = 0; y < height / step; y++)
    for (let x = 0; x < width / step; x++)
      rgba.fill(
        level(frame[y * step * width + x * step] ?? 0),
        (y * (width / step) + x) * 4,
        (y * (width / step) + x) * 4 + 4,
      );
  return rgba;
}

describe('readFrameNumber', () => {
  it.each([0, 1, 25, 333, 649, 1365, 2730, 4095])('reads %i', (number) => {
    expect(readFrameNumber(pixels(number), width, height)).toBe(number);
  });

  it('reads a dim picture', () => {
    expect(
      readFrameNumber(
        pixels(501, (y) => 40 + y / 3),
        width,
        height,
      ),
    ).toBe(501);
  });

  it('reads a quarter of the size', () => {
    expect(
      readFrameNumber(
        pixels(501, (y) => y, 4),
        width / 4,
        height / 4,
      ),
    ).toBe(501);
  });

  it('says nothing of a black picture', () => {
    expect(
      readFrameNumber(
        pixels(501, () => 16),
        width,
        height,
      ),
    ).toBeUndefined();
  });

  it('says nothing when two numbers are mixed', () => {
    const half = pixels(1);
    half.set(pixels(2).subarray(0, width * 4 * 36), 0);
    for (let y = 0; y < 36; y++) {
      // The right half of the strip is of another frame: the check does not fit.
      const from = (y * width + width / 2) * 4;
      half.set(pixels(900).subarray(from, from + (width / 2) * 4), from);
    }
    expect(readFrameNumber(half, width, height)).toBeUndefined();
  });

  it('needs nothing outside itself, so that a page can run it', () => {
    const alone = runInNewContext(`(${String(readFrameNumber)})`) as typeof readFrameNumber;
    expect(alone(pixels(77), width, height)).toBe(77);
  });
});

it('writes the clock of the clip', () => {
  expect([0, 13, 25, 1512].map((number) => clockText(number, 25))).toEqual([
    '00:00.00',
    '00:00.52',
    '00:01.00',
    '01:00.48',
  ]);
});
