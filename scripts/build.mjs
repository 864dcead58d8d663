// Bundles every process to one file: sources of our workspaces are inlined, npm packages stay in node_modules.
// Types are checked by `npm run check:types`, not here, so that `make up` starts in seconds.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { npmPackagesExternal } from './npm-packages-external.mjs';

const only = process.argv.slice(2);
const services = readdirSync('services').filter(
  (name) => existsSync(`services/${name}/package.json`) && existsSync(`services/${name}/src`),
);
const entries = services
  .filter((name) => only.length === 0 || only.includes(name))
  .flatMap((name) =>
    readdirSync(`services/${name}/src`)
      .filter((file) => file === 'main.ts' || file.endsWith('-main.ts'))
      .map((file) => ({ name, file })),
  );

for (const { name, file } of entries) {
  await build({
    entryPoints: [`services/${name}/src/${file}`],
    outfile: `services/${name}/dist/${file.replace(/\.ts$/, '.js')}`,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: true,
    logLevel: 'warning',
    plugins: [npmPackagesExternal],
  });
}

// The page is Vite's; its own configuration stands beside it.
if ((only.length === 0 || only.includes('dashboard')) && existsSync('services/dashboard/web/index.html')) {
  const { status } = spawnSync(
    'npm',
    ['run', 'build', '--silent', '-w', 'services/dashboard/web', '--', '--logLevel', 'warn'],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  if (status !== 0) process.exit(status ?? 1);
}
