import { createHash } from 'node:crypto';

/** A stable number of a text, 0 to 65535, for choices that differ from camera to camera. */
export function spread(text: string): number {
  return createHash('sha1').update(text).digest().readUInt16BE(0);
}
