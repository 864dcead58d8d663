/**
 * What the lens sees while somebody watches: a clip that goes round, encoded beforehand at several bitrates, and one
 * second of sound that goes round with it. `live/` where `npm run media:live` made it, else the checked-in
 * `live-sample/`. Read once and shared by all cameras of the process.
 *
 * Key frames stand one frame more than a second apart, so that over the whole clip there is one at every phase of the
 * second. A camera asked for a key frame goes on from one of the same phase: the very next frame is a key frame, and
 * flash and beep stay together.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { FatalError } from '@apiary/base/errors';
import { fillerUnit, nalType, nalTypes, splitAnnexB } from './h264-packets.ts';

export interface ClipFrame {
  /** NAL units without start codes; a key frame begins with SPS and PPS. */
  readonly units: readonly Buffer[];
  readonly key: boolean;
}

export interface Rung {
  /** Of the video, bit/s. */
  readonly bitrate: number;
  readonly frames: readonly ClipFrame[];
}

export interface LiveClip {
  readonly width: number;
  readonly height: number;
  /** Per second. */
  readonly frameRate: number;
  /** Rising bitrates; every rung shows the same pictures. */
  readonly rungs: readonly Rung[];
  /** By phase (frame number modulo the frame rate): the frame number of a key frame. */
  readonly keyFrameAt: readonly number[];
  /** Opus packets of 20 ms: one second. */
  readonly sound: readonly Buffer[];
}

export const soundPacketMs = 20;

export const clipDescription = z.object({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  frameRate: z.number().int().positive(),
  /** `padded`: the file is smaller than the bitrate, filler data makes up for it. */
  rungs: z.array(z.object({ bitrate: z.number().positive(), file: z.string(), padded: z.boolean() })).min(1),
  /** Base64. */
  sound: z.array(z.string()).length(1000 / soundPacketMs),
});
export type ClipDescription = z.infer<typeof clipDescription>;
export const clipDescriptionFile = 'clip.json';

/** Beside `src/live` or `dist` of this service; in a bundle of a bench, this service is its neighbour's neighbour. */
const here = fileURLToPath(new URL('.', import.meta.url));
const folders = [
  join(here, '..', '..'),
  join(here, '..'),
  join(here, '..', '..', 'services', 'camera-simulator'),
];

/** Where `npm run media:live` puts the clip. */
export function madeClipDir(): string {
  return join(folders.find((folder) => existsSync(join(folder, 'live-sample'))) ?? here, 'live');
}

/** The small clip that is always there. */
export function sampleClipDir(): string {
  return join(madeClipDir(), '..', 'live-sample');
}

export function defaultClipDir(): string {
  return existsSync(join(madeClipDir(), clipDescriptionFile)) ? madeClipDir() : sampleClipDir();
}

const loaded = new Map<string, LiveClip>();

/** @throws FatalError when the folder holds no sound clip */
export function loadLiveClip(folder: string = defaultClipDir()): LiveClip {
  const known = loaded.get(folder);
  if (known !== undefined) return known;
  const file = join(folder, clipDescriptionFile);
  if (!existsSync(file))
    throw new FatalError(
      `${folder} holds no live clip: npm run media:live -w services/camera-simulator makes it.`,
    );
  const description = clipDescription.parse(JSON.parse(readFileSync(file, 'utf8')));
  const encoded = new Map<string, ClipFrame[]>();
  const rungs = description.rungs.map(({ bitrate, file: name, padded }) => {
    const frames = encoded.get(name) ?? framesOf(readFileSync(join(folder, name)));
    encoded.set(name, frames);
    const bytes = Math.floor(bitrate / 8 / description.frameRate);
    return { bitrate, frames: padded ? frames.map((frame) => pad(frame, bytes)) : frames };
  });
  const clip = {
    width: description.width,
    height: description.height,
    frameRate: description.frameRate,
    rungs,
    keyFrameAt: keyFramesByPhase(folder, rungs, description.frameRate),
    sound: description.sound.map((packet) => Buffer.from(packet, 'base64')),
  };
  loaded.set(folder, clip);
  return clip;
}

/** One slice a picture is how the clip is made: each slice ends a frame. */
export function framesOf(stream: Buffer): ClipFrame[] {
  const frames: ClipFrame[] = [];
  let head: Buffer[] = [];
  for (const unit of splitAnnexB(stream)) {
    const type = nalType(unit);
    if (type === nalTypes.sps || type === nalTypes.pps) head.push(unit);
    else if (type === nalTypes.slice || type === nalTypes.idr) {
      frames.push({ units: [...head, unit], key: type === nalTypes.idr });
      head = [];
    }
  }
  return frames;
}

function pad(frame: ClipFrame, bytes: number): ClipFrame {
  const missing = bytes - frame.units.reduce((sum, unit) => sum + unit.length, 0);
  return missing < 16 ? frame : { units: [...frame.units, fillerUnit(missing)], key: frame.key };
}

function keyFramesByPhase(folder: string, rungs: readonly Rung[], frameRate: number): number[] {
  const [first, ...others] = rungs;
  if (first === undefined) throw new FatalError(`${folder} holds no encoding.`);
  const keys = (rung: Rung): string => rung.frames.map(({ key }) => (key ? 'K' : '.')).join('');
  const pattern = keys(first);
  if (others.some((rung) => keys(rung) !== pattern))
    throw new FatalError(`${folder}: the encodings differ in length or key frames.`);
  if (pattern.length % frameRate !== 0)
    throw new FatalError(`${folder}: the clip is no whole number of seconds.`);
  const byPhase = Array.from({ length: frameRate }, (_, phase) => {
    for (let at = phase; at < pattern.length; at += frameRate) if (pattern[at] === 'K') return at;
    throw new FatalError(`${folder}: no key frame at phase ${phase} of the second.`);
  });
  if (byPhase[0] !== 0) throw new FatalError(`${folder}: the clip does not begin with a key frame.`);
  return byPhase;
}
