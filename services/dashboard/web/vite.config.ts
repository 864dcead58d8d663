/**
 * Builds the page to dist/. Everything is a file of our own origin: no inlined assets, no inline script, so that the
 * page runs under `default-src 'self'`. Text files get a Brotli and a gzip copy beside them; the size of what a first
 * paint loads is printed, since it has a limit (docs/decisions/0005).
 */
import react from '@vitejs/plugin-react';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { defineConfig, type Plugin, type Rolldown } from 'vite';

const firstPaintLimitBytes = 120 * 1024;
const workerSource = 'src/worker/service-worker.ts';
const workerFile = 'service-worker.js';

/** Fetched lazily like every screen, and yet part of what the first paint needs. */
const isFirstScreen = (module: string | null): boolean => module?.endsWith('/src/home/screen.tsx') === true;

/** Scripts and styles without which nothing is shown. */
function firstPaintFiles(bundle: Rolldown.OutputBundle): string[] {
  const names = new Set<string>();
  const add = (name: string): void => {
    const chunk = bundle[name];
    if (chunk?.type !== 'chunk' || names.has(name) || name === workerFile) return;
    names.add(name);
    for (const style of chunk.viteMetadata?.importedCss ?? []) names.add(style);
    chunk.imports.forEach(add);
  };
  for (const chunk of Object.values(bundle))
    if (chunk.type === 'chunk' && (chunk.isEntry || isFirstScreen(chunk.facadeModuleId))) add(chunk.fileName);
  return [...names];
}

function compressedCopies(): Plugin {
  let folder = '';
  let entries: string[] = [];
  return {
    name: 'compressed-copies',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    generateBundle(_options, bundle) {
      entries = firstPaintFiles(bundle);
    },
    writeBundle() {
      let firstPaint = 0;
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html|svg)$/.test(name)) continue;
        const content = readFileSync(join(folder, name));
        const brotli = brotliCompressSync(content);
        writeFileSync(join(folder, `${name}.br`), brotli);
        writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
        if (name.endsWith('.js') && entries.includes(name)) firstPaint += brotli.length;
      }
      const text = `JavaScript for the first paint: ${(firstPaint / 1024).toFixed(1)} KB Brotli (limit ${firstPaintLimitBytes / 1024} KB)`;
      if (firstPaint > firstPaintLimitBytes) this.error(text);
      this.info(text);
    },
  };
}

/**
 * src/worker/service-worker.ts as one file of a fixed name, which holds the list of what the first paint loads: files of
 * the entry and of the first screen, and a hash of them as its version.
 */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'chunk', id: workerSource, fileName: workerFile });
    },
    generateBundle(_options, bundle) {
      const files = firstPaintFiles(bundle).filter((name) => name !== workerFile);
      const paths = [...files, 'favicon.svg', 'manifest.webmanifest', 'icons/192.png'].map(
        (name) => `/${name}`,
      );
      const version = createHash('sha256').update(paths.join()).digest('hex').slice(0, 12);
      const worker = bundle[workerFile];
      if (worker?.type !== 'chunk') this.error('the service worker was not built');
      if (worker.imports.length > 0) this.error('the service worker must be one file');
      worker.code = `const shellFiles=${JSON.stringify(paths)},shellVersion="${version}";${worker.code}`;
    },
  };
}

export default defineConfig({
  plugins: [react(), serviceWorker(), compressedCopies()],
  // See src/ui/style-singleton.ts: no style element is added at run time.
  resolve: { alias: { 'react-style-singleton': resolve(import.meta.dirname, 'src/ui/style-singleton.ts') } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    // hls.js comes as one lazy file of its own; only a player loads it.
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
