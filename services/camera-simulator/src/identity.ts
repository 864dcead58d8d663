/** Ids of simulated cameras: stable, so that the demo's cameras come back as themselves after a restart. */
import { createHash } from 'node:crypto';

/**
 * The n-th camera of a set, 32 upper-case hex characters. They end in the number: default names show it, and neighbours
 * show different pictures.
 */
export function simulatedCameraId(index: number, set = 'demo'): string {
  const digest = createHash('sha256').update(`simulated camera ${set} ${index}`).digest('hex').toUpperCase();
  return digest.slice(0, 28) + index.toString(16).toUpperCase().padStart(4, '0');
}
