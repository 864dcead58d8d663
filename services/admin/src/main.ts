/** The program: one command a task. Exit code 0 done, 1 failed; `info` exits with 3 when nothing runs. */
import { Command } from 'commander';
import { maskSecrets } from '@apiary/base/logger';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { readEnvironment } from '@apiary/base/settings';
import { loadInstallation } from './config.ts';
import { renderSetup, setup } from './setup.ts';
import { markWelcomed, readWelcome, renderWelcome } from './welcome.ts';

const out = (text: string): void => void process.stdout.write(`${text}\n`);

const program = new Command('admin')
  .description('One-shot tasks of an installation')
  .option('--root <folder>', 'folder of .env, where relative paths start', process.cwd());
const root = (): string => program.opts<{ root: string }>().root;

program
  .command('setup')
  .description('settings, folders, secrets and certificates; changes nothing that is there')
  .option('--owners <stack>', '"compose": give files to the users of the containers (needs root)', 'self')
  .action(async ({ owners }: { owners: string }) => {
    if (owners !== 'compose' && owners !== 'self') throw new FatalError('--owners must be compose or self');
    out(renderSetup(await setup({ environment: readEnvironment(root()), root: root(), owners })));
  });

program
  .command('welcome')
  .description('where to log in; at the very first start also the generated password')
  .action(async () => {
    const { settings } = await loadInstallation(readEnvironment(root()), root());
    const welcome = await readWelcome(settings);
    out(renderWelcome(welcome));
    if (welcome.firstStart) await markWelcomed(settings.DATA_DIR);
  });

program.parseAsync().catch((error: unknown) => {
  const detail =
    error instanceof FatalError ? error.message : error instanceof Error ? error.stack : undefined;
  process.stderr.write(`${maskSecrets(detail ?? errorMessage(error))}\n`);
  process.exitCode = 1;
});
