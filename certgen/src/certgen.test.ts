/**
 * Every file held against OpenSSL, a foreign reader; then what must never happen to an installation: a changed byte, a
 * replaced CA, a broken pair papered over.
 */
import { execFile, execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificates, inspectCertificates, type CertificateOutcome } from './index.ts';
import { readPair } from './pair-files.ts';

const run = promisify(execFile);
const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
const names = { address: '192.168.50.10', serverName: 'cams.example.net' };
const all = ['ca', 'broker', 'config_server', 'dashboard', 'turn', 'camera_client'];
const quick = { caKeyBits: 2048 } as const;
const dayMs = 86_400_000;

let base: string;
let fresh: string;
let firstRun: CertificateOutcome[];

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'apiary-certgen-'));
  fresh = join(base, 'fresh');
  firstRun = await ensureCertificates(fresh, names);
});
afterAll(() => rm(base, { recursive: true, force: true }));

/** A copy of the fresh set to spoil. */
async function copy(name: string): Promise<string> {
  const dir = join(base, name);
  await mkdir(dir);
  for (const file of await readdir(fresh)) await copyFile(join(fresh, file), join(dir, file));
  return dir;
}
async function snapshot(dir: string): Promise<Record<string, string>> {
  const files = await readdir(dir);
  const entries = files.sort().map(async (file) => {
    const path = join(dir, file);
    return [file, `${(await stat(path)).mtimeMs} ${await readFile(path, 'latin1')}`] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
const text = (dir: string, name: string): string =>
  openssl('x509', '-in', join(dir, `${name}.crt`), '-noout', '-text', '-nameopt', 'RFC2253');
const actions = (outcomes: readonly CertificateOutcome[]): Record<string, string> =>
  Object.fromEntries(outcomes.map(({ name, action }) => [name, action]));
const dates = (dir: string, name: string): { from: number; to: number } => {
  const [from = '', to = ''] = openssl('x509', '-in', join(dir, `${name}.crt`), '-noout', '-dates')
    .split('\n')
    .map((line) => line.replace(/^.*=/, ''));
  return { from: Date.parse(from), to: Date.parse(to) };
};

describe('a fresh set, read by OpenSSL', () => {
  it('has exactly the files of the contract, keys closed to others', async () => {
    expect((await readdir(fresh)).sort()).toEqual(all.flatMap((n) => [`${n}.crt`, `${n}.key`]).sort());
    expect(firstRun.map(({ action }) => action)).toEqual(all.map(() => 'issued'));
    for (const name of all) {
      expect((await stat(join(fresh, `${name}.key`))).mode & 0o777).toBe(0o600);
      expect((await stat(join(fresh, `${name}.crt`))).mode & 0o777).toBe(0o644);
      expect(await readFile(join(fresh, `${name}.key`), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    }
  });

  it('has a CA of the field-proven shape', () => {
    const ca = text(fresh, 'ca');
    expect(ca).toContain('Public-Key: (4096 bit)');
    expect(ca).toContain('Version: 3');
    expect(ca).toContain('Signature Algorithm: sha256WithRSAEncryption');
    expect(ca).toMatch(/Issuer: CN=Apiary CA [0-9a-f]{8}\n/);
    expect(ca).toMatch(/Subject: CN=Apiary CA [0-9a-f]{8}\n/);
    expect(ca).toMatch(/Basic Constraints: critical\s+CA:TRUE\n/);
    expect(ca).toContain('Subject Key Identifier');
    expect(ca).toContain('Authority Key Identifier');
    expect(ca).not.toContain('Key Usage');
  });

  const leaves = [
    [
      'broker',
      'CN=192.168.50.10',
      'TLS Web Server Authentication',
      'DNS:cams.example.net, DNS:*.example.net, IP Address:192.168.50.10',
    ],
    ['config_server', 'CN=192.168.50.10', 'TLS Web Server Authentication', 'IP Address:192.168.50.10'],
    [
      'dashboard',
      'CN=cams.example.net',
      'TLS Web Server Authentication',
      'DNS:cams.example.net, IP Address:192.168.50.10',
    ],
    [
      'turn',
      'CN=cams.example.net',
      'TLS Web Server Authentication',
      'DNS:cams.example.net, IP Address:192.168.50.10',
    ],
    ['camera_client', 'CN=camera_client', 'TLS Web Client Authentication', undefined],
  ] as const;
  it.each(leaves)('%s: subject %s, %s, names %s', (name, subject, usage, alternatives) => {
    const leaf = text(fresh, name);
    expect(leaf).toContain('Public-Key: (2048 bit)');
    expect(leaf).toContain('Signature Algorithm: sha256WithRSAEncryption');
    expect(leaf).toContain(`Subject: ${subject}\n`);
    expect(leaf).toMatch(/Issuer: CN=Apiary CA [0-9a-f]{8}\n/);
    expect(leaf).toMatch(/Basic Constraints: ?\s+CA:FALSE\n/);
    expect(leaf).toMatch(/Key Usage: ?\s+Digital Signature, Key Encipherment\n/);
    expect(leaf).toMatch(new RegExp(`Extended Key Usage: ?\\s+${usage}\n`));
    const found = /Subject Alternative Name: ?\s+(.*)\n/.exec(leaf)?.[1];
    expect(found).toBe(alternatives);
    // Not -x509_strict: it wants a keyUsage on the CA, which the field-proven one has not.
    const verdict = openssl(
      'verify',
      '-purpose',
      name === 'camera_client' ? 'sslclient' : 'sslserver',
      '-CAfile',
      join(fresh, 'ca.crt'),
      join(fresh, `${name}.crt`),
    );
    expect(verdict.trim()).toMatch(/: OK$/);
  });

  it.each(all)('%s: the key is the certificate’s', (name) => {
    const ofCertificate = openssl('x509', '-in', join(fresh, `${name}.crt`), '-noout', '-pubkey');
    expect(openssl('pkey', '-in', join(fresh, `${name}.key`), '-pubout')).toBe(ofCertificate);
  });

  it('lives ten years, the browser-facing ones 397 days, all backdated, none beyond the CA', () => {
    const now = Date.now();
    const ca = dates(fresh, 'ca');
    for (const name of all) {
      const { from, to } = dates(fresh, name);
      expect(from).toBeLessThanOrEqual(now - dayMs);
      expect(to).toBeLessThanOrEqual(ca.to);
      const life = Math.round((to - from) / dayMs);
      if (name === 'dashboard' || name === 'turn') expect(life).toBe(397);
      else expect(life).toBeGreaterThanOrEqual(3650);
    }
  });

  it('gives every certificate its own serial number', () => {
    const serials = all.map((name) =>
      openssl('x509', '-in', join(fresh, `${name}.crt`), '-noout', '-serial'),
    );
    expect(new Set(serials).size).toBe(all.length);
  });

  it('makes a broker that OpenSSL reaches by name and by address, with the camera’s certificate only', async () => {
    const read = (file: string) => readFile(join(fresh, file));
    const server = createServer(
      {
        cert: await read('broker.crt'),
        key: await read('broker.key'),
        ca: await read('ca.crt'),
        requestCert: true,
        rejectUnauthorized: true,
        maxVersion: 'TLSv1.2',
      },
      (socket) => socket.end('hello'),
    );
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const connect = (...args: string[]) =>
      run(
        'openssl',
        [
          's_client',
          '-connect',
          `127.0.0.1:${port}`,
          '-CAfile',
          join(fresh, 'ca.crt'),
          '-verify_return_error',
          '-brief',
          '-ign_eof',
          ...args,
        ],
        { timeout: 20_000 },
      );
    const camera = ['-cert', join(fresh, 'camera_client.crt'), '-key', join(fresh, 'camera_client.key')];
    try {
      await expect(connect('-verify_hostname', 'cams.example.net', ...camera)).resolves.toMatchObject({
        stdout: 'hello',
      });
      await expect(connect('-verify_ip', '192.168.50.10', ...camera)).resolves.toMatchObject({
        stdout: 'hello',
      });
      await expect(connect('-verify_hostname', 'other.example.org', ...camera)).rejects.toThrow();
      await expect(connect('-verify_ip', '192.168.50.11', ...camera)).rejects.toThrow();
      await expect(connect('-verify_ip', '192.168.50.10')).rejects.toThrow();
    } finally {
      server.close();
    }
  });
});

describe('a second run', () => {
  it('changes no byte and no time of any file', async () => {
    const before = await snapshot(fresh);
    const outcomes = await ensureCertificates(fresh, names);
    expect(outcomes.map(({ action }) => action)).toEqual(all.map(() => 'kept'));
    expect(await snapshot(fresh)).toEqual(before);
  });

  it('with another name makes the leaves anew that carry it, and no other', async () => {
    const dir = await copy('renamed');
    const before = await snapshot(dir);
    const outcomes = await ensureCertificates(dir, { ...names, serverName: 'hive.example.net' });
    expect(actions(outcomes)).toEqual({
      ca: 'kept',
      broker: 'renewed',
      config_server: 'kept',
      dashboard: 'renewed',
      turn: 'renewed',
      camera_client: 'kept',
    });
    const after = await snapshot(dir);
    for (const file of ['ca.crt', 'ca.key', 'camera_client.crt', 'camera_client.key', 'config_server.key'])
      expect(after[file]).toBe(before[file]);
    expect(text(dir, 'broker')).toContain('DNS:hive.example.net');
  });

  it('with another address makes all server certificates anew, never the CA or the cameras’', async () => {
    const dir = await copy('moved');
    const outcomes = await ensureCertificates(dir, { address: '192.168.50.77' });
    expect(actions(outcomes)).toEqual({
      ca: 'kept',
      broker: 'renewed',
      config_server: 'renewed',
      dashboard: 'renewed',
      turn: 'renewed',
      camera_client: 'kept',
    });
    expect(text(dir, 'dashboard')).toContain('Subject: CN=192.168.50.77\n');
    expect(text(dir, 'broker')).not.toContain('DNS:');
    for (const name of all.slice(1))
      openssl('verify', '-CAfile', join(dir, 'ca.crt'), join(dir, `${name}.crt`));
  });

  it('renews browser-facing leaves after two thirds of their life, camera-facing ones not', async () => {
    const dir = await copy('aged');
    const at = (days: number) => ({ now: new Date(Date.now() + days * dayMs) });
    expect((await ensureCertificates(dir, names, at(260))).every(({ action }) => action === 'kept')).toBe(
      true,
    );
    const later = await ensureCertificates(dir, names, at(264));
    expect(actions(later)).toEqual({
      ca: 'kept',
      broker: 'kept',
      config_server: 'kept',
      dashboard: 'renewed',
      turn: 'renewed',
      camera_client: 'kept',
    });
  });

  it('near the CA’s end renews as far as the CA reaches, and once only', async () => {
    const dir = await copy('old-age');
    const late = { now: new Date(dates(fresh, 'ca').to - 100 * dayMs) };
    expect(actions(await ensureCertificates(dir, names, late))).toMatchObject({
      dashboard: 'renewed',
      broker: 'kept',
    });
    expect(dates(dir, 'dashboard').to).toBe(dates(dir, 'ca').to);
    const again = await ensureCertificates(dir, names, { now: new Date(late.now.getTime() + 90 * dayMs) });
    expect(again.every(({ action }) => action === 'kept')).toBe(true);
  });

  it('closes a key that others could read', async () => {
    const dir = await copy('open');
    execFileSync('chmod', ['644', join(dir, 'broker.key')]);
    const outcome = (await ensureCertificates(dir, names)).find(({ name }) => name === 'broker');
    expect(outcome).toMatchObject({ action: 'kept', reason: expect.stringContaining('0600') as string });
    expect((await stat(join(dir, 'broker.key'))).mode & 0o777).toBe(0o600);
  });
});

describe('what is broken is told, never replaced', () => {
  const cases: [string, (dir: string) => Promise<unknown>, RegExp][] = [
    [
      'a key of another certificate',
      (dir) => copyFile(join(dir, 'turn.key'), join(dir, 'camera_client.key')),
      /camera_client\.key does not belong to camera_client\.crt/,
    ],
    [
      'a leaf with a foreign key',
      (dir) => copyFile(join(dir, 'turn.key'), join(dir, 'broker.key')),
      /broker\.key does not belong/,
    ],
    ['a CA key that is gone', (dir) => rm(join(dir, 'ca.key')), /ca\.crt is there but ca\.key is not/],
    [
      'a CA that is gone',
      async (dir) => {
        await rm(join(dir, 'ca.crt'));
        await rm(join(dir, 'ca.key'));
      },
      /ca\.crt and ca\.key are missing/,
    ],
    [
      'garbage',
      (dir) => writeFile(join(dir, 'ca.crt'), 'not a certificate'),
      /ca\.crt is not a PEM certificate/,
    ],
    [
      'an empty key',
      (dir) => writeFile(join(dir, 'dashboard.key'), ''),
      /dashboard\.key is not an unencrypted RSA private key/,
    ],
    [
      'a leaf in the CA’s place',
      async (dir) => {
        await copyFile(join(dir, 'turn.crt'), join(dir, 'ca.crt'));
        await copyFile(join(dir, 'turn.key'), join(dir, 'ca.key'));
      },
      /ca\.crt is not a CA certificate/,
    ],
    [
      'a server certificate in the cameras’ place',
      async (dir) => {
        await copyFile(join(dir, 'turn.crt'), join(dir, 'camera_client.crt'));
        await copyFile(join(dir, 'turn.key'), join(dir, 'camera_client.key'));
      },
      /camera_client\.crt cannot be used: its CN is "cams\.example\.net"/,
    ],
  ];
  it.each(cases)('%s', async (label, spoil, message) => {
    const dir = await copy(`spoilt-${label.replaceAll(/\W/g, '-')}`);
    await spoil(dir);
    const before = await snapshot(dir);
    await expect(ensureCertificates(dir, { address: '10.0.0.1' }, quick)).rejects.toThrow(message);
    expect(await snapshot(dir)).toEqual(before);
  });

  it('cameras’ certificate of another CA', async () => {
    const dir = await copy('foreign-camera');
    const other = join(base, 'other');
    await ensureCertificates(other, names, quick);
    for (const end of ['crt', 'key'])
      await copyFile(join(other, `camera_client.${end}`), join(dir, `camera_client.${end}`));
    await expect(ensureCertificates(dir, names)).rejects.toThrow(/not issued by ca\.crt/);
  });

  it('an expired CA', async () => {
    const dir = await copy('expired');
    const now = new Date(Date.now() + 3651 * dayMs);
    await expect(ensureCertificates(dir, names, { now })).rejects.toThrow(
      /ca\.crt expired on 20\d\d-\d\d-\d\d/,
    );
    const findings = await inspectCertificates(dir, names, now);
    expect(findings[0]).toMatchObject({ name: 'ca', fault: 'it expired' });
  });
});

describe('adoption of another platform’s pair', () => {
  it('takes full names, PKCS#1 keys, text before the block and CRLF; puts them into our form once', async () => {
    const dir = join(base, 'adopted');
    await mkdir(dir);
    const file = (name: string) => join(dir, name);
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      file('p8'),
      '-out',
      file('ca.plain'),
      '-days',
      '900',
      '-subj',
      '/C=GB/ST=London/O=Elsewhere/CN=Config Server CA',
    );
    openssl('rsa', '-in', file('p8'), '-traditional', '-out', file('ca.key'));
    await writeFile(
      file('ca.crt'),
      `# our CA\r\n${(await readFile(file('ca.plain'), 'utf8')).replaceAll('\n', '\r\n')}`,
    );
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      file('camera_client.key'),
      '-out',
      file('csr'),
      '-subj',
      '/C=GB/O=Elsewhere/CN=camera_client',
    );
    openssl(
      'x509',
      '-req',
      '-in',
      file('csr'),
      '-CA',
      file('ca.plain'),
      '-CAkey',
      file('p8'),
      '-set_serial',
      '7',
      '-days',
      '800',
      '-text',
      '-out',
      file('camera_client.crt'),
    );
    for (const name of ['p8', 'ca.plain', 'csr']) await rm(file(name));
    const keyBefore = openssl('pkey', '-in', file('camera_client.key'), '-pubout');

    const outcomes = await ensureCertificates(dir, names);
    expect(actions(outcomes)).toEqual({
      ca: 'adopted',
      broker: 'issued',
      config_server: 'issued',
      dashboard: 'issued',
      turn: 'issued',
      camera_client: 'adopted',
    });
    expect(openssl('pkey', '-in', file('camera_client.key'), '-pubout')).toBe(keyBefore);
    expect(await readFile(file('ca.key'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(await readFile(file('camera_client.crt'), 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    expect(await readFile(file('ca.key.original'), 'utf8')).toContain('BEGIN RSA PRIVATE KEY');
    for (const name of all.slice(1)) {
      expect(openssl('verify', '-CAfile', file('ca.crt'), file(`${name}.crt`)).trim()).toMatch(/OK$/);
      // The issuer name byte by byte: old verifiers compare, they do not normalise.
      const hash = (which: string, cert: string) =>
        openssl('x509', '-in', file(cert), '-noout', which, '-nameopt', 'dump_all,dump_der,RFC2253').replace(
          /^\w+=/,
          '',
        );
      expect(hash('-issuer', `${name}.crt`)).toBe(hash('-subject', 'ca.crt'));
    }
    expect(dates(dir, 'broker').to).toBe(dates(dir, 'ca').to);

    const before = await snapshot(dir);
    expect((await ensureCertificates(dir, names)).every(({ action }) => action === 'kept')).toBe(true);
    expect(await snapshot(dir)).toEqual(before);
  });
});

describe('a crash between the two files of a pair', () => {
  it('is finished by the next run', async () => {
    const dir = await copy('crashed');
    const pair = await readPair(dir, 'turn');
    // As writePair leaves it when killed after the first rename.
    await mkdir(join(dir, '.broker.ready'));
    await writeFile(join(dir, '.broker.ready', 'crt'), pair?.certificate ?? '');
    await writeFile(join(dir, 'broker.key'), pair?.key ?? '');
    const outcomes = await ensureCertificates(dir, names);
    expect(actions(outcomes)).toMatchObject({ ca: 'kept', broker: 'renewed', camera_client: 'kept' });
    expect((await readdir(dir)).filter((file) => file.startsWith('.'))).toEqual([]);
  });

  it('leaves a half-made draft behind that the next run ignores', async () => {
    const dir = await copy('half');
    await mkdir(join(dir, '.broker.draft'));
    await writeFile(join(dir, '.broker.draft', 'key'), 'half');
    await rename(join(dir, 'broker.key'), join(base, 'gone.key'));
    await rename(join(dir, 'broker.crt'), join(base, 'gone.crt'));
    expect(actions(await ensureCertificates(dir, names))).toMatchObject({ broker: 'issued' });
    expect((await readdir(dir)).filter((file) => file.startsWith('.'))).toEqual([]);
  });
});

describe('findings for doctor', () => {
  it('has days left and no fault for a good set', async () => {
    const findings = await inspectCertificates(fresh, names);
    expect(findings.map(({ name }) => name)).toEqual(all);
    for (const { fault, daysLeft } of findings) {
      expect(fault).toBeUndefined();
      expect(daysLeft).toBeGreaterThan(390);
    }
  });
});
