/**
 * Files that move a camera from its old platform to this one (contract §2.6, §2.7). The database and the CA bundle come
 * from the camera itself: a template would reset its settings and its upload queue. Contacts no camera.
 */
import { X509Certificate, createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { certificateFiles } from '@apiary/base/paths';
import { normaliseCameraId } from '@apiary/contract';
import { withConfigHost } from './camera-database.ts';
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
  readonly uploads: readonly { readonly file: string; readonly cameraPath: string }[];
}

/** @throws FatalError for people */
export async function makeCameraPackage(options: CameraPackageOptions): Promise<CameraPackage> {
  const { settings } = options;
  const cameraId = normaliseCameraId(options.cameraId);
  if (cameraId === undefined)
    throw new FatalError(
      'ID: must be the camera’s 32 hexadecimal characters, the name of its /cali/certs/<ID>.crt.',
    );
  const ca = await readCertificate(settings.CERTS_DIR, 'ca', 'certificate');
  const certificate = await readCertificate(settings.CERTS_DIR, 'camera_client', 'certificate');
  const key = await readCertificate(settings.CERTS_DIR, 'camera_client', 'key');
  const configHost = `${settings.SERVER_ADDRESS}:${settings.CONFIG_PORT}`;
  const files = new Map<string, Uint8Array>([
    ['mqttCA.crt', ca],
    ['root-mqttCA.crt', ca],
    ['ca-bundle.trust.crt', withCa(await readInput('BUNDLE', options.bundleFile), ca, 'BUNDLE')],
    ['mqtt.pem', Buffer.concat([certificate, key])],
    ['mqtt.key', key],
    ['master_ctrl.db', await withConfigHost(await readInput('DB', options.databaseFile), configHost)],
  ]);
  if (options.factoryCaFile !== undefined)
    files.set('cali-mqttCA.crt', withCa(await readInput('CALI', options.factoryCaFile), ca, 'CALI'));
  const sums = [...files].map(([name, content]) => `${md5(content)}  ${name}\n`);
  files.set('checksums.txt', Buffer.from(sums.join('')));

  const folder = join(cameraPackagesDir(settings.DATA_DIR), 'camera_files', cameraId);
  await writeFolder(folder, files);
  // A container writes as root, but a person on the host carries the files on.
  const { uid, gid } = await stat(settings.DATA_DIR);
  await giveTree(folder, { uid, gid });
  return {
    cameraId,
    folder,
    configHost,
    uploads: uploadMap.filter(({ file }) => files.has(file)),
  };
}

/** Contract §2.7. The database goes last: with it the camera turns to us, and finds its trust already in place. */
const uploadMap = [
  { file: 'ca-bundle.trust.crt', cameraPath: '/etc/ssl/certs/ca-bundle.trust.crt' },
  { file: 'root-mqttCA.crt', cameraPath: '/root/certs/mqttCA.crt' },
  { file: 'mqtt.pem', cameraPath: '/root/certs/mqtt.pem' },
  { file: 'mqtt.key', cameraPath: '/root/certs/mqtt.key' },
  { file: 'cali-mqttCA.crt', cameraPath: '/cali/certs/mqttCA.crt' },
  { file: 'master_ctrl.db', cameraPath: '/cali/master_ctrl.db' },
] as const;

/**
 * The camera's own CAs byte for byte (Latin-1 comments, OpenSSL's TRUSTED form and all), our CA after them, once: a
 * bundle that already ends with ours comes back as it is.
 */
export function withCa(bundle: Uint8Array, ca: Uint8Array, what: string): Uint8Array {
  const text = Buffer.from(bundle).toString('latin1');
  const blocks = text.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END/g) ?? [];
  if (blocks.length === 0)
    throw new FatalError(`${what}: this file holds no certificate. Fetch it from the camera again.`);
  const own = Buffer.from(new X509Certificate(ca).raw).toString('base64');
  if (blocks.some((block) => block.replace(/-----[A-Z ]+-----|-----END|\s/g, '') === own)) return bundle;
  return Buffer.concat([bundle, Buffer.from('\n# CA of the Apiary this camera belongs to\n'), ca]);
}

async function readCertificate(
  certsDir: string,
  name: 'ca' | 'camera_client',
  part: 'certificate' | 'key',
): Promise<Buffer> {
  const path = certificateFiles(certsDir, name)[part];
  try {
    return await readFile(path);
  } catch (error) {
    throw new FatalError(
      `CERTS_DIR: cannot read ${path} (${errorMessage(error)}); \`make up\` makes certificates.`,
    );
  }
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

/** What the proven tool writes; a checksum against bad copies, not a signature. */
const md5 = (content: Uint8Array): string => createHash('md5').update(content).digest('hex');

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
