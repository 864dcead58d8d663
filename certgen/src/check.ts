/** Looks at pairs that exist: what is wrong with them, in words for people. Writes nothing. */
import { X509Certificate, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { FatalError, errorMessage } from '@apiary/base/errors';
import type { LeafPlan } from './leaves.ts';
import { pemText, type PemPair } from './x509.ts';

export interface LoadedPair {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
  /** The pair in the one form this product writes. */
  readonly normalised: PemPair;
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/;
const keyBlock = /-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]+?-----END (?:RSA )?PRIVATE KEY-----/;

/**
 * Parses a pair; other platforms put text before the blocks, use PKCS#1 keys or CRLF.
 * @throws FatalError when a file holds no readable block, or the key is not the certificate's
 */
export function loadPair(name: string, pair: PemPair): LoadedPair {
  const certificate = parse(`${name}.crt`, 'a PEM certificate', () => {
    return new X509Certificate(certificateBlock.exec(pair.certificate)?.[0] ?? '');
  });
  const key = parse(`${name}.key`, 'an unencrypted RSA private key in PEM form', () => {
    return createPrivateKey(keyBlock.exec(pair.key)?.[0] ?? '');
  });
  if (key.asymmetricKeyType !== 'rsa')
    throw new FatalError(`CERTS_DIR: ${name}.key is not an RSA key; cameras are proven with RSA only.`);
  if (!certificate.checkPrivateKey(key)) {
    throw new FatalError(
      `CERTS_DIR: ${name}.key does not belong to ${name}.crt. Put the matching file back, or move both away to have a new pair made.`,
    );
  }
  return {
    certificate,
    key,
    normalised: {
      certificate: pemText('CERTIFICATE', certificate.raw),
      key: pemText('PRIVATE KEY', key.export({ type: 'pkcs8', format: 'der' })),
    },
  };
}

function parse<T>(file: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new FatalError(
      `CERTS_DIR: ${file} is not ${what} (${errorMessage(error)}). Put a good copy back, or move the pair away to have a new one made.`,
    );
  }
}

/** @throws FatalError when this pair cannot be the CA of an installation */
export function checkCa({ certificate, key }: LoadedPair, now: Date): void {
  const advice = 'Put the right CA in place, or move all certificates away to start with a new one.';
  if (!certificate.ca) throw new FatalError(`CERTS_DIR: ca.crt is not a CA certificate. ${advice}`);
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
    throw new FatalError(`CERTS_DIR: ca.key has fewer than 2048 bits. ${advice}`);
  if (!certificate.verify(createPublicKey(key)))
    throw new FatalError(`CERTS_DIR: ca.crt is not self-signed; cameras need the root itself. ${advice}`);
  if (validTo(certificate) <= now)
    throw new FatalError(
      `CERTS_DIR: ca.crt expired on ${isoDay(validTo(certificate))}; cameras no longer trust it. ${advice}`,
    );
}

/** Why a leaf can no longer serve, or undefined. */
export function leafFault(
  { certificate }: LoadedPair,
  ca: LoadedPair,
  plan: LeafPlan,
  now: Date,
): string | undefined {
  if (!isIssuedBy(certificate, ca.certificate)) return 'it was not issued by ca.crt';
  if (validTo(certificate) <= now) return `it expired on ${isoDay(validTo(certificate))}`;
  const cn = commonName(certificate);
  if (cn !== plan.commonName) return `its CN is "${cn ?? ''}" instead of "${plan.commonName}"`;
  const usage = plan.usage === 'server' ? '1.3.6.1.5.5.7.3.1' : '1.3.6.1.5.5.7.3.2';
  // Node calls the extended key usage so; the typings miss that it may be absent.
  const usages = certificate.keyUsage as string[] | undefined;
  if (usages !== undefined && !usages.includes(usage)) return `it is not for TLS ${plan.usage}s`;
  const wanted = [
    ...plan.dnsNames.map((name) => `DNS:${name}`),
    ...plan.addresses.map((address) => `IP Address:${address}`),
  ].sort();
  const given = (certificate.subjectAltName ?? '')
    .split(', ')
    .filter((part) => part !== '')
    .sort();
  if (wanted.join() !== given.join())
    return `its names are ${given.join(' ') || 'none'} instead of ${wanted.join(' ') || 'none'}`;
  return undefined;
}

export function isIssuedBy(certificate: X509Certificate, ca: X509Certificate): boolean {
  return certificate.checkIssued(ca) && certificate.verify(ca.publicKey);
}

/** The last CN of the subject: the one brokers take as user name. */
export function commonName(certificate: X509Certificate): string | undefined {
  return certificate.subject
    .split('\n')
    .filter((line) => line.startsWith('CN='))
    .at(-1)
    ?.slice(3);
}

export const validFrom = (certificate: X509Certificate): Date => new Date(certificate.validFrom);
export const validTo = (certificate: X509Certificate): Date => new Date(certificate.validTo);
const isoDay = (date: Date): string => date.toISOString().slice(0, 10);
