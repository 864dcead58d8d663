/**
 * The platform under test, known by nothing but `make -s info FORMAT=json`. By default an embedded stack of our own,
 * with its own ports and folders, is started and removed again; `TEST_PLATFORM=running` takes the one that runs (either
 * stack) and leaves it running, with the simulated cameras' traces in it.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { waitFor } from './wait-for.ts';

export interface ServiceInfo {
  readonly name: string;
  readonly pid?: number;
  readonly container?: string;
  readonly healthUrl: string | null;
}

export interface PlatformInfo {
  readonly stack: 'compose' | 'embedded';
  readonly dashboardUrl: string;
  readonly configUrl: string;
  readonly broker: { readonly host: string; readonly port: number };
  readonly certsDir: string;
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly adminUsername: string;
  readonly adminPasswordFile: string;
  readonly services: readonly ServiceInfo[];
}

export interface MakeResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

const run = promisify(execFile);
/** Installing and building included. */
const makeTimeoutMs = 600_000;

export class Platform {
  /** Started by this run, and to be removed by it. */
  readonly owned: boolean;
  /** What the first `make up` of an owned platform printed. */
  readonly firstUp: MakeResult | undefined;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #folder: string | undefined;
  #info: PlatformInfo;

  private constructor(
    info: PlatformInfo,
    environment: NodeJS.ProcessEnv,
    own?: { folder: string; firstUp: MakeResult },
  ) {
    this.#info = info;
    this.#environment = environment;
    this.#folder = own?.folder;
    this.firstUp = own?.firstUp;
    this.owned = own !== undefined;
  }

  /**
   * @param overrides settings of an owned platform in place of the embedded stack's
   * @throws Error with the output of `make up` when the platform does not come up
   */
  static async open(overrides: NodeJS.ProcessEnv = {}): Promise<Platform> {
    if (process.env['TEST_PLATFORM'] === 'running') {
      const info = await readInfo(process.env);
      if (info === undefined)
        throw new Error('TEST_PLATFORM=running, but `make info` says that nothing runs.');
      return new Platform(info, process.env);
    }
    const folder = await mkdtemp(join(tmpdir(), 'apiary-platform-'));
    const environment = { ...(await ownEnvironment(folder)), ...overrides };
    const firstUp = await make('up', environment);
    const info = firstUp.code === 0 ? await readInfo(environment) : undefined;
    if (info === undefined) {
      await make('down', environment);
      throw new Error(`\`make up\` ended with ${firstUp.code}:\n${firstUp.stdout}\n${firstUp.stderr}`);
    }
    return new Platform(info, environment, { folder, firstUp });
  }

  /** As `make info` last said. */
  get info(): PlatformInfo {
    return this.#info;
  }

  /** `host:port` as it would stand in a camera's database. */
  get configHost(): string {
    const url = new URL(this.#info.configUrl);
    return `${url.hostname}:${url.port === '' ? (url.protocol === 'http:' ? '80' : '443') : url.port}`;
  }

  caPem(): Promise<string> {
    return readFile(join(this.#info.certsDir, 'ca.crt'), 'utf8');
  }

  async adminPassword(): Promise<string> {
    return (await readFile(this.#info.adminPasswordFile, 'utf8')).trim();
  }

  /** @param variables as on the command line, `NAME=value` */
  make(target: string, variables: readonly string[] = []): Promise<MakeResult> {
    return make(target, this.#environment, variables);
  }

  /** Asks again; undefined when nothing runs. */
  async refresh(): Promise<PlatformInfo | undefined> {
    const info = await readInfo(this.#environment);
    if (info !== undefined) this.#info = info;
    return info;
  }

  /** Process id on this host. */
  async pidOf(name: string): Promise<number> {
    const service = (await this.refresh())?.services.find((each) => each.name === name);
    if (service?.pid !== undefined) return service.pid;
    if (service?.container === undefined) throw new Error(`info names no process of ${name}`);
    const { stdout } = await run('docker', ['inspect', '-f', '{{.State.Pid}}', service.container]);
    return Number(stdout.trim());
  }

  /** `kill -9`; resolves when the stack has put another process in its place that answers. */
  async killAndAwaitReturn(name: string): Promise<void> {
    const before = await this.pidOf(name);
    process.kill(before, 'SIGKILL');
    await waitFor(
      async () => {
        const pid = await this.pidOf(name);
        return pid > 0 && pid !== before && isAlive(pid);
      },
      `${name} being started again`,
      60_000,
    );
  }

  /** Stops a process where it stands (SIGSTOP), as a machine without CPU to spare does; the result lets it go on. */
  async pause(name: string): Promise<() => void> {
    const pid = await this.pidOf(name);
    process.kill(pid, 'SIGSTOP');
    return () => {
      process.kill(pid, 'SIGCONT');
    };
  }

  /** Takes an owned platform down and removes its folders. */
  async close(): Promise<void> {
    if (this.#folder === undefined) return;
    const { code, stdout, stderr } = await this.make('down');
    if (code !== 0) throw new Error(`\`make down\` ended with ${code}:\n${stdout}\n${stderr}`);
    if (process.env['TEST_PLATFORM_KEEP'] === undefined)
      await rm(this.#folder, { recursive: true, force: true });
  }
}

/** There is such a process, and it is not a zombie that nobody has collected. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}

async function ownEnvironment(folder: string): Promise<NodeJS.ProcessEnv> {
  const ports = await distinctPorts(7);
  const names = [
    'CONFIG_PORT',
    'MQTT_TLS_PORT',
    'HTTPS_PORT',
    'DASHBOARD_PORT',
    'SIGNALING_PORT',
    'TURN_PORT',
    'TURN_TLS_PORT',
  ];
  const inherited = Object.entries(process.env).filter(([name]) =>
    /^(PATH|HOME|USER|LANG|TMPDIR)$/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    STACK: 'embedded',
    SERVER_ADDRESS: '127.0.0.1',
    DATA_DIR: join(folder, 'data'),
    CERTS_DIR: join(folder, 'certificates'),
    SECRETS_DIR: join(folder, 'secrets'),
    ...Object.fromEntries(names.map((name, index) => [name, String(ports[index])])),
  };
}

async function distinctPorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

async function readInfo(environment: NodeJS.ProcessEnv): Promise<PlatformInfo | undefined> {
  const { code, stdout } = await make('info', environment, ['FORMAT=json']);
  if (code !== 0) return undefined;
  const info = JSON.parse(stdout) as Partial<PlatformInfo>;
  return info.dashboardUrl === undefined ? undefined : (info as PlatformInfo);
}

function make(
  target: string,
  environment: NodeJS.ProcessEnv,
  variables: readonly string[] = [],
): Promise<MakeResult> {
  const startedAt = Date.now();
  return new Promise((settle, reject) => {
    const child = spawn('make', ['-s', target, ...variables], {
      cwd: repositoryRoot(),
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: makeTimeoutMs,
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    // Not `close`: a process left in the background may hold the pipes open.
    child.once('exit', (code) => {
      settle({ code: code ?? 128, stdout, stderr, seconds: (Date.now() - startedAt) / 1000 });
    });
  });
}

/** Upwards from where the program was started: a bundled bench lies elsewhere than its source. */
function repositoryRoot(): string {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'Makefile')) && existsSync(join(folder, 'packages'))) return folder;
    if (folder === dirname(folder)) throw new Error('Start this from within the repository.');
  }
}
