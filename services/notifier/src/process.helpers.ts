/** The notifier as a process of its own, for tests that kill it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bundleProgram } from '@apiary/test-support/bundle-program';

export class NotifierProcess {
  readonly #program: string;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;

  private constructor(program: string, env: Readonly<Record<string, string>>) {
    this.#program = program;
    this.#env = env;
  }

  /** Built, not started. */
  static async make(env: Readonly<Record<string, string>>): Promise<NotifierProcess> {
    return new NotifierProcess(await bundle(), { ...env, LOG_LEVEL: 'error' });
  }

  start(changes: Readonly<Record<string, string>> = {}): void {
    this.#child = spawn(process.execPath, [this.#program], {
      env: { ...this.#env, ...changes },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  /** SIGKILL, and gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
}

let bundled: Promise<string> | undefined;

const bundle = (): Promise<string> => (bundled ??= bundleProgram(join(import.meta.dirname, 'main.ts')));
