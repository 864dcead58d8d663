/**
 * Where uploads lie below DATA_DIR/uploads. Paths are made of ids only, never of names a sender chose freely:
 *   <camera id>/<event folder>/<n>-<m>/{1080p,720p}/<k>.ts, aes.key   a recording
 *   <camera id>/<event folder>/thumbnail-<digest>.<jpg|png>
 *   <camera id>/files/<category>/<digest>-<file name>                   a file of no event
 *   .trash/                                                             on its way out (janitor/trash.ts)
 *   .incoming/                                                          being received; emptied at start
 *   .quarantine/<camera id>/<digest>-<file name> and its .json          refused, with the reason
 */
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { uploadsDir } from '@apiary/base/paths';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Lower-case UUIDs as they are; of any other id a digest, in a form no UUID has. */
export function eventFolder(eventId: string): string {
  return uuid.test(eventId) ? eventId : `id-${createHash('sha256').update(eventId).digest('base64url')}`;
}

export interface UploadLayout {
  readonly root: string;
  readonly incoming: string;
  cameraDir(cameraId: string): string;
  quarantineDir(cameraId: string): string;
  eventDir(cameraId: string, eventId: string): string;
  otherFile(cameraId: string, category: string, digest: string, fileName: string): string;
  quarantineFile(cameraId: string, digest: string, fileName: string): string;
  /** As rows hold it: relative to DATA_DIR, with slashes. */
  stored(path: string): string;
}

export function uploadLayout(dataDir: string): UploadLayout {
  const root = uploadsDir(dataDir);
  return {
    root,
    incoming: join(root, '.incoming'),
    cameraDir: (cameraId) => join(root, cameraId),
    quarantineDir: (cameraId) => join(root, '.quarantine', cameraId),
    eventDir: (cameraId, eventId) => join(root, cameraId, eventFolder(eventId)),
    otherFile: (cameraId, category, digest, fileName) =>
      join(root, cameraId, 'files', category, `${digest.slice(0, 16)}-${fileName}`),
    quarantineFile: (cameraId, digest, fileName) =>
      join(root, '.quarantine', cameraId, `${digest.slice(0, 16)}-${fileName}`),
    stored: (path) => relative(dataDir, path).split('\\').join('/'),
  };
}
