/**
 * The machine-readable frame number in the picture of a simulated camera.
 *
 * The top tenth of the picture is a strip of 20 blocks of equal width, left to right, white for 1 and black for 0:
 *
 *   block  0 1      white, black: what white and black look like here
 *   block  2 … 13   frame number, 12 bits, most significant first
 *   block 14 … 17   check: 9 + the sum of the number's three nibbles, modulo 16
 *   block 18 19     black, white
 *
 * Blocks this large survive any encoding that leaves a picture to look at, and scaling.
 */
export const stripBlocks = 20;
/** Of the picture's height. */
export const stripHeightRatio = 0.1;

/** White or black of each block, left to right. */
export function stripBits(frameNumber: number): boolean[] {
  const check = (9 + (frameNumber >> 8) + ((frameNumber >> 4) & 15) + (frameNumber & 15)) & 15;
  const bits = (value: number, count: number): boolean[] =>
    Array.from({ length: count }, (_, index) => ((value >> (count - 1 - index)) & 1) === 1);
  return [true, false, ...bits(frameNumber, 12), ...bits(check, 4), false, true];
}

/**
 * Reads the number back from pixels; `undefined` where there is none, or none that can be trusted. It uses nothing
 * outside itself, so that its text can be given to a page: `page.evaluate(`(${readFrameNumber})(…)`)`.
 *
 * @param rgba as of `getImageData`: four bytes a pixel, the whole picture
 */
export function readFrameNumber(rgba: ArrayLike<number>, width: number, height: number): number | undefined {
  const blocks = 20;
  const middle = height * 0.05;
  const reach = Math.max(1, Math.min(width / blocks, height / 10) / 5);
  const levels: number[] = [];
  for (let block = 0; block < blocks; block++) {
    const centre = ((block + 0.5) * width) / blocks;
    let sum = 0;
    let count = 0;
    for (let y = Math.floor(middle - reach); y <= middle + reach; y++)
      for (let x = Math.floor(centre - reach); x <= centre + reach; x++) {
        sum += rgba[(y * width + x) * 4 + 1] ?? 0;
        count++;
      }
    levels.push(sum / count);
  }
  const white = ((levels[0] ?? 0) + (levels[19] ?? 0)) / 2;
  const black = ((levels[1] ?? 0) + (levels[18] ?? 0)) / 2;
  if (white - black < 60) return undefined;
  const bits = levels.map((level) => level > (white + black) / 2);
  if (bits[0] !== true || bits[1] !== false || bits[18] !== false || bits[19] !== true) return undefined;
  const value = (from: number, to: number): number =>
    bits.slice(from, to).reduce((number, bit) => number * 2 + (bit ? 1 : 0), 0);
  const number = value(2, 14);
  const check = (9 + (number >> 8) + ((number >> 4) & 15) + (number & 15)) & 15;
  return value(14, 18) === check ? number : undefined;
}
