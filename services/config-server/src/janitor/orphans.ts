/**
 * Files without rows and rows without files. Looking changes nothing; tidying up takes such files out and such rows away,
 * each looked at again while its camera's row is held. What is younger than an hour may be an upload under way and is
 * left alone.
 */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { inTransaction } from '@apiary/database/pool';
import { holdCamera } from '@apiary/database/janitor-repository';
import {
  forgetLostRecording,
  forgetLostThumbnail,
  listKnownPaths,
  listStoredCameras,
  listStoredFiles,
  pathIsKnown,
  type StoredFile,
} from '@apiary/database/orphan-queries';
import type { RemovalParts } from './removals.ts';

export interface OrphansResult {
  readonly filesWithoutRows: { count: number; bytes: number; examples: string[] };
  readonly rowsWithoutFiles: { count: number; examples: string[] };
  /** Whether they were taken away. */
  readonly cleaned: boolean;
}

const youngMs = 3_600_000;
const mostExamples = 50;
const cameraFolder = /^[0-9A-F]{32}$/;

export async function orphans(
  parts: RemovalParts,
  options: { readonly clean: boolean; readonly now: Date; readonly signal: AbortSignal },
): Promise<OrphansResult> {
  const result: OrphansResult = {
    filesWithoutRows: { count: 0, bytes: 0, examples: [] },
    rowsWithoutFiles: { count: 0, examples: [] },
    cleaned: options.clean,
  };
  const folders = (await readdir(parts.layout.root)).filter((name) => cameraFolder.test(name));
  const cameras = await listStoredCameras(parts.pool);
  for (const cameraId of new Set([...folders, ...cameras])) {
    if (options.signal.aborted) throw new Error('stopped before its end');
    if (folders.includes(cameraId)) await filesOf(parts, cameraId, options, result.filesWithoutRows);
    await rowsOf(parts, cameraId, options.clean, result.rowsWithoutFiles);
  }
  return result;
}

async function filesOf(
  parts: RemovalParts,
  cameraId: string,
  { clean, now }: { readonly clean: boolean; readonly now: Date },
  found: OrphansResult['filesWithoutRows'],
): Promise<void> {
  const known = await listKnownPaths(parts.pool, cameraId);
  for (const path of await entriesOf(parts, cameraId)) {
    if (known.has(path)) continue;
    const info = await stat(join(parts.dataDir, path)).catch(() => undefined);
    if (info === undefined || now.getTime() - info.mtimeMs < youngMs) continue;
    const bytes = await sizeOf(join(parts.dataDir, path));
    if (clean && !(await takeAway(parts, cameraId, path))) continue;
    found.count++;
    found.bytes += bytes;
    if (found.examples.length < mostExamples) found.examples.push(path);
  }
}

/** What one row stands for: a recording's folder, a thumbnail, a file of no event. */
async function entriesOf({ layout }: RemovalParts, cameraId: string): Promise<string[]> {
  const root = layout.cameraDir(cameraId);
  const entries: string[] = [];
  for (const name of await readdir(root)) {
    const folder = join(root, name);
    const inner = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of inner) {
      const path = join(folder, entry.name);
      // files/<category>/<file>
      if (name === 'files' && entry.isDirectory())
        entries.push(...(await readdir(path)).map((file) => join(path, file)));
      else entries.push(path);
    }
  }
  return entries.map((path) => layout.stored(path));
}

/** Looked at again with uploads of the camera waiting. A camera without a row has none. */
function takeAway({ pool, trash }: RemovalParts, cameraId: string, path: string): Promise<boolean> {
  return inTransaction(pool, async (client: pg.PoolClient) => {
    await holdCamera(client, cameraId);
    if (await pathIsKnown(client, path)) return false;
    if (trash.put(path)) await trash.remove(path);
    return true;
  });
}

async function rowsOf(
  { pool, dataDir }: RemovalParts,
  cameraId: string,
  clean: boolean,
  found: OrphansResult['rowsWithoutFiles'],
): Promise<void> {
  for (let after: StoredFile | undefined; ;) {
    const page = await listStoredFiles(pool, cameraId, after);
    for (const file of page) {
      if (existsSync(join(dataDir, file.path))) continue;
      if (clean) await forget(pool, cameraId, file);
      found.count++;
      if (found.examples.length < mostExamples) found.examples.push(file.path);
    }
    after = page.at(-1);
    if (after === undefined) return;
  }
}

const forget = (pool: pg.Pool, cameraId: string, file: StoredFile): Promise<void> =>
  inTransaction(pool, async (client) => {
    await holdCamera(client, cameraId);
    if (file.kind === 'recording') await forgetLostRecording(client, file.path);
    else await forgetLostThumbnail(client, file.path);
  });

async function sizeOf(path: string): Promise<number> {
  const info = await stat(path);
  if (!info.isDirectory()) return info.size;
  let bytes = 0;
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }))
    if (entry.isFile())
      bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  return bytes;
}
