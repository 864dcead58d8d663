/** Ids of simulated cameras: stable, so that the demo's cameras come back as themselves after a restart. */
import { createHash } from 'node:crypto';

/** The n-th camera of a set, 32 upper-case hex characters. */
export function simulatedCameraId(index: number, set = 'demo'): string {
  return createHash('sha256')
    .update(`simulated camera ${set} ${index}`)
    .digest('hex')
    .slice(0, 32)
    .toUpperCase();
}
