/** Which frame of which encoding comes next. Pure: the encoder of the simulated camera, without a clock. */
import type { ClipFrame, LiveClip, Rung } from './live-clip.ts';

export interface FedFrame extends ClipFrame {
  /** Place in the clip, as written in the picture. */
  readonly number: number;
  readonly rung: Rung;
  /** A key frame because somebody asked. */
  readonly forced: boolean;
}

export class FrameFeed {
  readonly #clip: LiveClip;
  #next = 0;
  #rung: Rung;
  #wanted: Rung;
  #keyWanted = false;

  constructor(clip: LiveClip, startBitrate: number) {
    this.#clip = clip;
    this.#rung = rungFor(clip, startBitrate);
    this.#wanted = this.#rung;
  }

  /** Of the encoding in use, bit/s. */
  get bitrate(): number {
    return this.#rung.bitrate;
  }

  /** The next frame will be a key frame. */
  requestKeyFrame(): void {
    this.#keyWanted = true;
  }

  /** The best encoding that fits, from the next key frame on. */
  limitBitrate(bitsPerSecond: number): void {
    this.#wanted = rungFor(this.#clip, bitsPerSecond);
  }

  next(): FedFrame {
    const { keyFrameAt, frameRate } = this.#clip;
    let number = this.#next;
    let forced = false;
    if (this.#keyWanted && !this.#frame(number).key) {
      number = keyFrameAt[number % frameRate] ?? 0;
      forced = true;
    }
    if (this.#frame(number).key) {
      this.#keyWanted = false;
      this.#rung = this.#wanted;
    }
    this.#next = (number + 1) % this.#rung.frames.length;
    return { ...this.#frame(number), number, rung: this.#rung, forced };
  }

  #frame(number: number): ClipFrame {
    const frame = this.#rung.frames[number];
    if (frame === undefined) throw new RangeError(`the clip has no frame ${number}`);
    return frame;
  }
}

function rungFor(clip: LiveClip, bitsPerSecond: number): Rung {
  const [lowest] = clip.rungs;
  const fitting = clip.rungs.findLast(({ bitrate }) => bitrate <= bitsPerSecond);
  const rung = fitting ?? lowest;
  if (rung === undefined) throw new RangeError('the clip has no encoding');
  return rung;
}
