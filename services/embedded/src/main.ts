/** The embedded stack: `node dist/main.js up|down|status|info|run`. Run by `make`; see scripts/. */
import { resolve } from 'node:path';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { maskSecrets } from '@apiary/base/logger';
import { readEnvironment } from '@apiary/base/settings';
import { down, info, run, status, up } from './commands.ts';
import type { Place } from './stack.ts';

const commands: Readonly<Record<string, (place: Place) => Promise<number>>> = { up, down, status, info, run };

// dist/main.js lies three folders below the root.
const root = resolve(import.meta.dirname, '..', '..', '..');
const name = process.argv[2] ?? '';
const command = commands[name];
try {
  if (command === undefined) throw new FatalError(`Usage: ${Object.keys(commands).join(' | ')}`);
  process.exitCode = await command({ root, environment: readEnvironment(root) });
} catch (error) {
  const detail = error instanceof FatalError || !(error instanceof Error) ? errorMessage(error) : error.stack;
  process.stderr.write(`${maskSecrets(detail ?? '')}\n`);
  process.exitCode = 1;
}
