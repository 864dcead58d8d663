/** How long the certificates of this installation still hold. Reads certificates alone, never a key. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { certificateFiles } from '@apiary/base/paths';

export const certificateNames = [
  'ca',
  'broker',
  'config_server',
  'dashboard',
  'turn',
  'camera_client',
] as const;

export interface CertificateFacts {
  readonly name: (typeof certificateNames)[number];
  readonly subject: string;
  readonly names: string | null;
  readonly notAfter: Date;
  readonly daysLeft: number;
}

/** Those that can be read. */
export async function readCertificates(certsDir: string, now: Date): Promise<CertificateFacts[]> {
  const found = await Promise.all(
    certificateNames.map(async (name): Promise<CertificateFacts | undefined> => {
      try {
        const x509 = new X509Certificate(await readFile(certificateFiles(certsDir, name).certificate));
        const notAfter = new Date(x509.validTo);
        const daysLeft = Math.floor((notAfter.getTime() - now.getTime()) / 86_400_000);
        return { name, subject: x509.subject, names: x509.subjectAltName ?? null, notAfter, daysLeft };
      } catch {
        return undefined;
      }
    }),
  );
  return found.filter((facts) => facts !== undefined);
}
