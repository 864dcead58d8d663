/**
 * X.509 as this product needs it: RSA keys, one CA, leaves straight below it. Knows no files and no names of ours.
 * `@peculiar/x509` wants a Reflect polyfill loaded before it; this is the only module that imports either.
 */
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type Extension,
} from '@peculiar/x509';
import { createPrivateKey, webcrypto } from 'node:crypto';

const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
export const days = (count: number): number => count * 86_400_000;

/** A certificate and its private key as PEM texts: one CERTIFICATE block, one PKCS#8 block. */
export interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

/** What a CA signs with; its certificate gives the issuer name and the key identifier byte by byte. */
export interface Issuer {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** The subject is a CN alone: the firmware refuses longer names (contract §3.2). */
export interface LeafRequest extends Validity {
  /** Without it the subject is empty. */
  readonly commonName: string | undefined;
  readonly usage: 'server' | 'client';
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
}

/** A self-signed CA like the field-proven one: CN only, critical CA:TRUE, key identifiers, no keyUsage (contract §3.1). */
export async function createCa(commonName: string, keyBits: number, validity: Validity): Promise<PemPair> {
  const keys = await generateKeys(keyBits);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: rsa,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return toPem(certificate, keys.privateKey);
}

/** A leaf with a fresh RSA 2048 key, signed with SHA-256; extensions as contract §3.1 lists them. */
export async function createLeaf(issuer: Issuer, request: LeafRequest): Promise<PemPair> {
  const keys = await generateKeys(2048);
  const { commonName, usage, dnsNames = [], addresses = [], notBefore, notAfter } = request;
  const names = [
    ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...addresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment),
    new ExtendedKeyUsageExtension([
      usage === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth,
    ]),
    ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
    await authorityKeyIdentifier(issuer.certificate),
  ];
  const certificate = await X509CertificateGenerator.create({
    notBefore,
    notAfter,
    ...(commonName === undefined ? {} : { subject: [{ CN: [commonName] }] }),
    issuer: issuer.certificate.subjectName,
    publicKey: keys.publicKey,
    signingKey: issuer.key,
    signingAlgorithm: rsa,
    extensions,
  });
  return toPem(certificate, keys.privateKey);
}

/** An adopted CA may carry an identifier of its own making; a computed one would break its chains. */
function authorityKeyIdentifier(ca: X509Certificate): Promise<Extension> | Extension {
  const own = ca.getExtension(SubjectKeyIdentifierExtension);
  return own === null
    ? AuthorityKeyIdentifierExtension.create(ca.publicKey)
    : new AuthorityKeyIdentifierExtension(own.keyId);
}

/** @throws when the key is not an unencrypted RSA key */
export async function toIssuer(pair: PemPair): Promise<Issuer> {
  const der = createPrivateKey(pair.key).export({ type: 'pkcs8', format: 'der' });
  return {
    certificate: new X509Certificate(pair.certificate),
    key: await webcrypto.subtle.importKey('pkcs8', der, rsa, false, ['sign']),
  };
}

async function generateKeys(bits: number): Promise<webcrypto.CryptoKeyPair> {
  const algorithm = { ...rsa, modulusLength: bits, publicExponent: new Uint8Array([1, 0, 1]) };
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function toPem(certificate: X509Certificate, privateKey: webcrypto.CryptoKey): Promise<PemPair> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey));
  return {
    certificate: pemText('CERTIFICATE', Buffer.from(certificate.rawData)),
    key: pemText('PRIVATE KEY', pkcs8),
  };
}

/** RFC 7468 text with a line end after the last line. */
export function pemText(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
