/** The notifier as a process of its own, for tests that kill it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

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

/** As scripts/build.mjs does it, below node_modules so that npm packages are found. */
const bundle = (): Promise<string> => (bundled ??= makeBundle());

async function makeBundle(): Promise<string> {
  const nodeModules = dirname(dirname(createRequire(import.meta.url).resolve('esbuild/package.json')));
  const outfile = join(nodeModules, `.cache/apiary-tests/notifier-main-${process.pid}.js`);
  await build({
    entryPoints: [join(import.meta.dirname, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    plugins: [
      {
        name: 'npm-packages-external',
        setup: (context) => {
          context.onResolve({ filter: /^[^./]/ }, (args) =>
            args.path.startsWith('@apiary/') || args.kind === 'entry-point'
              ? undefined
              : { path: args.path, external: true },
          );
        },
      },
    ],
  });
  return outfile;
}
