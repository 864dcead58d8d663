/** Moving a camera over, against a foreign FTP server: what is put, what is kept, and what a failure leaves alone. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FtpSrv } from 'ftp-srv';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCameraCredentials } from '@apiary/camera-package';
import { freePort, tempDir } from '@apiary/test-support';
import { testCertificates, type TestCertificates } from '@apiary/test-support/certificates';
import { moveCamera, type MoveOptions } from './camera-ftp.ts';
import { factoryBundle, factoryDatabase, settingsIn } from './fake-camera-files.helpers.ts';

const cameraId = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
let certificates: TestCertificates;
let dir: Awaited<ReturnType<typeof tempDir>>;
let server: FtpSrv;
let port: number;
let root: string;
let options: MoveOptions;
const steps: string[] = [];
beforeAll(async () => {
  certificates = await testCertificates();
  dir = await tempDir();
  root = join(dir.path, 'camera');
  port = await freePort();
  server = new FtpSrv({ url: `ftp://127.0.0.1:${port}`, pasv_url: '127.0.0.1', pasv_min: 20_000 });
  server.on('login', ({ password }, resolve, reject) => {
    if (password === 'right') resolve({ root });
    else reject(new Error('no'));
  });
  await server.listen();
  options = {
    address: '127.0.0.1',
    port,
    username: 'root',
    password: 'right',
    cameraId: undefined,
    configHost: '192.168.50.10:80',
    credentials: await readCameraCredentials(certificates.dir),
    onStep: (step) => steps.push(step),
    signal: AbortSignal.timeout(60_000),
  };
});
afterAll(async () => {
  await server.close();
  await dir[Symbol.asyncDispose]();
});

const write = async (path: string, content: Buffer | string): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
};
const read = (path: string): Promise<Buffer> => readFile(join(root, path));
beforeEach(async () => {
  steps.length = 0;
  await rm(root, { recursive: true, force: true });
  await write('cali/master_ctrl.db', await factoryDatabase());
  await write(`cali/certs/${cameraId}.crt`, 'factory');
  await write('cali/certs/mqttCA.crt', certificates.pairs.turn.certificate);
  await write('etc/ssl/certs/ca-bundle.trust.crt', factoryBundle(certificates));
  await mkdir(join(root, 'root/certs'), { recursive: true });
});

describe('moving a camera', () => {
  it('puts every file in its place, keeps the database beside, and changes one value', async () => {
    const before = await read('cali/master_ctrl.db');
    expect(await moveCamera(options)).toBe(cameraId);
    expect(steps).toEqual(['connect', 'identify', 'fetch', 'backup', 'put', 'database']);
    expect((await read('cali/master_ctrl.db.backup')).equals(before)).toBe(true);
    expect(await settingsIn(await read('cali/master_ctrl.db'))).toEqual(['192.168.50.10:80', 2]);
    expect(await read('root/certs/mqttCA.crt')).toEqual(options.credentials.ca);
    expect((await read('root/certs/mqtt.pem')).toString()).toBe(
      certificates.pairs.camera_client.certificate + certificates.pairs.camera_client.key,
    );
    const bundle = await read('etc/ssl/certs/ca-bundle.trust.crt');
    expect(bundle.subarray(0, 10).toString('latin1')).toBe('# Autorit\xe9');
    expect(bundle.toString('latin1').endsWith(certificates.ca)).toBe(true);
    expect((await read('cali/certs/mqttCA.crt')).toString().endsWith(certificates.ca)).toBe(true);
  });

  it('twice leaves the first copy of the database as it was', async () => {
    const before = await read('cali/master_ctrl.db');
    await moveCamera(options);
    await moveCamera({ ...options, configHost: '192.168.50.11:80', cameraId });
    expect((await read('cali/master_ctrl.db.backup')).equals(before)).toBe(true);
    expect(await settingsIn(await read('cali/master_ctrl.db'))).toEqual(['192.168.50.11:80', 2]);
    expect((await read('etc/ssl/certs/ca-bundle.trust.crt')).toString().split(certificates.ca)).toHaveLength(
      2,
    );
  });

  it('does without the factory’s CA file', async () => {
    await rm(join(root, 'cali/certs/mqttCA.crt'));
    await moveCamera(options);
    await expect(read('cali/certs/mqttCA.crt')).rejects.toThrow('ENOENT');
  });

  it.each([
    ['a wrong password', {}, { password: 'wrong' }, /refused the user name or the password/],
    ['another camera', {}, { cameraId: 'F'.repeat(32) }, /its id is 0A1B/],
    ['no camera at all', { [`cali/certs/${cameraId}.crt`]: undefined }, {}, /This is no camera/],
    ['a database that is none', { 'cali/master_ctrl.db': 'text' }, {}, /^DB: this is not a camera’s/],
    ['a bundle without certificates', { 'etc/ssl/certs/ca-bundle.trust.crt': 'text' }, {}, /^BUNDLE/],
  ] as const)('%s: its database stays', async (_label, files, more, message) => {
    for (const [path, content] of Object.entries(files))
      if (content === undefined) await rm(join(root, path), { recursive: true });
      else await write(path, content);
    const before = await read('cali/master_ctrl.db');
    await expect(moveCamera({ ...options, ...more })).rejects.toThrow(message);
    expect((await read('cali/master_ctrl.db')).equals(before)).toBe(true);
  });

  it('where nobody answers, says so', async () => {
    await expect(moveCamera({ ...options, port: await freePort() })).rejects.toThrow(/No FTP server answers/);
  });
});
