/** `make camera-package`: the files that move a camera to this platform, in a folder of this machine. */
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { cameraFiles, readCameraCredentials, type CameraUpload } from '@apiary/camera-package';
import type { InstallationSettings } from './config.ts';
import { cameraPackagesDir, giveTree } from './folders.ts';

export interface CameraPackageOptions {
  readonly settings: Pick<InstallationSettings, 'DATA_DIR' | 'CERTS_DIR' | 'SERVER_ADDRESS' | 'CONFIG_PORT'>;
  /** As typed by a person. */
  readonly cameraId: string;
  /** The camera's own `/cali/master_ctrl.db`. */
  readonly databaseFile: string;
  /** The camera's own `/etc/ssl/certs/ca-bundle.trust.crt`. */
  readonly bundleFile: string;
  /** The camera's own `/cali/certs/mqttCA.crt`; optional, as its new copy is. */
  readonly factoryCaFile?: string | undefined;
}

export interface CameraPackage {
  readonly cameraId: string;
  readonly folder: string;
  /** What the camera will ask for its configuration. */
  readonly configHost: string;
  /** Files to put on the camera, in this order. */
  readonly uploads: readonly CameraUpload[];
}

/** @throws FatalError for people */
export async function makeCameraPackage(options: CameraPackageOptions): Promise<CameraPackage> {
  const { settings } = options;
  const configHost = `${settings.SERVER_ADDRESS}:${settings.CONFIG_PORT}`;
  const { cameraId, files, uploads } = await cameraFiles({
    cameraId: options.cameraId,
    configHost,
    credentials: await readCameraCredentials(settings.CERTS_DIR),
    database: await readInput('DB', options.databaseFile),
    bundle: await readInput('BUNDLE', options.bundleFile),
    factoryCa:
      options.factoryCaFile === undefined ? undefined : await readInput('CALI', options.factoryCaFile),
  });

  const folder = join(cameraPackagesDir(settings.DATA_DIR), 'camera_files', cameraId);
  await writeFolder(folder, files);
  // A container writes as root, but a person on the host carries the files on.
  const { uid, gid } = await stat(settings.DATA_DIR);
  await giveTree(folder, { uid, gid });
  return { cameraId, folder, configHost, uploads };
}

async function readInput(what: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new FatalError(`${what}: cannot read ${path} (${errorMessage(error)}).`);
  }
}

/** Holds the cameras' private key: closed to others. The old package stays until the new one is complete. */
async function writeFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  for (const [name, content] of files) await writeFile(join(draft, name), content, { mode: 0o600 });
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}

/** @param shownFolder where people find the folder, when that is not where this process wrote it */
export function renderCameraPackage(made: CameraPackage, shownFolder = made.folder): string {
  const width = Math.max(...made.uploads.map(({ file }) => file.length)) + 2;
  return [
    `Camera ${made.cameraId} will ask https://${made.configHost} for its configuration.`,
    `Files: ${shownFolder}`,
    '',
    'Keep a copy of the camera’s own /cali/master_ctrl.db (for instance as /cali/master_ctrl.db.backup), then put by FTP as root:',
    ...made.uploads.map(({ file, cameraPath }) => `  ${file.padEnd(width)}→ ${cameraPath}`),
    '',
    'Compare checksums with checksums.txt, then reboot the camera. It appears on the dashboard within two minutes.',
  ].join('\n');
}
