/**
 * Answers with the Brotli or gzip copy the build laid beside a file, where the browser takes it. The embedded edge does
 * not compress, and nginx passes such an answer on as it is. Serves nothing itself: a static handler comes after it.
 */
import type { RequestHandler } from 'express';
import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const copies = { br: '.br', gzip: '.gz' } as const;

/** @param folder what the static handler after it serves */
export function precompressed(folder: string): RequestHandler {
  return (request, response, next) => {
    const type = types[extname(request.path)];
    // Plain names only: no path ever leaves the folder.
    if (type === undefined || !/^\/[\w-][\w.-]*$/.test(request.path)) {
      next();
      return;
    }
    response.vary('Accept-Encoding');
    // Asked one by one: at equal weight the browser's order would win, and it names gzip first.
    const encoding = (['br', 'gzip'] as const).find((one) => request.acceptsEncodings(one) === one);
    if (encoding !== undefined && existsSync(join(folder, request.path + copies[encoding]))) {
      response.set('Content-Encoding', encoding);
      response.set('Content-Type', type);
      request.url = request.path + copies[encoding];
    }
    next();
  };
}
