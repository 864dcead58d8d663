/** nginx/nginx.conf as a file: nginx takes it, and the rules that no running nginx would complain about hold. */
import { tempDir } from '@apiary/test-support';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { securityHeaders, strictTransportSecurity } from '../../services/embedded/src/edge-headers.ts';
import { checkNginxFiles, nginxMissing, writeNginxFiles } from '../parity/nginx-process.ts';

const folder = resolve(import.meta.dirname, '../../nginx');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const withoutComments = (text: string): string => text.replace(/^\s*#.*$/gm, '');

it.skipIf(nginxMissing !== undefined)(
  `is accepted by nginx${nginxMissing === undefined ? '' : ` (skipped: ${nginxMissing})`}`,
  async () => {
    await using place = await tempDir();
    const path = writeNginxFiles({
      folder: place.path,
      certsDir: place.path,
      httpsPort: 8443,
      dashboardPort: 5000,
      target: 'http://127.0.0.1:1',
      signalingPort: 8765,
      liveTarget: 'http://127.0.0.1:1',
    });
    const { ok, output } = checkNginxFiles(path);
    expect(output).toContain('syntax is ok');
    expect(ok).toBe(true);
  },
);

it('never listens on port 80, which is config-server’s', () => {
  const ports = [...withoutComments(read('nginx.conf')).matchAll(/listen\s+(\S+)/g)].map(([, port]) => port);
  expect(ports).toEqual(['8443', '5000', '8765']);
});

it('adds the headers of the embedded edge where they are missing', () => {
  const variable = (header: string): string => header.toLowerCase().replaceAll('-', '_');
  const added = [
    ...withoutComments(read('snippets/security-headers.conf')).matchAll(/^add_header (\S+) (\S+) always;$/gm),
  ].map(([, name = '', value]) => [name.toLowerCase(), value]);
  const names = Object.keys(securityHeaders);
  expect(Object.fromEntries(added)).toEqual({
    ...Object.fromEntries(names.map((name) => [name, `$missing_${variable(name)}`])),
    'strict-transport-security': '$strict_transport_security',
  });
  const defaults = withoutComments(read('snippets/security-defaults.conf')).trim();
  expect(defaults).toBe(
    names
      .map((name) => {
        const value = securityHeaders[name] ?? '';
        const map = `map $upstream_http_${variable(name)} $missing_${variable(name)}`;
        return `${map} {\n  default "";\n  "" "${value}";\n}`;
      })
      .join('\n'),
  );
  expect(read('nginx.conf')).toContain(`default "${strictTransportSecurity}"`);
  const hidden = [...read('snippets/proxy.conf').matchAll(/^proxy_hide_header (\S+);$/gm)];
  expect(hidden.map(([, name]) => name)).toEqual(['Strict-Transport-Security']);
});

it('loses no security header where a location adds one of its own', () => {
  const locations = [...withoutComments(read('nginx.conf')).matchAll(/location [^{]*\{([^}]*)\}/g)];
  expect(locations.length).toBeGreaterThan(5);
  for (const [text, body = ''] of locations)
    if (body.includes('add_header')) expect(text).toContain('snippets/security-headers.conf');
});

it('passes every proxied request by the one snippet that overwrites X-Forwarded-For', () => {
  const locations = [...withoutComments(read('nginx.conf')).matchAll(/location [^{]*\{([^}]*)\}/g)];
  for (const [text, body = ''] of locations) {
    if (body.includes('proxy_pass')) expect(text).toContain('snippets/proxy.conf');
    expect(body).not.toContain('proxy_set_header');
  }
  expect(read('snippets/proxy.conf')).toMatch(/^proxy_set_header X-Forwarded-For \$remote_addr;$/m);
});
