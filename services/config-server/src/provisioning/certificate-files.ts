/** The material of the certificate reply, read anew from CERTS_DIR when a file changed. */
import { readFile, stat } from 'node:fs/promises';
import { certificateReply } from '@apiary/contract';
import { certificateFiles } from '@apiary/base/paths';

export interface CertificateFiles {
  /**
   * The reply's JSON text; undefined when a file is missing or empty (contract §4.2: 404).
   * @throws any other read failure (500)
   */
  reply(): Promise<string | undefined>;
}

export function certificateFilesOf(certsDir: string, keys: 'all' | 'firmware'): CertificateFiles {
  const client = certificateFiles(certsDir, 'camera_client');
  const paths = [client.certificate, client.key, certificateFiles(certsDir, 'ca').certificate];
  let cached: { stamp: string; text: string } | undefined;

  return {
    reply: async () => {
      try {
        const stamps = await Promise.all(paths.map(stampOf));
        const stamp = stamps.join(' ');
        if (cached?.stamp === stamp) return cached.text;
        const [certificate, privateKey, ca] = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
        if (!certificate?.trim() || !privateKey?.trim() || !ca?.trim()) return undefined;
        const text = JSON.stringify(certificateReply({ certificate, privateKey, ca }, keys));
        cached = { stamp, text };
        return text;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

async function stampOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${ino}:${size}:${mtimeMs}`;
}
