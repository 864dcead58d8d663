/** A program of a service, bundled as scripts/build.mjs does it, for tests that start and kill it as a process. */
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

/**
 * @param entryPoint path of the TypeScript file
 * @returns path of the bundle, below node_modules so that npm packages are found; one a process and program
 */
export async function bundleProgram(entryPoint: string): Promise<string> {
  const nodeModules = dirname(dirname(createRequire(import.meta.url).resolve('esbuild/package.json')));
  const name = `${basename(dirname(dirname(entryPoint)))}-${basename(entryPoint, '.ts')}-${process.pid}.js`;
  const outfile = join(nodeModules, '.cache/apiary-tests', name);
  await build({
    entryPoints: [entryPoint],
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
