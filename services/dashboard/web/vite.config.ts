/**
 * Builds the page to dist/. Everything is a file of our own origin: no inlined assets, no inline script, so that the
 * page runs under `default-src 'self'`. Text files get a Brotli and a gzip copy beside them; the size of what a first
 * paint loads is printed, since it has a limit (docs/decisions/0005).
 */
import react from '@vitejs/plugin-react';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const firstPaintLimitBytes = 120 * 1024;

/** Fetched lazily like every screen, and yet part of what the first paint needs. */
const isFirstScreen = (module: string | null): boolean => module?.endsWith('/src/home/screen.tsx') === true;

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
      const names = new Set<string>();
      const add = (name: string): void => {
        const chunk = bundle[name];
        if (chunk?.type !== 'chunk' || names.has(name)) return;
        names.add(name);
        chunk.imports.forEach(add);
      };
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk' && (chunk.isEntry || isFirstScreen(chunk.facadeModuleId)))
          add(chunk.fileName);
      entries = [...names];
    },
    writeBundle() {
      let firstPaint = 0;
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html|svg)$/.test(name)) continue;
        const content = readFileSync(join(folder, name));
        const brotli = brotliCompressSync(content);
        writeFileSync(join(folder, `${name}.br`), brotli);
        writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
        if (entries.includes(name)) firstPaint += brotli.length;
      }
      const text = `JavaScript for the first paint: ${(firstPaint / 1024).toFixed(1)} KB Brotli (limit ${firstPaintLimitBytes / 1024} KB)`;
      if (firstPaint > firstPaintLimitBytes) this.error(text);
      this.info(text);
    },
  };
}

export default defineConfig({
  plugins: [react(), compressedCopies()],
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
