/**
 * Files on their way out: moved aside in one step, so that nobody sees half of them, then removed. Names in the trash say
 * where a thing came from: recordings whose rows were not deleted after all (the process died in between) go back.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

export interface Trash {
  /** Moves a file or folder (as rows name it, relative to DATA_DIR) aside; false: it is not there. */
  put(stored: string): boolean;
  /** Undoes `put`. */
  putBack(stored: string): void;
  /** Removes for good what `put` moved aside. */
  remove(stored: string): Promise<void>;
  /** After a crash: puts back what `wanted` says, removes the rest. */
  recover(wanted: (stored: string) => Promise<boolean>): Promise<void>;
}

/** Too long for a name in a folder; recordings, the only things that may go back, never are. */
const unnamed = '=';

function nameOf(stored: string): string {
  const name = encodeURIComponent(stored);
  return name.length <= 250 ? name : unnamed + createHash('sha256').update(stored).digest('hex');
}

/** @param root the folder of uploads below `dataDir` */
export function trashOf(dataDir: string, root: string): Trash {
  const folder = join(root, '.trash');
  const aside = (stored: string): string => join(folder, nameOf(stored));
  const place = (stored: string): string => {
    const path = join(dataDir, stored);
    // Rows are our own, and yet nothing outside the uploads is ever touched, nor the uploads as a whole.
    if (!path.startsWith(root + sep)) throw new Error(`${stored} is no upload`);
    return path;
  };
  return {
    put: (stored) => {
      const path = place(stored);
      if (!existsSync(path)) return false;
      mkdirSync(folder, { recursive: true, mode: 0o750 });
      // Left by a removal that failed.
      rmSync(aside(stored), { recursive: true, force: true });
      renameSync(path, aside(stored));
      return true;
    },
    putBack: (stored) => {
      const path = place(stored);
      mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
      renameSync(aside(stored), path);
    },
    remove: (stored) => rm(aside(stored), { recursive: true, force: true }),
    recover: async (wanted) => {
      await mkdir(folder, { recursive: true, mode: 0o750 });
      for (const name of await readdir(folder)) {
        const stored = name.startsWith(unnamed) ? undefined : decodeURIComponent(name);
        const path = stored === undefined ? '' : place(stored);
        if (stored !== undefined && !existsSync(path) && (await wanted(stored))) {
          mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
          renameSync(join(folder, name), path);
        } else await rm(join(folder, name), { recursive: true, force: true });
      }
    },
  };
}
