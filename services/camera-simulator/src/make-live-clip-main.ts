/** `npm run media:live` and `media:live:sample`: makes the live clip unless it is there (after `npm run build`). */
import { errorMessage, FatalError } from '@apiary/base/errors';
import { madeClipDir, sampleClipDir } from './live/live-clip.ts';
import { fullClip, makeLiveClip, sampleClip } from './live/make-clip.ts';

const sample = process.argv.includes('--sample');
const folder = sample ? sampleClipDir() : madeClipDir();
try {
  const made = await makeLiveClip(folder, sample ? sampleClip : fullClip);
  process.stdout.write(`${folder}: ${made ? 'made' : 'already there'}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof FatalError ? error.message : errorMessage(error)}\n`);
  process.exitCode = error instanceof FatalError ? 3 : 1;
}
