/**
 * A certificate and its key as two files that change together. No file system renames two files at once, so both are
 * prepared in a folder `.<name>.ready` first: a run that finds such a folder finishes what a crash cut short.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { certificateFiles } from '@apiary/base/paths';
import type { PemPair } from './x509.ts';

export type PairName = Parameters<typeof certificateFiles>[1];

const certificateMode = 0o644;
const keyMode = 0o600;

/** The two texts as they are, or undefined when neither file exists. @throws FatalError when one is missing or unreadable */
export async function readPair(certsDir: string, name: PairName): Promise<PemPair | undefined> {
  const files = certificateFiles(certsDir, name);
  const [certificate, key] = [await readText(files.certificate), await readText(files.key)];
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) {
    const [there, missing] = certificate === undefined ? ['key', 'crt'] : ['crt', 'key'];
    throw new FatalError(
      `CERTS_DIR: ${name}.${there} is there but ${name}.${missing} is not. Put ${name}.${missing} back from a backup, ` +
        `or move ${name}.${there} away to have a new pair made${name === 'ca' || name === 'camera_client' ? ' (every camera must then be provisioned anew)' : ''}.`,
    );
  }
  return { certificate, key };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new FatalError(
      `CERTS_DIR: cannot read ${path} (${errorMessage(error)}). A Compose stack gives keys to its containers' users: ` +
        'run this as root, or give the files back with chown.',
    );
  }
}

/** Puts a pair in place, all or nothing. With `keepOriginals` the files it replaces stay as `<file>.original`. */
export async function writePair(
  certsDir: string,
  name: PairName,
  pair: PemPair,
  options: { keepOriginals?: boolean } = {},
): Promise<void> {
  const files = certificateFiles(certsDir, name);
  if (options.keepOriginals === true) {
    for (const path of [files.certificate, files.key])
      await writeSynced(`${path}.original`, await readFile(path), keyMode);
  }
  const draft = join(certsDir, `.${name}.draft`);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeSynced(join(draft, 'key'), pair.key, keyMode);
  await writeSynced(join(draft, 'crt'), pair.certificate, certificateMode);
  await syncFolder(draft);
  await rename(draft, readyFolder(certsDir, name));
  await finishReplacement(certsDir, name);
}

const readyFolder = (certsDir: string, name: PairName): string => join(certsDir, `.${name}.ready`);

/** Completes what a crash cut short. Call before reading, where writing is allowed. */
export async function finishReplacement(certsDir: string, name: PairName): Promise<void> {
  const ready = readyFolder(certsDir, name);
  if (!existsSync(ready)) return;
  const files = certificateFiles(certsDir, name);
  // Overwriting in place keeps no old owner: the new file belongs to whoever runs this, `setup --owners` hands it on.
  if (existsSync(join(ready, 'key'))) await rename(join(ready, 'key'), files.key);
  if (existsSync(join(ready, 'crt'))) await rename(join(ready, 'crt'), files.certificate);
  await syncFolder(certsDir);
  await rm(ready, { recursive: true, force: true });
}

/** Closes a key that others could read. Returns whether it had to. */
export async function protectKey(certsDir: string, name: PairName): Promise<boolean> {
  const { key } = certificateFiles(certsDir, name);
  // Two services of one group hand the cameras' key out on the Compose stack.
  const foreign = name === 'camera_client' ? 0o037 : 0o077;
  if (((await stat(key)).mode & foreign) === 0) return false;
  await chmod(key, keyMode);
  return true;
}

async function writeSynced(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'w', mode);
  try {
    await file.chmod(mode);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
