/**
 * Moves a camera over by FTP (contract §2.5–2.7): fetches its own database and CA bundle, keeps a copy of the database
 * on the camera, puts the package there, the database last. What was put is fetched back and compared. A camera that
 * cannot be finished keeps its database, and so stays where it was.
 */
import { posix } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { Client, FTPError } from 'basic-ftp';
import { AppError, errorMessage } from '@apiary/base/errors';
import { cameraFiles, cameraPaths, withConfigHost, type CameraCredentials } from '@apiary/camera-package';
import { normaliseCameraId } from '@apiary/contract';

export const moveSteps = ['connect', 'identify', 'fetch', 'backup', 'put', 'database'] as const;
export type MoveStep = (typeof moveSteps)[number];

export interface MoveOptions {
  readonly address: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Undefined: read from the camera. Given: must be what the camera says. */
  readonly cameraId: string | undefined;
  readonly configHost: string;
  readonly credentials: CameraCredentials;
  /** Called when a step begins. */
  onStep(step: MoveStep, cameraId: string | undefined): void;
  readonly signal: AbortSignal;
}

const timeoutMs = 60_000;
const fileMostBytes = 8 * 1024 * 1024;

const failure = (message: string, cause?: unknown): AppError =>
  new AppError(422, 'camera_not_moved', message, { cause });

/** The camera's id. @throws AppError 422 for people */
export async function moveCamera(options: MoveOptions): Promise<string> {
  // A server that names another host for its data would make us call that one.
  const client = new Client(timeoutMs, { allowSeparateTransferHost: false });
  const stop = (): void => client.close();
  options.signal.addEventListener('abort', stop, { once: true });
  try {
    return await move(client, options);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw failure(`The camera did not answer as expected: ${errorMessage(error)}`, error);
  } finally {
    options.signal.removeEventListener('abort', stop);
    client.close();
  }
}

async function move(client: Client, options: MoveOptions): Promise<string> {
  const { configHost, credentials } = options;
  const onStep: MoveOptions['onStep'] = (step, cameraId) => options.onStep(step, cameraId);
  onStep('connect', options.cameraId);
  await connect(client, options);

  onStep('identify', options.cameraId);
  const cameraId = await identify(client, options.cameraId);

  onStep('fetch', cameraId);
  const original = await fetchFile(client, cameraPaths.database);
  const bundle = await fetchFile(client, cameraPaths.bundle);
  const factoryCa = await fetchIfThere(client, cameraPaths.factoryCa);
  // Before anything is changed: refuses a database or a bundle that is none.
  const { files, uploads } = await cameraFiles({
    cameraId,
    configHost,
    credentials,
    database: original,
    bundle,
    factoryCa,
  }).catch((error: unknown) => {
    throw failure(errorMessage(error), error);
  });

  onStep('backup', cameraId);
  // The first copy is the factory's state; a second run must not replace it by a changed one.
  if ((await fetchIfThere(client, cameraPaths.databaseBackup)) === undefined)
    await putFile(client, cameraPaths.databaseBackup, original);

  onStep('put', cameraId);
  for (const { file, cameraPath } of uploads)
    if (cameraPath !== cameraPaths.database)
      await putFile(client, cameraPath, files.get(file) ?? new Uint8Array());

  onStep('database', cameraId);
  // The camera may have written to it meanwhile.
  const latest = await fetchFile(client, cameraPaths.database);
  await putFile(client, cameraPaths.database, await withConfigHost(latest, configHost));
  return cameraId;
}

async function connect(client: Client, { address, port, username, password }: MoveOptions): Promise<void> {
  try {
    await client.access({ host: address, port, user: username, password });
  } catch (error) {
    if (error instanceof FTPError && error.code === 530)
      throw failure('The camera refused the user name or the password.', error);
    throw failure(`No FTP server answers at ${address}: ${errorMessage(error)}`, error);
  }
}

async function identify(client: Client, expected: string | undefined): Promise<string> {
  const names = (await client.list(cameraPaths.certificates)).map(({ name }) => name);
  const ids = names.map((name) => /^([0-9A-Fa-f]{32})\.crt$/.exec(name)?.[1] ?? '').filter((id) => id !== '');
  const found = ids.length === 1 ? normaliseCameraId(ids[0] ?? '') : undefined;
  if (found === undefined)
    throw failure(`This is no camera: ${cameraPaths.certificates} does not hold one <ID>.crt.`);
  if (expected !== undefined && expected !== found)
    throw failure(`This is another camera: its id is ${found}.`);
  return found;
}

/** Undefined where its folder does not list it: servers answer for a missing file with codes of many kinds. */
async function fetchIfThere(client: Client, path: string): Promise<Buffer | undefined> {
  const names = (await client.list(posix.dirname(path))).map(({ name }) => name);
  return names.includes(posix.basename(path)) ? fetchFile(client, path) : undefined;
}

async function fetchFile(client: Client, path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      chunks.push(chunk);
      done(bytes > fileMostBytes ? failure(`${path} is larger than a camera’s.`) : null);
    },
  });
  await client.downloadTo(sink, path);
  return Buffer.concat(chunks);
}

async function putFile(client: Client, path: string, content: Uint8Array): Promise<void> {
  await client.uploadFrom(Readable.from([Buffer.from(content)]), path);
  if (!(await fetchFile(client, path)).equals(content))
    throw failure(`${path} did not arrive whole; nothing after it was changed. Try again.`);
}
