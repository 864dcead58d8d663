/** The CA of this installation, as people bring it to their devices: public by nature, its key is never read here. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError } from '@apiary/base/errors';
import { certificateFiles } from '@apiary/base/paths';

export interface HouseCa {
  /** Common name of its subject. */
  readonly name: string;
  readonly pem: string;
  readonly der: Buffer;
  /** Of the DER, upper-case hex in pairs, as devices show it: `AB:CD:…`. */
  readonly sha256: string;
  readonly validTo: Date;
}

/** @throws AppError 503 where the certificate cannot be read */
export async function readHouseCa(certsDir: string): Promise<HouseCa> {
  try {
    // A CA that people brought along may stand in a file with its key or with others: only the first certificate leaves.
    const certificate = new X509Certificate(
      await readFile(certificateFiles(certsDir, 'ca').certificate, 'utf8'),
    );
    const [, name] = /^CN=(.+)$/m.exec(certificate.subject) ?? [];
    return {
      name: name ?? 'Apiary CA',
      pem: certificate.toString(),
      der: certificate.raw,
      sha256: certificate.fingerprint256,
      validTo: new Date(certificate.validTo),
    };
  } catch (cause) {
    throw new AppError(503, 'ca_missing', 'The certificate of this server cannot be read.', { cause });
  }
}
