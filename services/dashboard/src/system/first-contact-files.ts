/** What other services keep of a camera's first requests and messages (DATA_DIR/first-contact), for reading. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { firstContactDir } from '@apiary/base/paths';
import { redact } from './redact.ts';

export interface FirstContactFile {
  readonly name: string;
  readonly at: Date;
  /** Parsed JSON, or text; secrets are out. */
  readonly content: unknown;
}

const mostFiles = 400;
const mostBytes = 128 * 1024;

/** Oldest first. None where nothing is kept, or the folder cannot be read. */
export async function readFirstContact(dataDir: string, cameraId: string): Promise<FirstContactFile[]> {
  const folder = join(firstContactDir(dataDir), cameraId);
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names
      .toSorted()
      .slice(0, mostFiles)
      .map((name) => readOne(folder, name)),
  );
  return files.filter((file) => file !== undefined).toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

async function readOne(folder: string, name: string): Promise<FirstContactFile | undefined> {
  try {
    const path = join(folder, name);
    const info = await stat(path);
    if (!info.isFile() || info.size > mostBytes) return undefined;
    const text = await readFile(path, 'utf8');
    return { name, at: info.mtime, content: redact(parsed(text)) };
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
