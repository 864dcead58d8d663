/**
 * Keeps the first raw requests of each kind of every camera under DATA_DIR/first-contact: no capture of a real request
 * exists, and contract §18 asks for one. Bounded in cameras, in requests and in bytes; failures are counted, never felt.
 * A request holds no key; the certificate reply is not kept.
 */
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Counters } from '@apiary/base/counters';
import { firstContactDir } from '@apiary/base/paths';
import { isCameraId } from '@apiary/contract';
import type { ConnectionFacts } from './transport/two-language-server.ts';

export type RequestKind = 'config' | 'certificate' | 'presign' | 'upload';

export interface FirstContact {
  /** Keeps the request when it is among the first of its kind. `body`: its beginning, where it is text. */
  keep(
    cameraId: string,
    kind: RequestKind,
    request: IncomingMessage,
    facts: ConnectionFacts,
    body?: string,
  ): void;
  /** Resolves when nothing is being written. */
  settled(): Promise<void>;
}

const requestsPerKind = 20;
const cameraLimit = 500;
const bodyLimit = 4096;

/** Headers that could carry a credential, whatever a firmware may send. */
const redactedHeaders = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-amz-security-token']);

export function firstContactOf(dataDir: string, counters: Counters): FirstContact {
  const root = firstContactDir(dataDir);
  /** Requests kept per camera and kind; a promise while the folder is being looked at. */
  const kept = new Map<string, Promise<Map<RequestKind, number>>>();
  const pending = new Set<Promise<void>>();

  const keptOf = (cameraId: string): Promise<Map<RequestKind, number>> => {
    let counts = kept.get(cameraId);
    if (counts === undefined) {
      counts = openFolder(join(root, cameraId));
      kept.set(cameraId, counts);
      counts.catch(() => kept.delete(cameraId));
    }
    return counts;
  };

  const write = async (cameraId: string, kind: RequestKind, record: object): Promise<void> => {
    const counts = await keptOf(cameraId);
    const number = (counts.get(kind) ?? 0) + 1;
    if (number > requestsPerKind) return;
    counts.set(kind, number);
    const name = `https-${kind}-${String(number).padStart(2, '0')}.json`;
    await writeFile(join(root, cameraId, name), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o640 });
  };

  /** Cameras and kinds known to be full: the common case costs one look-up. */
  const full = new Set<string>();
  const asked = new Map<string, number>();

  return {
    keep: (cameraId, kind, request, facts, body) => {
      const key = `${cameraId} ${kind}`;
      if (full.has(key) || !isCameraId(cameraId)) return;
      if (!kept.has(cameraId) && kept.size >= cameraLimit) return;
      const times = (asked.get(key) ?? 0) + 1;
      if (times >= requestsPerKind) {
        full.add(key);
        asked.delete(key);
      } else asked.set(key, times);
      const work = write(cameraId, kind, describe(request, facts, body))
        .catch(() => counters.add('first_contact_failures'))
        .finally(() => pending.delete(work));
      pending.add(work);
    },
    settled: async () => {
      await Promise.all(pending);
    },
  };
}

/** Shared with the mqtt-processor, which runs as another user of the same group. */
async function openFolder(path: string): Promise<Map<RequestKind, number>> {
  const made = await mkdir(path, { recursive: true });
  if (made !== undefined) await chmod(path, 0o2770);
  const counts = new Map<RequestKind, number>();
  for (const name of await readdir(path)) {
    const match = /^https-(config|certificate|presign|upload)-(\d+)\.json$/.exec(name);
    if (match === null) continue;
    const kind = match[1] as RequestKind;
    counts.set(kind, Math.max(counts.get(kind) ?? 0, Number(match[2])));
  }
  return counts;
}

function describe(request: IncomingMessage, facts: ConnectionFacts, body: string | undefined): object {
  const { socket } = request;
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? '';
    const value = request.rawHeaders[index + 1] ?? '';
    headers.push([name, redactedHeaders.has(name.toLowerCase()) ? '[redacted]' : value.slice(0, bodyLimit)]);
  }
  return {
    at: new Date().toISOString(),
    address: facts.address,
    method: request.method,
    target: request.url,
    httpVersion: request.httpVersion,
    headers,
    ...(body === undefined ? {} : { body: body.slice(0, bodyLimit) }),
    ...(socket instanceof TLSSocket
      ? {
          tls: socket.getProtocol(),
          cipher: socket.getCipher().name,
          clientHello: facts.clientHello?.toString('base64'),
        }
      : {}),
  };
}
