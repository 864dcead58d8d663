// Runs a TypeScript program of the repository: bundled like the services (Node 20 cannot strip types), then started
// with the remaining arguments. `node scripts/run-typescript.mjs bench/src/ingest-bench.ts --cameras 100`
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { npmPackagesExternal } from './npm-packages-external.mjs';

const [entry, ...args] = process.argv.slice(2);
// Beside its source, so that npm packages are found from there.
const outfile = join(dirname(entry), '..', 'dist', basename(entry).replace(/\.ts$/, '.js'));
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  logLevel: 'warning',
  plugins: [npmPackagesExternal],
});
const { status } = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...args], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
