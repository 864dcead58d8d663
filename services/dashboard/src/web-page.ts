/**
 * Serves the built page. Files under assets/ carry a hash of their contents in their names and are kept for ever;
 * index.html never is. Paths of the page's own screens are answered with index.html.
 */
import express, { type Express } from 'express';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { precompressed } from './precompressed.ts';

const notBuilt = `The page is not built. The API works; \`make up\` (or \`npm run build\`) builds the page.\n`;

/** @param webRoot folder of the built page; undefined or empty folder: a text says so */
export function serveWebPage(app: Express, webRoot: string | undefined): void {
  if (webRoot !== undefined) {
    app.use(
      '/assets',
      precompressed(join(webRoot, 'assets')),
      express.static(join(webRoot, 'assets'), { immutable: true, maxAge: '1y', index: false }),
    );
    app.use('/assets', (_request, response) => {
      response.status(404).type('text').send('Not found\n');
    });
    app.use(
      express.static(webRoot, {
        index: false,
        setHeaders: (response) => {
          response.setHeader('Cache-Control', 'no-cache');
        },
      }),
    );
  }
  app.get('/{*screen}', (request, response, next) => {
    if (request.path.startsWith('/api/') || request.accepts('html') === false) {
      next();
      return;
    }
    response.set('Cache-Control', 'no-store');
    const index = webRoot === undefined ? undefined : join(webRoot, 'index.html');
    if (index === undefined || !existsSync(index)) response.status(503).type('text').send(notBuilt);
    else response.sendFile(index, { cacheControl: false });
  });
}
