/**
 * One text for everything a running stack was made of: command lines, environments, programs, certificates, server
 * settings. When it changes, `up` restarts the stack; when not, `up` has nothing to do.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Part } from './part.ts';

export function fingerprintOf(parts: readonly Part[], root: string, certsDir: string): string {
  const hash = createHash('sha256');
  for (const { name, command, args, env } of parts) hash.update(JSON.stringify({ name, command, args, env }));
  for (const part of parts) {
    const program = part.args.find((arg) => arg.endsWith('.js') && existsSync(arg));
    if (program !== undefined) hash.update(readFileSync(program));
  }
  const page = join(root, 'services/dashboard/web/dist/index.html');
  if (existsSync(page)) hash.update(readFileSync(page));
  hash.update(readFileSync(join(root, 'postgres', 'postgresql.conf')));
  for (const file of readdirSync(certsDir).sort()) {
    if (file.endsWith('.crt')) hash.update(readFileSync(join(certsDir, file)));
  }
  return hash.digest('hex');
}
