/**
 * The broker the parity suite talks to: the one named in the environment, or our embedded one started in this process.
 *
 *   PARITY_BROKER_URL        mqtts://host:8883, the camera listener
 *   PARITY_BROKER_INNER_URL  mqtt://host:1883, the services' listener
 *   PARITY_BROKER_API_URL    http://host:18083, the REST API
 *   PARITY_CERTS_DIR         folder with ca.crt, ca.key (to make odd clients) and camera_client.crt/.key
 *   PARITY_SECRETS_DIR       folder as `make up` fills it: broker/users.csv and broker/api-keys are read
 *
 * All five, or none.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@apiary/base/logger';
import { certificateFiles } from '@apiary/base/paths';
import { startBroker } from '@apiary/broker';
import { createLeaf, days, toIssuer, createCa, type PemPair } from '@apiary/certgen/x509';
import { tempDir, testCertificates } from '@apiary/test-support';

export interface BrokerUnderTest {
  readonly embedded: boolean;
  readonly cameraHost: string;
  readonly cameraPort: number;
  readonly innerHost: string;
  readonly innerPort: number;
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly ca: string;
  readonly caPair: PemPair;
  readonly camera: PemPair;
  /** By service user. */
  readonly passwords: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

const names = [
  'PARITY_BROKER_URL',
  'PARITY_BROKER_INNER_URL',
  'PARITY_BROKER_API_URL',
  'PARITY_CERTS_DIR',
  'PARITY_SECRETS_DIR',
] as const;

export async function brokerUnderTest(): Promise<BrokerUnderTest> {
  const given = names.map((name) => process.env[name] ?? '');
  const missing = names.filter((_name, index) => given[index] === '');
  if (missing.length === names.length) return startEmbedded();
  if (missing.length > 0) throw new Error(`parity suite: ${missing.join(', ')} must be set as well`);
  const [cameraUrl = '', innerUrl = '', apiUrl = '', certsDir = '', secretsDir = ''] = given;
  return describeBroker(new URL(cameraUrl), new URL(innerUrl), apiUrl, certsDir, secretsDir, () =>
    Promise.resolve(),
  );
}

async function startEmbedded(): Promise<BrokerUnderTest> {
  const { dir: certsDir } = await testCertificates();
  const folder = await tempDir();
  const secretsDir = join(folder.path, 'secrets');
  await writeBrokerSecrets(secretsDir);
  const broker = await startBroker({
    dataDir: join(folder.path, 'queue'),
    cameras: {
      host: '127.0.0.1',
      port: 0,
      files: { ...certificateFiles(certsDir, 'broker'), ca: certificateFiles(certsDir, 'ca').certificate },
    },
    services: { host: '127.0.0.1', port: 0, usersFile: join(secretsDir, 'broker/users.csv') },
    api: { host: '127.0.0.1', port: 0, keysFile: join(secretsDir, 'broker/api-keys') },
    logger: silentLogger,
  });
  const described = await describeBroker(
    new URL(`mqtts://127.0.0.1:${broker.cameraPort}`),
    new URL(`mqtt://127.0.0.1:${broker.servicePort}`),
    `http://127.0.0.1:${broker.apiPort}`,
    certsDir,
    secretsDir,
    async () => {
      await broker.stop();
      await folder[Symbol.asyncDispose]();
    },
  );
  return { ...described, embedded: true };
}

/** `broker/users.csv` and `broker/api-keys` as set-up makes them. */
export async function writeBrokerSecrets(secretsDir: string): Promise<void> {
  await mkdir(join(secretsDir, 'broker'), { recursive: true });
  const users = ['svc-mqtt-processor', 'svc-dashboard', 'svc-livestream'];
  const lines = users.map((user) => `${user},password-of-${user},false`);
  await writeFile(
    join(secretsDir, 'broker/users.csv'),
    ['user_id,password,is_superuser', ...lines, ''].join('\n'),
  );
  await writeFile(join(secretsDir, 'broker/api-keys'), 'parity:api-secret-of-the-parity-suite\n');
}

async function describeBroker(
  camera: URL,
  inner: URL,
  apiUrl: string,
  certsDir: string,
  secretsDir: string,
  stop: () => Promise<void>,
): Promise<BrokerUnderTest> {
  const pairOf = async (name: 'ca' | 'camera_client'): Promise<PemPair> => {
    const files = certificateFiles(certsDir, name);
    return {
      certificate: await readFile(files.certificate, 'utf8'),
      key: await readFile(files.key, 'utf8'),
    };
  };
  const users = await readFile(join(secretsDir, 'broker/users.csv'), 'utf8');
  const caPair = await pairOf('ca');
  return {
    embedded: false,
    cameraHost: camera.hostname,
    cameraPort: Number(camera.port),
    innerHost: inner.hostname,
    innerPort: Number(inner.port),
    apiUrl,
    apiKey: (await readFile(join(secretsDir, 'broker/api-keys'), 'utf8')).trim().split('\n')[0] ?? '',
    ca: caPair.certificate,
    caPair,
    camera: await pairOf('camera_client'),
    passwords: new Map(
      users
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(','))
        .map(([user, password]) => [user ?? '', password ?? '']),
    ),
    stop,
  };
}

/** A client certificate out of the ordinary; `null`: without CN. */
export async function oddClient(
  broker: BrokerUnderTest,
  odd: { commonName?: string | null; otherCa?: boolean; expired?: boolean },
): Promise<PemPair> {
  const now = Date.now();
  const life = { notBefore: new Date(now - days(30)), notAfter: new Date(now + days(30)) };
  const ca = odd.otherCa === true ? await createCa('Another CA', 2048, life) : broker.caPair;
  return createLeaf(await toIssuer(ca), {
    ...life,
    ...(odd.expired === true ? { notAfter: new Date(now - days(1)) } : {}),
    commonName: odd.commonName === null ? undefined : (odd.commonName ?? 'camera_client'),
    usage: 'client',
  });
}
