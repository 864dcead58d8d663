/**
 * The edge's certificate, read again while running: the dashboard's leaf lasts 397 days and is renewed in place. Polls
 * the content, since a watch on a file is lost when the file is replaced by rename.
 */
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}
export interface KeyPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export async function readKeyPair(files: CertificateFiles): Promise<KeyPair> {
  const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.key)]);
  return { cert, key };
}

/**
 * Calls `use` with each new pair. A pair that does not fit together (it is just being written) is left for the next
 * look; what is in use stays.
 */
export function followCertificate(
  files: CertificateFiles,
  first: KeyPair,
  use: (pair: KeyPair) => void,
  everyMs: number,
  logger: Logger,
): { stop(): void } {
  let current = first;
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      const pair = await readKeyPair(files);
      if (pair.cert.equals(current.cert) && pair.key.equals(current.key)) return;
      createSecureContext(pair);
      use(pair);
      current = pair;
      logger.info({ fact: 'certificate replaced', file: files.certificate });
    } catch (error) {
      logger.warn({ fact: 'certificate not readable', file: files.certificate, reason: errorMessage(error) });
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
