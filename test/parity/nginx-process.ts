/**
 * The project's nginx.conf run by an nginx of this machine: only paths, ports, the resolver and the upstream's address
 * are exchanged. An nginx older than 1.25.1 also gets `http2` in its old place. Test code only.
 */
import { waitFor } from '@apiary/test-support';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

export const nginxBinary = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].find((path) =>
  existsSync(path),
);
const mimeTypes = ['/etc/nginx/mime.types', '/usr/local/etc/nginx/mime.types'].find((path) =>
  existsSync(path),
);
/** Why nginx suites are skipped; undefined where they run. */
export const nginxMissing =
  nginxBinary === undefined
    ? 'nginx is not installed'
    : mimeTypes === undefined
      ? 'no mime.types found'
      : undefined;

function hasHttp2Directive(binary: string): boolean {
  const text = spawnSync(binary, ['-v'], { encoding: 'utf8' }).stderr;
  const [, major, minor, patch] = /nginx\/(\d+)\.(\d+)\.(\d+)/.exec(text) ?? [];
  return Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch) >= 1_025_001;
}

export interface NginxFiles {
  readonly folder: string;
  readonly certsDir: string;
  readonly httpsPort: number;
  readonly dashboardPort: number;
  readonly target: string;
  /** Live view's port and address. */
  readonly signalingPort: number;
  readonly liveTarget: string;
}

/** Writes the configuration for this machine and returns its path. */
export function writeNginxFiles({
  folder,
  certsDir,
  httpsPort,
  dashboardPort,
  target,
  signalingPort,
  liveTarget,
}: NginxFiles): string {
  const snippets = join(folder, 'snippets');
  cpSync(join(repository, 'nginx/snippets'), snippets, { recursive: true });
  let text = readFileSync(join(repository, 'nginx/nginx.conf'), 'utf8')
    // First, while no replaced path can hold it.
    .replaceAll('/tmp/', `${folder}/`)
    .replaceAll('/etc/nginx/snippets/', `${snippets}/`)
    .replaceAll('/etc/nginx/mime.types', mimeTypes ?? '')
    .replaceAll('/certificates/', `${certsDir}/`)
    .replaceAll('listen 8443', `listen 127.0.0.1:${httpsPort}`)
    .replaceAll('listen 5000', `listen 127.0.0.1:${dashboardPort}`)
    .replaceAll('listen 8765', `listen 127.0.0.1:${signalingPort}`)
    .replace('http://dashboard:8080', target)
    .replaceAll('http://livestream:8080', liveTarget)
    .replace(/^ *resolver .*$/m, '')
    .replace('/dev/stdout', join(folder, 'access.log'))
    .replace('/dev/stderr', join(folder, 'error.log'));
  if (nginxBinary !== undefined && !hasHttp2Directive(nginxBinary))
    text = text.replace(/^ *http2 on;$/gm, '').replaceAll('ssl default_server', 'ssl http2 default_server');
  // Workers drop to `nobody` when started as root: they could not read the key.
  if (process.getuid?.() === 0) text = `user root;\n${text}`;
  const path = join(folder, 'nginx.conf');
  writeFileSync(path, text);
  return path;
}

export function checkNginxFiles(path: string): { ok: boolean; output: string } {
  const result = spawnSync(nginxBinary ?? 'nginx', ['-t', '-c', path], { encoding: 'utf8' });
  return { ok: result.status === 0, output: result.stderr };
}

export async function startNginx(files: NginxFiles): Promise<{ stop(): Promise<void> }> {
  const path = writeNginxFiles(files);
  const child = spawn(nginxBinary ?? 'nginx', ['-c', path, '-g', 'daemon off;'], { stdio: 'inherit' });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  await waitFor(
    () =>
      new Promise<boolean>((done) => {
        const socket = connect(files.httpsPort, '127.0.0.1', () => {
          socket.destroy();
          done(true);
        });
        socket.on('error', () => done(false));
      }),
    'nginx listening',
  );
  return {
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
