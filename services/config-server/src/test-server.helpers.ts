/** Levers for tests of the config server: a running one on a free port, requests byte by byte, ZIPs, files on disk. */
import { mkdir, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { connect as tlsConnect, type ConnectionOptions } from 'node:tls';
import { randomUUID } from 'node:crypto';
import { zipSync, type Zippable } from 'fflate';
import { silentLogger } from '@apiary/base/logger';
import { freePort, tempDir, testCertificates, type TestDatabase } from '@apiary/test-support';
import { startConfigServer, type ConfigServer, type StartOptions } from './app.ts';
import { loadConfig } from './config.ts';

export interface TestServer {
  readonly server: ConfigServer;
  readonly port: number;
  readonly dataDir: string;
  readonly ca: string;
  /** Requests over TLS; resolves with the whole answer. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Writes bytes on a raw TLS connection and returns all that comes back until the server closes. */
  raw(bytes: string | Buffer, options?: ConnectionOptions): Promise<string>;
  stop(): Promise<void>;
}

export interface CallOptions {
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string;
}
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
  readonly text: string;
}

export async function startTestServer(
  database: TestDatabase,
  settings: Record<string, string> = {},
  options: StartOptions = {},
): Promise<TestServer> {
  const certificates = await testCertificates();
  const dir = await tempDir();
  const port = await freePort();
  const address = database.addressOf('config-server');
  await mkdir(join(dir.path, 'secrets', 'config-server'), { recursive: true });
  await writeFile(join(dir.path, 'secrets', 'config-server', 'database-password'), address.password);
  const dataDir = join(dir.path, 'data');
  const config = loadConfig({
    SERVER_ADDRESS: '127.0.0.1',
    CONFIG_PORT: String(port),
    DATA_DIR: dataDir,
    CERTS_DIR: certificates.dir,
    SECRETS_DIR: join(dir.path, 'secrets'),
    DATABASE_HOST: address.host,
    DATABASE_PORT: String(address.port),
    DATABASE_NAME: address.database,
    ...settings,
  });
  const server = await startConfigServer(config, { logger: silentLogger, ...options });
  return {
    server,
    port,
    dataDir,
    ca: certificates.ca,
    call: (method, path, callOptions) => call(port, certificates.ca, method, path, callOptions),
    raw: (bytes, tlsOptions) => raw(port, certificates.ca, bytes, tlsOptions),
    stop: async () => {
      await server.stop();
      await dir[Symbol.asyncDispose]();
    },
  };
}

function call(
  port: number,
  ca: string,
  method: string,
  path: string,
  { headers = {}, body }: CallOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        host: '127.0.0.1',
        port,
        ca,
        method,
        path,
        agent: false,
        headers:
          body === undefined || 'Transfer-Encoding' in headers
            ? headers
            : { 'Content-Length': Buffer.byteLength(body), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: bytes,
            text: bytes.toString(),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function raw(
  port: number,
  ca: string,
  bytes: string | Buffer,
  options: ConnectionOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ host: '127.0.0.1', port, ca, ...options }, () => {
      socket.write(bytes);
    });
    let text = '';
    socket.setTimeout(15_000, () => socket.destroy(new Error(`no end of answer; so far: ${text}`)));
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

export const cameraA = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
export const cameraB = '1A1B2C3D4E5F60718293A4B5C6D7E8F9';

/** A picture as far as its first bytes go. */
export const jpeg = (size = 1000): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), noise(size)]);

/** Bytes that do not compress, the same for the same size and seed. */
export function noise(size: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let state = seed >>> 0 || 1;
  for (let index = 0; index < size; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state & 0xff;
  }
  return bytes;
}

export function zip(entries: Record<string, Buffer | string>, level: 0 | 6 = 6): Buffer {
  const input: Zippable = {};
  for (const [name, content] of Object.entries(entries))
    input[name] = [new Uint8Array(typeof content === 'string' ? Buffer.from(content) : content), { level }];
  return Buffer.from(zipSync(input));
}

/** A recording as cameras make it: leading slashes, a key, numbered segments. */
export function recordingZip(segments = 2, seed = 1): Buffer {
  return zip({
    '/aes.key': noise(16, seed),
    ...Object.fromEntries(
      Array.from({ length: segments }, (_, index) => [`/1080p/${index}.ts`, noise(3000, seed + index)]),
    ),
  });
}

export const thumbnailZip = (size = 1000): Buffer => zip({ '/thumbnail.jpg': jpeg(size) });

/** Asks for an address as a camera does and puts the file there. */
export async function upload(
  server: TestServer,
  file: {
    cameraId?: string;
    category: string;
    eventId?: string;
    fileName?: string;
    activityType?: string;
    body: Buffer;
    headers?: Record<string, string>;
  },
): Promise<Answer> {
  const { cameraId = cameraA, category, eventId = randomUUID(), body } = file;
  const fileName = file.fileName ?? `${eventId}-1-0.zip`;
  const presigned = await server.call('POST', '/fileservice/presignedUploadUrl', {
    body: JSON.stringify({ fileName, category, metadata: { 'x-amz-meta-sourceId': cameraId } }),
  });
  const { url } = JSON.parse(presigned.text) as { url: string };
  return server.call('PUT', new URL(url).pathname, {
    body,
    headers: {
      'x-amz-meta-sourceId': cameraId,
      'x-amz-meta-eventId': eventId,
      ...(file.activityType === undefined ? {} : { 'x-amz-meta-activityType': file.activityType }),
      ...file.headers,
    },
  });
}
