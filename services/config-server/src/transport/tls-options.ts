/** TLS as the firmware wants it (contract §3.2): 1.2 and nothing else, no client certificate asked for. */
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { certificateFiles } from '@apiary/base/paths';

/**
 * First what the proven server offered (ECDHE/DHE with AES-GCM, ChaCha20, AES-CBC with SHA-256/384), then what a
 * client of 2012 may be limited to. Security level 0: newer OpenSSL builds would refuse such clients before any suite
 * is looked at; the suites listed bound what can be agreed on.
 */
const ciphers = [
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'DHE-RSA-AES128-GCM-SHA256',
  'DHE-RSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-SHA256',
  'ECDHE-RSA-AES256-SHA384',
  'DHE-RSA-AES128-SHA256',
  'DHE-RSA-AES256-SHA256',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA256',
  'AES256-SHA256',
  'AES128-SHA',
  'AES256-SHA',
  '@SECLEVEL=0',
].join(':');

export const tlsOptions = {
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
  ciphers,
  dhparam: 'auto',
  honorCipherOrder: true,
} as const satisfies SecureContextOptions;

export interface ServerCertificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** The config server's certificate and key. @throws FatalError when they cannot be read or do not fit each other. */
export async function readServerCertificate(certsDir: string): Promise<ServerCertificate> {
  const files = certificateFiles(certsDir, 'config_server');
  try {
    const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.key)]);
    secureContext({ cert, key });
    return { cert, key };
  } catch (error) {
    throw new FatalError(
      `CERTS_DIR: config_server.crt and .key cannot be used (${errorMessage(error)}); \`make up\` makes them.`,
    );
  }
}

export function secureContext(certificate: ServerCertificate): SecureContext {
  return createSecureContext({ ...tlsOptions, ...certificate });
}
