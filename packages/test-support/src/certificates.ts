/**
 * A full certificate set for 127.0.0.1, made by certgen once a test process, and client certificates a broker must
 * refuse. The CA key has 2048 bits here, for speed.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificates } from '@apiary/certgen';
import { createCa, createLeaf, days, toIssuer, type PemPair } from '@apiary/certgen/x509';
import { certificateFiles } from '@apiary/base/paths';

type CertificateName = Parameters<typeof certificateFiles>[1];

export interface TestCertificates {
  /** Folder laid out as CERTS_DIR. Shared by test processes: read only. */
  readonly dir: string;
  /** The CA alone, for clients to trust. */
  readonly ca: string;
  /** PEM texts by name. */
  readonly pairs: Readonly<Record<CertificateName, PemPair>>;
  /** A client certificate out of the ordinary. */
  oddClient(request: OddClient): Promise<PemPair>;
}

export interface OddClient {
  /** `null`: a subject without CN. Default `camera_client`. */
  readonly commonName?: string | null;
  /** Signed by a CA of the same look that nobody trusts. */
  readonly otherCa?: boolean;
  readonly expired?: boolean;
}

const allNames = ['ca', 'broker', 'config_server', 'dashboard', 'turn', 'camera_client'] as const;
const cached = new Map<string, Promise<TestCertificates>>();

/** The set for `address` (default 127.0.0.1) and, optionally, a DNS name such as `localhost`. */
export function testCertificates(
  names: { address?: string; serverName?: string } = {},
): Promise<TestCertificates> {
  const { address = '127.0.0.1', serverName } = names;
  const key = `${address} ${serverName ?? ''}`;
  const made = cached.get(key) ?? make(address, serverName, key);
  cached.set(key, made);
  return made;
}

async function make(address: string, serverName: string | undefined, key: string): Promise<TestCertificates> {
  const dir = await sharedFolder(key, (draft) =>
    ensureCertificates(draft, { address, serverName }, { caKeyBits: 2048 }),
  );
  const read = async (name: CertificateName): Promise<PemPair> => {
    const files = certificateFiles(dir, name);
    return {
      certificate: await readFile(files.certificate, 'utf8'),
      key: await readFile(files.key, 'utf8'),
    };
  };
  const pairs = Object.fromEntries(
    await Promise.all(allNames.map(async (name) => [name, await read(name)] as const)),
  ) as Record<CertificateName, PemPair>;
  return {
    dir,
    ca: pairs.ca.certificate,
    pairs,
    oddClient: async ({ commonName = 'camera_client', otherCa = false, expired = false }) => {
      const now = Date.now();
      const life = { notBefore: new Date(now - days(30)), notAfter: new Date(now + days(30)) };
      const issuer = await toIssuer(otherCa ? await createCa('Apiary CA other', 2048, life) : pairs.ca);
      return createLeaf(issuer, {
        ...life,
        ...(expired ? { notAfter: new Date(now - days(1)) } : {}),
        commonName: commonName ?? undefined,
        usage: 'client',
      });
    },
  };
}

/** RSA keys cost a second or two: one set a day serves all test processes of this machine's user. */
async function sharedFolder(key: string, fill: (draft: string) => Promise<unknown>): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const day = new Date().toISOString().slice(0, 10);
  const parent = join(tmpdir(), `apiary-test-certificates-${uid}`);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const owner = await stat(parent);
  const dir = join(parent, createHash('sha256').update(`2 ${day} ${key}`).digest('hex').slice(0, 16));
  if (owner.uid === uid && (await isFolder(dir))) return dir;
  const draft = await mkdtemp(join(owner.uid === uid ? parent : tmpdir(), 'draft-'));
  await fill(draft);
  try {
    await rename(draft, dir);
    return dir;
  } catch {
    // Another process was first.
    if (!(await isFolder(dir))) return draft;
    await rm(draft, { recursive: true, force: true });
    return dir;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
