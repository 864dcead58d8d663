/** The program: one command a task. Exit code 0 done, 1 failed; `info` exits with 3 when nothing runs. */
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { createLogger, maskSecrets } from '@apiary/base/logger';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { runService } from '@apiary/base/lifecycle';
import { readSecret } from '@apiary/base/secrets';
import { loadSettings, readEnvironment } from '@apiary/base/settings';
import { readContainers } from './compose-services.ts';
import { loadInstallation } from './config.ts';
import { failed, examine, renderFindings } from './doctor.ts';
import { probeControlPort } from './doctor-live.ts';
import { makeCameraPackage, renderCameraPackage } from './camera-package.ts';
import { buildInfo, renderInfo } from './info.ts';
import { migrateDatabase } from './migrate.ts';
import { keepCertificatesFresh } from './renewal.ts';
import { renderSetup, setup } from './setup.ts';
import { markWelcomed, readWelcome, renderWelcome } from './welcome.ts';

const out = (text: string): void => void process.stdout.write(`${text}\n`);

/** Exit code of `info` when nothing runs. */
const notRunning = 3;

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
  .command('renewal')
  .description('stays and renews server certificates when they are due')
  .option('--owners <stack>', '"compose": give files to the users of the containers (needs root)', 'self')
  .action(async ({ owners }: { owners: string }) => {
    const { settings } = await loadInstallation(readEnvironment(root()), root());
    const logger = createLogger('renewal', settings.LOG_LEVEL);
    const who = owners === 'compose' ? 'compose' : 'self';
    runService(logger, () => Promise.resolve(keepCertificatesFresh({ settings, owners: who, logger })));
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

program
  .command('migrate')
  .description('database, roles and schema; waits for PostgreSQL')
  .action(async () => {
    const environment = readEnvironment(root());
    const { LOG_LEVEL: level } = loadSettings(environment, ['LOG_LEVEL'], root());
    await migrateDatabase({ environment, root: root() }, createLogger('migrate', level));
  });

interface InfoOptions {
  format: string;
  dataDir?: string;
  certsDir?: string;
  secretsDir?: string;
}
program
  .command('info')
  .description('how to reach the Compose stack; reads the output of `docker inspect` on standard input')
  .option('--format <form>', 'text (credentials masked) or json', 'text')
  .option('--data-dir <path>', 'DATA_DIR as the host names it')
  .option('--certs-dir <path>', 'CERTS_DIR as the host names it')
  .option('--secrets-dir <path>', 'SECRETS_DIR as the host names it')
  .action(async ({ format, dataDir, certsDir, secretsDir }: InfoOptions) => {
    const { settings } = await loadInstallation(readEnvironment(root()), root());
    const origin = `http://${settings.SERVER_ADDRESS}:${settings.CONFIG_PORT}`;
    const facts = readContainers(await text(process.stdin), origin);
    if (facts.services.length === 0) {
      out(format === 'json' ? '{}' : 'Nothing is running; `make up` starts it.');
      process.exitCode = notRunning;
      return;
    }
    const secret = (consumer: string, name: string) => readSecret(settings.SECRETS_DIR, consumer, name);
    const info = buildInfo({
      stack: 'compose',
      settings: {
        ...settings,
        DATA_DIR: dataDir ?? settings.DATA_DIR,
        CERTS_DIR: certsDir ?? settings.CERTS_DIR,
        SECRETS_DIR: secretsDir ?? settings.SECRETS_DIR,
      },
      services: facts.services,
      database:
        facts.databasePort === undefined
          ? undefined
          : {
              port: facts.databasePort,
              name: 'apiary',
              ownerPassword: await secret('postgres', 'owner-password'),
            },
      brokerApi:
        facts.brokerApiUrl === undefined
          ? undefined
          : { url: facts.brokerApiUrl, apiKey: await secret('broker', 'api-keys') },
    });
    out(format === 'json' ? JSON.stringify(info) : renderInfo(info));
  });

interface DoctorArguments {
  hostNetwork: boolean;
  controlPort?: string;
  notify?: string;
}
program
  .command('doctor')
  .description('a pass, warn or fail line for each subsystem; exit code 1 when one fails')
  .option('--no-host-network', 'this container does not share the host’s network')
  .option('--control-port <port:state>', 'what `control-port` found, as 8888:closed')
  .option('--notify <what>', '"test": send a test message to every chat')
  .action(async ({ hostNetwork, controlPort, notify }: DoctorArguments) => {
    if (notify !== undefined && notify !== 'test') throw new FatalError('NOTIFY must be test');
    const [port, state] = controlPort?.split(':') ?? [];
    const findings = await examine({
      environment: readEnvironment(root()),
      root: root(),
      hostNetwork,
      sendTest: notify === 'test',
      controlPort: state === 'open' || state === 'closed' ? { port: Number(port), state } : undefined,
    });
    out(renderFindings(findings));
    if (failed(findings)) process.exitCode = 1;
  });

program
  .command('control-port')
  .description('how the media server’s control port looks from this container’s network: open or closed')
  .argument('<port>', 'its number on the host')
  .argument('<addresses...>', 'addresses of the host')
  .action(async (port: string, addresses: string[]) => {
    out(await probeControlPort(addresses, Number(port)));
  });

interface CameraPackageArguments {
  id: string;
  db: string;
  bundle: string;
  cali?: string;
  dataDir?: string;
}
program
  .command('camera-package')
  .description('the files that move one camera here')
  .requiredOption('--id <id>', 'the camera’s 32 hexadecimal characters')
  .requiredOption('--db <file>', 'the camera’s own /cali/master_ctrl.db')
  .requiredOption('--bundle <file>', 'the camera’s own /etc/ssl/certs/ca-bundle.trust.crt')
  .option('--cali <file>', 'the camera’s own /cali/certs/mqttCA.crt')
  .option('--data-dir <path>', 'DATA_DIR as the host names it, for the text')
  .action(async ({ id, db, bundle, cali, dataDir }: CameraPackageArguments) => {
    const { settings } = await loadInstallation(readEnvironment(root()), root());
    const made = await makeCameraPackage({
      settings,
      cameraId: id,
      databaseFile: db,
      bundleFile: bundle,
      factoryCaFile: cali,
    });
    const shown = dataDir === undefined ? made.folder : made.folder.replace(settings.DATA_DIR, dataDir);
    out(renderCameraPackage(made, shown));
  });

program.parseAsync().catch((error: unknown) => {
  const detail =
    error instanceof FatalError ? error.message : error instanceof Error ? error.stack : undefined;
  process.stderr.write(`${maskSecrets(detail ?? errorMessage(error))}\n`);
  process.exitCode = 1;
});
