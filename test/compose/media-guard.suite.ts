/**
 * The media server's control port has no password and is open on every address of the host. Who gets in: from the bridge
 * of livestream, from another container, from a machine beside this one (a network namespace with a cable to it), and
 * what is left when the rule is taken away or its keeper killed.
 */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { promisify } from 'node:util';
import { waitFor, type Platform } from '@apiary/test-support';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);

/** Prints `open` or `closed` for each `host:port`. */
const probe = `
  const { connect } = require('node:net');
  Promise.all(process.argv.slice(1).map((target) => new Promise((done) => {
    const [host, port] = target.split(':');
    const socket = connect({ host, port });
    const end = (what) => { socket.destroy(); done(what); };
    socket.setTimeout(2000, () => end('closed'));
    socket.once('error', () => end('closed')).once('connect', () => end('open'));
  }))).then((all) => console.log(all.join(' ')));`;

/** A neighbour on the LAN: its own network stack, one cable to this machine. */
class Neighbour {
  readonly #name = `apiary-lan-${process.pid}`;
  readonly #cable = `lan${process.pid}`.slice(0, 15);
  /** Of this machine, as the neighbour sees it. */
  readonly host = '10.79.13.1';

  /** undefined where it can be had. */
  static missing(): string | undefined {
    if (process.getuid?.() !== 0) return 'network namespaces need root';
    return spawnSync('ip', ['-V']).status === 0 ? undefined : 'iproute2 is not installed';
  }

  connect(): void {
    const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });
    ip('netns', 'add', this.#name);
    ip('link', 'add', this.#cable, 'type', 'veth', 'peer', 'name', 'lan0', 'netns', this.#name);
    ip('address', 'add', `${this.host}/30`, 'dev', this.#cable);
    ip('link', 'set', this.#cable, 'up');
    ip('-n', this.#name, 'address', 'add', '10.79.13.2/30', 'dev', 'lan0');
    ip('-n', this.#name, 'link', 'set', 'lan0', 'up');
  }

  async sees(...ports: readonly number[]): Promise<string> {
    const targets = ports.map((port) => `${this.host}:${port}`);
    const { stdout } = await run('ip', [
      'netns',
      'exec',
      this.#name,
      process.execPath,
      '-e',
      probe,
      ...targets,
    ]);
    return stdout.trim();
  }

  disconnect(): void {
    // The cable goes with the namespace.
    spawnSync('ip', ['netns', 'delete', this.#name]);
  }
}

export function mediaGuardSuite(platform: () => Platform, project: string): void {
  const noNeighbour = Neighbour.missing();
  const lan = new Neighbour();
  /** Open to the LAN, to tell a closed port from a broken cable. */
  let open: Server;
  let openPort = 0;
  let port = 0;
  let guard = '';

  const docker = async (...args: string[]): Promise<string> => (await run('docker', args)).stdout.trim();
  const container = (service: string): Promise<string> =>
    docker('ps', '--all', '--quiet', '--filter', `name=^${project}-${service}-1$`);
  const rules = (): Promise<string> =>
    // A container of its own: it must work when the guard's is gone.
    docker('run', '--rm', '--network=host', '--cap-add=NET_ADMIN', '--entrypoint=nft', 'apiary/media-guard:0.1.0', 'list', 'tables'); // prettier-ignore
  const stands = async (): Promise<boolean> => (await rules()).includes(`apiary_guard_${port}`);
  const fromLivestream = async (): Promise<string> =>
    docker('exec', await container('livestream'), 'node', '-e', probe, `host.docker.internal:${port}`);
  const expectClosed = async (): Promise<void> => {
    const image = await docker('inspect', '--format', '{{.Config.Image}}', await container('livestream'));
    const bridge = '172.17.0.1';
    const elsewhere = await docker('run', '--rm', '--entrypoint=node', image, '-e', probe, `${bridge}:${port}`, `${bridge}:${openPort}`); // prettier-ignore
    expect(elsewhere).toBe('closed open');
    if (noNeighbour === undefined) expect(await lan.sees(port, openPort)).toBe('closed open');
    expect(await fromLivestream()).toBe('open');
  };

  beforeAll(async () => {
    guard = await container('media-guard');
    const environment = await docker('inspect', '--format', '{{json .Config.Env}}', guard);
    port = Number(/MEDIA_CONTROL_PORT=(\d+)/.exec(environment)?.[1]);
    open = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => open.listen(0, '0.0.0.0', resolve));
    openPort = (open.address() as AddressInfo).port;
    if (noNeighbour === undefined) lan.connect();
    else console.log(`The control port is not looked at from a machine of the LAN: ${noNeighbour}`);
  });
  afterAll(() => {
    open.close();
    lan.disconnect();
  });

  it('lets livestream in, and neither another container nor the LAN', expectClosed, 60_000);

  it('is back at once when a firewall’s reload has flushed it', async () => {
    await docker('exec', guard, 'nft', 'delete', 'table', 'inet', `apiary_guard_${port}`);
    await waitFor(stands, 'the rule being put back');
    await expectClosed();
  }, 60_000);

  it('stays closed when its keeper is killed, and is kept again', async () => {
    await docker('kill', '--signal=KILL', guard);
    await expectClosed();
    await docker('start', guard);
    await waitFor(
      async () => (await docker('inspect', '--format', '{{.State.Health.Status}}', guard)) === 'healthy',
      'the guard being healthy',
      60_000,
    );
    await expectClosed();
  }, 120_000);

  it('is missed by make doctor, which says what to do', async () => {
    const good = await platform().make('doctor');
    expect(good.stdout).toMatch(/PASS +control port .*closed to the network/);
    await docker('pause', guard);
    try {
      await docker('run', '--rm', '--network=host', '--cap-add=NET_ADMIN', '--entrypoint=nft', 'apiary/media-guard:0.1.0', 'delete', 'table', 'inet', `apiary_guard_${port}`); // prettier-ignore
      const bad = await platform().make('doctor');
      expect(bad.stdout).toMatch(/FAIL +control port .*OPEN to your network/);
      expect(bad.code).not.toBe(0);
    } finally {
      await docker('unpause', guard);
    }
    await waitFor(stands, 'the rule being put back');
  }, 120_000);
}
