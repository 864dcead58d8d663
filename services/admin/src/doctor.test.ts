/** Each line of `doctor`, good and bad, against real sockets and files; and that looking changes nothing. */
import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCertificates, type TestCertificates } from '@apiary/test-support/certificates';
import { freePort } from '@apiary/test-support/free-port';
import { tempDir } from '@apiary/test-support/temp-dir';
import { examine, failed, renderFindings, type Finding } from './doctor.ts';
import { checkName, checkPorts } from './doctor-network.ts';
import { loadInstallation, type InstallationSettings } from './config.ts';

let certificates: TestCertificates;
let dir: Awaited<ReturnType<typeof tempDir>>;
let ports: Record<string, string>;
const servers: Server[] = [];

beforeAll(async () => {
  certificates = await testCertificates();
  dir = await tempDir();
  await cp(certificates.dir, join(dir.path, 'certificates'), { recursive: true });
  const names = ['CONFIG', 'MQTT_TLS', 'HTTPS', 'DASHBOARD', 'SIGNALING', 'TURN', 'TURN_TLS'];
  ports = { MEDIA_MIN_PORT: '26600', MEDIA_MAX_PORT: '26651' };
  for (const name of names) ports[`${name}_PORT`] = String(await freePort());
});
afterAll(async () => {
  for (const server of servers) server.close();
  await dir[Symbol.asyncDispose]();
});

const environment = (more: Record<string, string> = {}) => ({
  SERVER_ADDRESS: '127.0.0.1',
  ...ports,
  ...more,
});
const run = (more: Record<string, string> = {}, hostNetwork = true): Promise<Finding[]> =>
  examine({ environment: environment(more), root: dir.path, hostNetwork });
const settingsOf = async (more: Record<string, string> = {}): Promise<InstallationSettings> =>
  (await loadInstallation(environment(more), dir.path)).settings;
const find = (findings: readonly Finding[], subject: string): Finding | undefined =>
  findings.find((finding) => finding.subject === subject);
async function portOf(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return String((server.address() as AddressInfo).port);
}

describe('doctor', () => {
  it('has a line for every subsystem and changes nothing', async () => {
    const before = await readdir(dir.path, { recursive: true });
    const findings = await run();
    for (const subject of [
      'settings',
      'address',
      'name',
      'media ports',
      'secrets',
      'certificate ca',
      'certificate turn',
      'disk',
      'clock',
      'node',
      'ffmpeg',
      'docker',
    ])
      expect(find(findings, subject), subject).toBeDefined();
    expect(failed(findings)).toBe(false);
    expect(find(findings, 'address')).toMatchObject({ level: 'warn' });
    expect(find(findings, 'name')?.text).toContain('router’s DNS');
    expect(renderFindings(findings)).toMatch(/^PASS {2}settings +all keys are valid$/m);
    expect(await readdir(dir.path, { recursive: true })).toEqual(before);
  });

  it('fails with every fault of the settings', async () => {
    const findings = await run({ CONFIG_PORT: 'eighty', DASHBOARD_PORT: '-1' });
    expect(failed(findings)).toBe(true);
    expect(find(findings, 'settings')?.text).toMatch(/CONFIG_PORT[\s\S]*DASHBOARD_PORT/);
  });

  it('fails when the address is not ours', async () => {
    expect(find(await run({ SERVER_ADDRESS: '192.0.2.77' }), 'address')).toMatchObject({ level: 'fail' });
  });

  it('says what it cannot see from a container', async () => {
    const findings = await run({ SERVER_ADDRESS: '192.0.2.77' }, false);
    expect(find(findings, 'network')).toMatchObject({ level: 'warn' });
    expect(find(findings, 'address')).toBeUndefined();
  });

  it('sees certificates that no longer fit, are broken or about to end', async () => {
    await using spoilt = await tempDir();
    await cp(certificates.dir, join(spoilt.path, 'certificates'), { recursive: true });
    await writeFile(join(spoilt.path, 'certificates/turn.key'), 'garbage');
    await rm(join(spoilt.path, 'certificates/dashboard.crt'));
    const findings = await examine({
      environment: environment({ SERVER_ADDRESS: '127.0.0.2' }),
      root: spoilt.path,
      hostNetwork: true,
    });
    expect(find(findings, 'certificate ca')).toMatchObject({ level: 'pass' });
    expect(find(findings, 'certificate broker')?.text).toContain(
      'its CN is "127.0.0.1" instead of "127.0.0.2"',
    );
    expect(find(findings, 'certificate turn')?.text).toContain('turn.key is not');
    expect(find(findings, 'certificate dashboard')?.text).toContain('dashboard.crt is not');
    expect(failed(findings)).toBe(true);
  });
});

describe('names', () => {
  it('pass when they lead to the address', async () => {
    expect(await checkName(await settingsOf({ SERVER_NAME: 'localhost' }))).toMatchObject({ level: 'pass' });
  });
  it('fail when they lead elsewhere or nowhere', async () => {
    const elsewhere = await settingsOf({ SERVER_NAME: 'localhost', SERVER_ADDRESS: '192.0.2.77' });
    expect(await checkName(elsewhere)).toMatchObject({ level: 'fail' });
    const nowhere = await settingsOf({ SERVER_NAME: 'no-such-name.invalid' });
    expect((await checkName(nowhere)).text).toContain('add no-such-name.invalid → 127.0.0.1');
  });
});

describe('ports', () => {
  const read = (file: string) => readFile(join(certificates.dir, file));

  it('are free, ours by their certificate (also behind mutual TLS), or somebody else’s', async () => {
    const foreign = createTcpServer((socket) => socket.end('220 hello\r\n'));
    const config = createTlsServer({
      cert: await read('config_server.crt'),
      key: await read('config_server.key'),
      maxVersion: 'TLSv1.2',
    });
    const broker = createTlsServer({
      cert: await read('broker.crt'),
      key: await read('broker.key'),
      ca: await read('ca.crt'),
      requestCert: true,
      rejectUnauthorized: true,
    });
    const taken = {
      HTTPS_PORT: await portOf(foreign),
      CONFIG_PORT: await portOf(config),
      MQTT_TLS_PORT: await portOf(broker),
    };
    const findings = await checkPorts(await settingsOf(taken));
    expect(find(findings, `port ${taken.CONFIG_PORT}`)).toMatchObject({
      level: 'pass',
      text: 'CONFIG_PORT is held by this installation',
    });
    expect(find(findings, `port ${taken.MQTT_TLS_PORT}`)).toMatchObject({
      level: 'pass',
      text: 'MQTT_TLS_PORT is held by this installation',
    });
    expect(find(findings, `port ${taken.HTTPS_PORT}`)).toMatchObject({ level: 'fail' });
    expect(find(findings, `port ${ports['DASHBOARD_PORT'] ?? ''}`)).toMatchObject({
      level: 'pass',
      text: 'DASHBOARD_PORT is free',
    });
  });
});
