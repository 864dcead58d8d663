/**
 * Removing one thing: rows and files as one. The camera's row is held meanwhile, so an upload of that camera has either
 * written its row before (and is taken along) or writes it afterwards (and finds the event deleted). Files are moved
 * aside before the commit and come back when it fails.
 */
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { inTransaction } from '@apiary/database/pool';
import {
  holdCamera,
  purgeCamera,
  purgeEvent,
  takeRecordings,
  type DeletedEvent,
} from '@apiary/database/janitor-repository';
import type { UploadLayout } from '../uploads/layout.ts';
import type { EventLine } from '../uploads/event-line.ts';
import type { Trash } from './trash.ts';

export interface RemovalParts {
  readonly pool: pg.Pool;
  readonly dataDir: string;
  readonly layout: UploadLayout;
  readonly trash: Trash;
  /** Shared with the upload store. */
  readonly inEvent: EventLine;
}

/** `rows` deletes and names files; undefined: nothing to do. False: nothing was done. */
async function removeTogether(
  { pool, trash }: RemovalParts,
  cameraId: string,
  rows: (client: pg.PoolClient) => Promise<readonly string[] | undefined>,
): Promise<boolean> {
  const moved: string[] = [];
  try {
    const done = await inTransaction(pool, async (client) => {
      if (!(await holdCamera(client, cameraId))) return false;
      const paths = await rows(client);
      if (paths === undefined) return false;
      for (const path of paths) if (trash.put(path)) moved.push(path);
      return true;
    });
    await Promise.all(moved.map((path) => trash.remove(path)));
    return done;
  } catch (error) {
    for (const path of moved) trash.putBack(path);
    throw error;
  }
}

/** A deleted event: its row, its folder, and what lies elsewhere (quarantine). */
export async function removeEvent(parts: RemovalParts, event: DeletedEvent): Promise<boolean> {
  const { layout } = parts;
  const eventDir = layout.eventDir(event.cameraId, event.eventId);
  const folder = layout.stored(eventDir);
  const rows = async (client: pg.PoolClient): Promise<string[] | undefined> => {
    const paths = await purgeEvent(client, event);
    if (paths === undefined) return undefined;
    const elsewhere = paths.filter((path) => !path.startsWith(`${folder}/`));
    return [folder, ...elsewhere.flatMap((path) => [path, ...sidecar(path)])];
  };
  return parts.inEvent(eventDir, () => removeTogether(parts, event.cameraId, rows));
}

/** The recordings of an event; the event and its picture stay. */
export async function removeRecordings(parts: RemovalParts, event: DeletedEvent): Promise<boolean> {
  const rows = async (client: pg.PoolClient): Promise<string[] | undefined> => {
    const paths = await takeRecordings(client, event.eventId);
    return paths.length === 0 ? undefined : paths;
  };
  const eventDir = parts.layout.eventDir(event.cameraId, event.eventId);
  return parts.inEvent(eventDir, () => removeTogether(parts, event.cameraId, rows));
}

/** A removed camera whose events are gone, with all that is left of it. */
export async function removeCameraRow(parts: RemovalParts, cameraId: string): Promise<boolean> {
  const { layout } = parts;
  return removeTogether(parts, cameraId, async (client) =>
    (await purgeCamera(client, cameraId))
      ? [layout.cameraDir(cameraId), layout.quarantineDir(cameraId)].map((path) => layout.stored(path))
      : undefined,
  );
}

/** Files whose rows are gone already. */
export async function removeFiles(
  { dataDir, layout }: RemovalParts,
  paths: readonly string[],
): Promise<void> {
  for (const path of paths) {
    const file = join(dataDir, path);
    if (!file.startsWith(`${layout.root}/`)) continue;
    await rm(file, { recursive: true, force: true });
    for (const beside of sidecar(path)) await rm(join(dataDir, beside), { force: true });
    // The folder, where this was the last of it.
    await rmdir(join(file, '..')).catch(() => undefined);
  }
}

/** The note beside a quarantined file. */
const sidecar = (path: string): string[] => (path.includes('/.quarantine/') ? [`${path}.json`] : []);
