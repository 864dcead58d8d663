/**
 * Files that move a camera from its old platform to this one (contract §2.6, §2.7), made in memory. The database and the
 * CA bundle come from the camera itself: a template would reset its settings and its upload queue. Contacts no camera,
 * writes no file.
 */
import { X509Certificate, createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { certificateFiles } from '@apiary/base/paths';
import { normaliseCameraId } from '@apiary/contract';
import { withConfigHost } from './camera-database.ts';

/** What of ours goes onto a camera, PEM. */
export interface CameraCredentials {
  readonly ca: Buffer;
  readonly certificate: Buffer;
  readonly key: Buffer;
}

export interface CameraFilesOptions {
  /** As typed by a person. */
  readonly cameraId: string;
  /** `<address>:<port>`, what the camera will ask for its configuration (contract §2.4). */
  readonly configHost: string;
  readonly credentials: CameraCredentials;
  /** The camera's own `/cali/master_ctrl.db`. */
  readonly database: Uint8Array;
  /** The camera's own `/etc/ssl/certs/ca-bundle.trust.crt`. */
  readonly bundle: Uint8Array;
  /** The camera's own `/cali/certs/mqttCA.crt`; optional, as its new copy is. */
  readonly factoryCa?: Uint8Array | undefined;
}

export interface CameraUpload {
  readonly file: string;
  readonly cameraPath: string;
}

export interface CameraFiles {
  readonly cameraId: string;
  /** File name → content, `checksums.txt` last. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Files to put on the camera, in this order. */
  readonly uploads: readonly CameraUpload[];
}

/** Where the files of a camera are that the package is made from. */
export const cameraPaths = {
  database: '/cali/master_ctrl.db',
  databaseBackup: '/cali/master_ctrl.db.backup',
  bundle: '/etc/ssl/certs/ca-bundle.trust.crt',
  factoryCa: '/cali/certs/mqttCA.crt',
  certificates: '/cali/certs',
} as const;

/** Contract §2.7. The database goes last: with it the camera turns to us, and finds its trust already in place. */
const uploadMap: readonly CameraUpload[] = [
  { file: 'ca-bundle.trust.crt', cameraPath: cameraPaths.bundle },
  { file: 'root-mqttCA.crt', cameraPath: '/root/certs/mqttCA.crt' },
  { file: 'mqtt.pem', cameraPath: '/root/certs/mqtt.pem' },
  { file: 'mqtt.key', cameraPath: '/root/certs/mqtt.key' },
  { file: 'cali-mqttCA.crt', cameraPath: cameraPaths.factoryCa },
  { file: 'master_ctrl.db', cameraPath: cameraPaths.database },
];

/** @throws FatalError for people, its message begins with what is wrong: ID, DB, BUNDLE or CALI */
export async function cameraFiles(options: CameraFilesOptions): Promise<CameraFiles> {
  const { ca, certificate, key } = options.credentials;
  const cameraId = normaliseCameraId(options.cameraId);
  if (cameraId === undefined)
    throw new FatalError(
      'ID: must be the camera’s 32 hexadecimal characters, the name of its /cali/certs/<ID>.crt.',
    );
  const files = new Map<string, Uint8Array>([
    ['mqttCA.crt', ca],
    ['root-mqttCA.crt', ca],
    ['ca-bundle.trust.crt', withCa(options.bundle, ca, 'BUNDLE')],
    ['mqtt.pem', Buffer.concat([certificate, key])],
    ['mqtt.key', key],
    ['master_ctrl.db', await withConfigHost(options.database, options.configHost)],
  ]);
  if (options.factoryCa !== undefined) files.set('cali-mqttCA.crt', withCa(options.factoryCa, ca, 'CALI'));
  const sums = [...files].map(([name, content]) => `${md5(content)}  ${name}\n`);
  files.set('checksums.txt', Buffer.from(sums.join('')));
  return { cameraId, files, uploads: uploadMap.filter(({ file }) => files.has(file)) };
}

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

/** @throws FatalError for people */
export async function readCameraCredentials(certsDir: string): Promise<CameraCredentials> {
  const [ca, certificate, key] = await Promise.all([
    readPart(certsDir, 'ca', 'certificate'),
    readPart(certsDir, 'camera_client', 'certificate'),
    readPart(certsDir, 'camera_client', 'key'),
  ]);
  return { ca, certificate, key };
}

async function readPart(
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

/** What the proven tool writes; a checksum against bad copies, not a signature. */
const md5 = (content: Uint8Array): string => createHash('md5').update(content).digest('hex');
