/** The CA for people's devices: whole and alone, without a login, as a file and as a profile. */
import { X509Certificate } from 'node:crypto';
import { appendFile, cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tempDir } from '@apiary/test-support';
import { testCertificates } from '@apiary/test-support/certificates';
import { startHarness, type Harness } from './dashboard.helpers.ts';

let harness: Harness;
let folder: Awaited<ReturnType<typeof tempDir>>;
beforeAll(async () => {
  folder = await tempDir();
  await cp((await testCertificates()).dir, folder.path, { recursive: true });
  // As a CA may look that people brought along.
  await appendFile(join(folder.path, 'ca.crt'), await readFile(join(folder.path, 'ca.key'), 'utf8'));
  harness = await startHarness({ certsDir: folder.path });
});
afterAll(async () => {
  await harness.stop();
  await folder[Symbol.asyncDispose]();
});

const ask = async (path: string): Promise<{ status: number; type: string | null; text: string }> => {
  const response = await fetch(harness.url(`/api/trust${path}`));
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: await response.text(),
  };
};

it('gives the certificate that issued the server’s, and never its key', async () => {
  const { status, type, text } = await ask('/ca.crt');
  expect([status, type]).toEqual([200, 'application/x-x509-ca-cert']);
  expect(text).not.toContain('PRIVATE KEY');
  const ca = new X509Certificate(text);
  const leaf = new X509Certificate(await readFile(join(folder.path, 'dashboard.crt')));
  expect(leaf.verify(ca.publicKey)).toBe(true);
  const facts = JSON.parse((await ask('')).text) as Record<string, string>;
  expect(facts['sha256']).toBe(ca.fingerprint256);
  expect(ca.subject).toContain(facts['name'] ?? '?');
});

it('gives the same in a profile whose ids stay the same', async () => {
  const { type, text } = await ask('/apiary.mobileconfig');
  expect(type).toBe('application/x-apple-aspen-config');
  const [, data] = /<data>([^<]+)<\/data>/.exec(text) ?? [];
  const ca = new X509Certificate((await ask('/ca.crt')).text);
  expect(Buffer.from(data ?? '', 'base64').equals(ca.raw)).toBe(true);
  const ids = text.match(/[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-8[0-9A-F]{3}-[0-9A-F]{12}/g) ?? [];
  expect(new Set(ids).size).toBe(2);
  expect((await ask('/apiary.mobileconfig')).text).toBe(text);
});

it('says so in words where there is none', async () => {
  await rm(join(folder.path, 'ca.crt'));
  const { status, text } = await ask('/ca.crt');
  expect([status, JSON.parse(text)]).toMatchObject([503, { error: { code: 'ca_missing' } }]);
});
