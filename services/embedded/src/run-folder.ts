/**
 * What the embedded stack writes down about itself, under `<DATA_DIR>/run` and `<DATA_DIR>/logs`. Files are replaced
 * by rename, so that a reader never sees half of one. Holds no secret.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProcessIdentity } from './process-identity.ts';

export type PartState =
  'waiting' | 'starting' | 'ready' | 'backoff' | 'stopping' | 'stopped' | 'done' | 'failed';

/** One part as `state.json` shows it. */
export interface PartStatus {
  readonly name: string;
  readonly state: PartState;
  /** Undefined while no process of the part runs. */
  readonly process?: ProcessIdentity | undefined;
  /** How an orphan of the part is asked to stop. */
  readonly stopSignal: NodeJS.Signals;
  readonly stopTimeoutMs: number;
  /** Starts after the first. */
  readonly restarts: number;
  /** ISO 8601; when `state` was entered. */
  readonly since: string;
  readonly note?: string | undefined;
}

/** `state.json`: the supervisor and its parts, in start order. */
export interface SupervisorState {
  readonly supervisor: ProcessIdentity;
  readonly phase: 'starting' | 'running' | 'stopping' | 'failed';
  /** Changes when settings, certificates or programs did: then `up` restarts the stack. */
  readonly fingerprint: string;
  readonly parts: readonly PartStatus[];
  /** Why the start failed, for a person. */
  readonly failure?: string | undefined;
}

/** `runtime.json`: what was picked rather than set. Kept over restarts. */
export interface Runtime {
  /** TCP ports on 127.0.0.1 by use. */
  readonly ports: Readonly<Record<string, number>>;
}

export class RunFolder {
  readonly runDir: string;
  readonly logsDir: string;

  constructor(dataDir: string) {
    this.runDir = join(dataDir, 'run');
    this.logsDir = join(dataDir, 'logs');
  }

  create(): void {
    // Parents keep their usual mode: PostgreSQL may have to pass through as another user.
    mkdirSync(dirname(this.runDir), { recursive: true });
    for (const dir of [this.runDir, this.logsDir]) mkdirSync(dir, { recursive: true, mode: 0o750 });
  }

  get lockFile(): string {
    return join(this.runDir, 'up.lock');
  }

  logFile(name: string): string {
    return join(this.logsDir, `${name}.log`);
  }

  pidFile(name: string): string {
    return join(this.runDir, `${name}.pid`);
  }

  readState(): SupervisorState | undefined {
    return this.#read('state.json') as SupervisorState | undefined;
  }

  writeState(state: SupervisorState): void {
    this.#write('state.json', state);
  }

  /** What ends with the stack: its state, and what parts wrote for one run (`parts/`). */
  removeState(): void {
    rmSync(join(this.runDir, 'state.json'), { force: true });
    rmSync(join(this.runDir, 'parts'), { recursive: true, force: true });
  }

  readRuntime(): Runtime {
    return (this.#read('runtime.json') as Runtime | undefined) ?? { ports: {} };
  }

  writeRuntime(runtime: Runtime): void {
    this.#write('runtime.json', runtime);
  }

  writePid(name: string, pid: number): void {
    writeFileSync(this.pidFile(name), `${pid}\n`);
  }

  removePid(name: string): void {
    rmSync(this.pidFile(name), { force: true });
  }

  #read(file: string): unknown {
    try {
      return JSON.parse(readFileSync(join(this.runDir, file), 'utf8')) as unknown;
    } catch {
      // Missing, or cut short by a crash of an older version: the same as not known.
      return undefined;
    }
  }

  #write(file: string, value: unknown): void {
    const path = join(this.runDir, file);
    writeFileSync(`${path}.${process.pid}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.${process.pid}.new`, path);
  }
}
