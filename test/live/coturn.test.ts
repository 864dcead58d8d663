/**
 * The relay with the project's configuration, run by this machine's coturn in a network namespace of its own with private
 * addresses: who gets an allocation, and whom it reaches.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tempDir, waitFor } from '@apiary/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { turnCredential, turnCredentialSeconds } from '../../services/livestream/src/ice-servers.ts';

const has = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));
const namespace = `apiary-turn-${process.pid}`;

function whyNot(): string | undefined {
  if (!has('turnserver') || !has('turnutils_uclient')) return 'coturn is not installed';
  if (!has('ip')) return 'iproute2 is not installed';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const { status, stderr } = spawnSync('ip', ['netns', 'add', namespace], { encoding: 'utf8' });
  return status === 0 ? undefined : `no network namespace to be had (${stderr.trim()})`;
}
const missing = whyNot();

/** The media server; the one peer that is allowed. */
const server = '10.77.0.1';
/** Some other machine of the house. */
const neighbour = '10.77.0.2';
const secret = 'TestOnlyTurnSecret0123456789abcdef';

const inNamespace = (...command: string[]): string[] => ['netns', 'exec', namespace, ...command];

describe.skipIf(missing !== undefined)(
  `coturn${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let folder: Awaited<ReturnType<typeof tempDir>>;
    let relay: ChildProcess;
    let log = '';
    let certs = '';
    const helpers: ChildProcess[] = [];

    beforeAll(async () => {
      folder = await tempDir();
      certs = join(folder.path, 'certificates');
      mkdirSync(certs);
      certify('relay');
      writeFileSync(join(folder.path, 'turn-secret'), `${secret}\n`);
      const ip = (...args: string[]): void => void execFileSync('ip', args);
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
      for (const address of [server, neighbour])
        ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'lo');
      relay = spawn('ip', inNamespace('sh', resolve(import.meta.dirname, '../../coturn/start.sh')), {
        env: {
          PATH: process.env['PATH'],
          SERVER_ADDRESS: server,
          CERTS_DIR: certs,
          TURN_SECRET_FILE: join(folder.path, 'turn-secret'),
          TURN_RUN_DIR: folder.path,
          TURN_MIN_PORT: '49152',
          TURN_MAX_PORT: '49252',
          TURN_WATCH_SECONDS: '1',
        },
      });
      for (const stream of [relay.stdout, relay.stderr])
        stream?.on('data', (part: Buffer) => (log += part.toString()));
      for (const address of [server, neighbour])
        helpers.push(
          spawn('ip', inNamespace('turnutils_peer', '-L', address, '-p', '3480'), { stdio: 'ignore' }),
        );
      await waitFor(() => stun() === 0, 'the relay answering');
    });

    afterAll(async () => {
      for (const child of [relay, ...helpers]) child.kill('SIGTERM');
      execFileSync('ip', ['netns', 'delete', namespace]);
      await folder[Symbol.asyncDispose]();
    });

    const certify = (commonName: string): void => {
      const [key, certificate] = [join(certs, 'turn.key'), join(certs, 'turn.crt')];
      // prettier-ignore
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${commonName}`,
         '-keyout', `${key}.new`, '-out', `${certificate}.new`], { stdio: 'pipe' });
      renameSync(`${key}.new`, key);
      renameSync(`${certificate}.new`, certificate);
    };

    const stun = (): number | null =>
      spawnSync('ip', inNamespace('timeout', '3', 'turnutils_stunclient', '-p', '3478', server)).status;

    /** Allocates, and sends through the relay to a peer that sends back. */
    function relayTo(
      peer: string,
      { username, credential }: { username: string; credential: string },
    ): { ok: boolean; output: string } {
      // prettier-ignore
      const { status, stdout, stderr } = spawnSync('ip', inNamespace('timeout', '12', 'turnutils_uclient', '-c', '-n', '2', '-m', '1', '-l', '100', '-e', peer, '-r', '3480', '-u', username, '-w', credential,  server),
        { encoding: 'utf8' });
      const output = `${stdout}${stderr}`;
      return { ok: status === 0 && /tot_recv_msgs=[1-9]/.test(output), output };
    }
    const refusedAllocation: unknown = expect.stringContaining('Cannot complete Allocation');
    let viewers = 0;
    const minted = () => turnCredential(secret, `viewer${viewers++}`, Date.now());

    it('relays to the media server with a minted credential', () => {
      const { ok, output } = relayTo(server, minted());
      expect(output).not.toMatch(/error/i);
      expect(ok).toBe(true);
    });

    const talk = (version: string): string =>
      spawnSync(
        'ip',
        inNamespace('timeout', '5', 'openssl', 's_client', version, '-connect', `${server}:5349`),
        { encoding: 'utf8', input: '' },
      ).stdout;

    it('speaks TLS 1.2 with our certificate, and nothing older', () => {
      expect(talk('-tls1_2')).toMatch(/subject=CN ?= ?relay/);
      expect(talk('-tls1_1')).not.toMatch(/subject=CN/);
    });

    it('refuses a wrong credential and one that has expired', () => {
      const wrong = turnCredential('AnotherSecret0123456789', 'viewer', Date.now());
      expect(relayTo(server, wrong)).toMatchObject({ ok: false, output: refusedAllocation });
      const expired = turnCredential(secret, 'viewer', Date.now() - (turnCredentialSeconds + 60) * 1000);
      expect(relayTo(server, expired)).toMatchObject({ ok: false, output: refusedAllocation });
    });

    it.each([neighbour, '127.0.0.1', '192.168.1.1', '169.254.169.254', '224.0.0.1'])(
      'refuses to reach %s',
      (peer) => {
        const { ok, output } = relayTo(peer, minted());
        expect(ok).toBe(false);
        expect(output).toMatch(/403|forbidden/i);
      },
    );

    it('takes up a renewed certificate while it runs, with a viewer’s relay in use', async () => {
      const { username, credential } = minted();
      // prettier-ignore
      const viewer = spawn('ip', inNamespace('turnutils_uclient', '-c', '-n', '300', '-m', '1', '-l', '100', '-e', server, '-r', '3480', '-u', username, '-w', credential, server));
      let said = '';
      viewer.stdout.on('data', (part: Buffer) => (said += part.toString()));
      const ended = new Promise<void>((resolve) => viewer.once('exit', () => resolve()));
      certify('renewed');
      await waitFor(() => /subject=CN ?= ?renewed/.test(talk('-tls1_2')), 'the new certificate', 20_000);
      expect(relay.exitCode).toBeNull();
      expect(viewer.exitCode).toBeNull();
      await ended;
      expect(said).toMatch(/tot_send_msgs=300, tot_recv_msgs=300/);
    }, 60_000);

    it('understood every line of its configuration, and shows no secret', () => {
      expect(log).not.toMatch(/Bad configuration format/i);
      expect(log).not.toContain(secret);
      const commandLine = readFileSync(`/proc/${relay.pid ?? 0}/cmdline`, 'utf8');
      expect(commandLine).not.toContain(secret);
      expect(commandLine).toContain('turnserver');
    });
  },
);
