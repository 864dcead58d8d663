/**
 * What the camera's lens sees: clear 3-second segments and stills, made by scripts/make-media.mjs. `media/` where it
 * was made, else the small checked-in `sample/`. Read once and shared by all cameras of the process.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FatalError } from '@apiary/base/errors';

export interface MediaVariant {
  /** MPEG-TS, H.264 and AAC, in order; each begins with a key frame. */
  readonly segments: readonly Buffer[];
  /** JPEG. */
  readonly stills: readonly Buffer[];
}

export const segmentSeconds = 3;

/** Beside `src` or `dist` of this service; in a bundle of a bench, this service is its neighbour's neighbour. */
const above = fileURLToPath(new URL('..', import.meta.url));
const folders = [above, join(above, '..', 'services', 'camera-simulator')].flatMap((folder) => [
  join(folder, 'media'),
  join(folder, 'sample'),
]);

/** Where the media lies when nobody says otherwise. */
export function defaultMediaDir(): string {
  return folders.find((folder) => existsSync(folder)) ?? join(above, 'sample');
}

const loaded = new Map<string, readonly MediaVariant[]>();

/** @throws FatalError when the folder holds no variant with segments and stills */
export function loadMedia(folder: string = defaultMediaDir()): readonly MediaVariant[] {
  const known = loaded.get(folder);
  if (known !== undefined) return known;
  if (!existsSync(folder)) throw new FatalError(`There is no media folder ${folder}.`);
  const variants = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({
      segments: filesOf(join(folder, entry.name), '.mpegts'),
      stills: filesOf(join(folder, entry.name), '.jpg'),
    }))
    .filter(({ segments, stills }) => segments.length > 0 && stills.length > 0);
  if (variants.length === 0)
    throw new FatalError(
      `${folder} holds no media: npm run media -w services/camera-simulator makes it (needs ffmpeg).`,
    );
  loaded.set(folder, variants);
  return variants;
}

/** The variant this camera always shows. */
export function variantOf(variants: readonly MediaVariant[], cameraId: string): MediaVariant {
  const variant = variants[parseInt(cameraId.slice(-4), 16) % variants.length] ?? variants[0];
  if (variant === undefined) throw new FatalError('no media');
  return variant;
}

function filesOf(folder: string, ending: string): Buffer[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort((a, b) => parseInt(a) - parseInt(b))
    .map((name) => readFileSync(join(folder, name)));
}
