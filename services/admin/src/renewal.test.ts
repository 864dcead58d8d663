/** Renewal while the appliance runs: short-lived leaves when due, never the CA or the cameras' certificate. */
import { X509Certificate } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLogger, silentLogger } from '@apiary/base/logger';
import { ensureCertificates } from '@apiary/certgen';
import { tempDir } from '@apiary/test-support/temp-dir';
import { renewCertificates } from './renewal.ts';

const day = 24 * 3600_000;
const names = ['ca', 'broker', 'config_server', 'dashboard', 'turn', 'camera_client'];

it('replaces the dashboard and relay leaves after two thirds of their life and nothing else', async () => {
  await using dir = await tempDir();
  const settings = {
    CERTS_DIR: dir.path,
    SERVER_ADDRESS: '127.0.0.1',
    SERVER_NAME: undefined,
  };
  const serials = () =>
    Promise.all(
      names.map(
        async (name) => new X509Certificate(await readFile(join(dir.path, `${name}.crt`))).serialNumber,
      ),
    );
  await ensureCertificates(dir.path, { address: '127.0.0.1', serverName: undefined }, { caKeyBits: 2048 });
  const before = await serials();
  const later = (days: number) => ({
    settings,
    owners: 'self' as const,
    logger: silentLogger,
    now: new Date(Date.now() + days * day),
  });

  await renewCertificates(later(200));
  expect(await serials()).toEqual(before);

  await renewCertificates(later(280));
  const after = await serials();
  expect(names.filter((_name, index) => before[index] !== after[index])).toEqual(['dashboard', 'turn']);
}, 60_000);

it('says a fault and goes on', async () => {
  await using dir = await tempDir();
  await ensureCertificates(dir.path, { address: '127.0.0.1', serverName: undefined }, { caKeyBits: 2048 });
  await rm(join(dir.path, 'ca.key'));
  const lines: string[] = [];
  const logger = createLogger('test', 'info', { write: (line) => lines.push(line) });
  await renewCertificates({
    settings: {
      CERTS_DIR: dir.path,
      SERVER_ADDRESS: '127.0.0.1',
      SERVER_NAME: undefined,
    },
    owners: 'self',
    logger,
  });
  expect(lines.join()).toContain('certificates not checked');
}, 60_000);
