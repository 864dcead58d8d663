/**
 * The test pattern: frame number strip, running clock, colour bars, a moving hand, a band that flashes white while the
 * sound beeps, and grain that gives an encoder something to spend bits on. Pure: frame number in, planes out.
 */
import { stripBits, stripHeightRatio } from './frame-number.ts';

/** Frames at the start of each second that flash, and how long the beep sounds. */
export const flashFrames = 3;

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** 0 (none) to 1; the sample has none, to be small. */
  readonly grain: number;
}

/** 3 × 5 dots a digit, a row a number of three bits. */
const font: Readonly<Record<string, readonly number[]>> = {
  '0': [7, 5, 5, 5, 7],
  '1': [2, 6, 2, 2, 7],
  '2': [7, 1, 7, 4, 7],
  '3': [7, 1, 7, 1, 7],
  '4': [5, 5, 7, 1, 1],
  '5': [7, 4, 7, 1, 7],
  '6': [7, 4, 7, 5, 7],
  '7': [7, 1, 1, 2, 2],
  '8': [7, 5, 7, 5, 7],
  '9': [7, 5, 7, 1, 7],
  ':': [0, 2, 0, 2, 0],
  '.': [0, 0, 0, 0, 2],
};

/** Y, U, V of six bars, limited range. */
const bars: readonly (readonly [number, number, number])[] = [
  [168, 44, 136],
  [145, 147, 44],
  [133, 63, 52],
  [63, 193, 204],
  [51, 109, 212],
  [28, 212, 120],
];
const white = 235;
const black = 16;

/** Makes frames of one picture; keeps what does not move. */
export class TestPicture {
  readonly #picture: Picture;
  readonly #background: Buffer;
  readonly #grain: Int8Array;

  constructor(picture: Picture) {
    this.#picture = picture;
    this.#background = background(picture);
    this.#grain = grainOf(picture);
  }

  /** Planar YUV 4:2:0, limited range. */
  draw(frameNumber: number): Buffer {
    const { width, height, frameRate } = this.#picture;
    const frame = Buffer.from(this.#background);
    if (this.#grain.length > 0) this.#addGrain(frame, frameNumber);
    const box = (x: number, y: number, w: number, h: number, level: number): void => {
      const from = Math.round(x);
      for (let row = Math.round(y); row < Math.min(height, Math.round(y + h)); row++)
        frame.fill(level, row * width + from, row * width + Math.min(width, Math.round(x + w)));
    };
    const strip = height * stripHeightRatio;
    const bits = stripBits(frameNumber);
    bits.forEach((bit, block) =>
      box((block * width) / bits.length, 0, width / bits.length, strip, bit ? white : black),
    );

    const phase = frameNumber % frameRate;
    box(0, height * 0.85, width, height * 0.15, phase < flashFrames ? white : black);
    // Once a second from left to right.
    box((phase * width) / frameRate, height * 0.78, width / frameRate, height * 0.05, white);

    const dot = height / 40;
    box(width / 2 - dot * 18, height * 0.45 - dot * 2, dot * 36, dot * 9, black);
    Array.from(clockText(frameNumber, frameRate)).forEach((sign, index) =>
      (font[sign] ?? []).forEach((row, y) => {
        for (let x = 0; x < 3; x++)
          if (((row >> (2 - x)) & 1) === 1)
            box(width / 2 + (index * 4 + x - 15.5) * dot, height * 0.45 + y * dot, dot, dot, white);
      }),
    );
    return frame;
  }

  #addGrain(frame: Buffer, frameNumber: number): void {
    const { width, height } = this.#picture;
    const grain = this.#grain;
    // Another piece of the same grain each time: no motion search finds it again.
    let at = (frameNumber * 7919 * 31) % grain.length;
    for (let index = Math.ceil(height * 0.1) * width; index < Math.floor(height * 0.78) * width; index++) {
      frame[index] = (frame[index] ?? 0) + (grain[at] ?? 0);
      at = at + 1 === grain.length ? 0 : at + 1;
    }
  }
}

/** `MM:SS.hh` of the clip. */
export function clockText(frameNumber: number, frameRate: number): string {
  const hundredths = Math.floor((frameNumber * 100) / frameRate);
  const two = (value: number): string => String(value % 100).padStart(2, '0');
  return `${two(Math.floor(hundredths / 6000))}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths)}`;
}

function background({ width, height }: Picture): Buffer {
  const frame = Buffer.alloc((width * height * 3) / 2, 128);
  const chroma = width * height;
  for (let x = 0; x < width; x++) {
    const [y, u, v] = bars[Math.floor((x * bars.length) / width)] ?? [black, 128, 128];
    for (let row = Math.floor(height * 0.1); row < height * 0.78; row++) frame[row * width + x] = y;
    if (x % 2 === 1) continue;
    // The edges of strip and band lie on no chroma line's border in every size: bars keep two lines off.
    for (let row = Math.ceil(height * 0.05) + 1; row < height * 0.39 - 1; row++) {
      frame[chroma + row * (width / 2) + x / 2] = u;
      frame[(chroma * 5) / 4 + row * (width / 2) + x / 2] = v;
    }
  }
  frame.fill(black, Math.floor(height * 0.78) * width, width * height);
  return frame;
}

function grainOf({ width, height, grain }: Picture): Int8Array {
  if (grain <= 0) return new Int8Array(0);
  const values = new Int8Array(width * Math.ceil(height / 2) + 101);
  let state = 12345;
  for (let index = 0; index < values.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[index] = Math.round((state / 2 ** 32 - 0.5) * 24 * grain);
  }
  return values;
}
