/** What `main.ts` offers: each command resolves with its exit code. Text for people goes out here and nowhere else. */
import {
  buildInfo,
  keepCertificatesFresh,
  loadInstallation,
  markWelcomed,
  renderInfo,
  renderWelcome,
  setup,
  type Info,
} from '@apiary/admin';
import { FatalError } from '@apiary/base/errors';
import { createLogger } from '@apiary/base/logger';
import { readSecret } from '@apiary/base/secrets';
import { innerPortNames, type InnerPorts } from './free-ports.ts';
import { withLock } from './lock.ts';
import { identify } from './process-identity.ts';
import { reclaimOrphans } from './reclaim.ts';
import { RunFolder } from './run-folder.ts';
import {
  allReady,
  findTurnserver,
  makePlan,
  runningState,
  startStack,
  stopStack,
  type Place,
} from './stack.ts';
import { databaseName, healthUrls } from './start-table.ts';
import { Supervisor } from './supervisor.ts';

/** A start may itself wait for a long recovery. */
const lockTimeoutMs = 600_000;
/** Exit code of `status` and `info` when nothing runs. */
export const notRunning = 3;

const out = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Starts what is not running, restarts what was changed, else does nothing. */
export async function up(place: Place): Promise<number> {
  const { settings: first } = await loadInstallation(place.environment, place.root);
  const folder = new RunFolder(first.DATA_DIR);
  folder.create();
  return locked(folder, async () => {
    const { settings, welcome, warnings } = await setup({ environment: place.environment, root: place.root });
    for (const warning of warnings) say(`Note: ${warning}`);
    if (findTurnserver(place.environment) === undefined)
      say(
        'Note: coturn is not installed, so live view reaches only viewers with a direct way to this machine.',
      );
    const state = runningState(folder);
    if (state === undefined) {
      const orphans = await reclaimOrphans(folder);
      if (orphans.length > 0) say(`Left by a supervisor that was killed, now ended: ${orphans.join(', ')}.`);
    } else {
      const plan = await makePlan(place, recordedPorts(folder));
      if (plan.fingerprint === state.fingerprint && allReady(state)) {
        out('Already running; nothing to do.');
        out(renderWelcome(welcome));
        return 0;
      }
      say(
        plan.fingerprint === state.fingerprint
          ? 'Not every part is healthy: restarting.'
          : 'Settings, certificates or programs have changed: restarting.',
      );
      await stopStack(folder);
    }
    const startedAt = Date.now();
    await startStack(place, settings, (part) => {
      say(`  ${part} is ready (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
    });
    out('Everything is running.');
    out(renderWelcome(welcome));
    if (welcome.firstStart) await markWelcomed(settings.DATA_DIR);
    return 0;
  });
}

export async function down(place: Place): Promise<number> {
  const { settings } = await loadInstallation(place.environment, place.root);
  const folder = new RunFolder(settings.DATA_DIR);
  folder.create();
  return locked(folder, async () => {
    out((await stopStack(folder)) ? 'Stopped.' : 'Nothing is running.');
    return 0;
  });
}

export async function status(place: Place): Promise<number> {
  const { settings } = await loadInstallation(place.environment, place.root);
  const folder = new RunFolder(settings.DATA_DIR);
  const state = runningState(folder);
  if (state === undefined) {
    out(
      folder.readState() === undefined
        ? 'Nothing is running; `make up` starts it.'
        : 'The supervisor is gone and parts may be left over; `make up` puts that right.',
    );
    return notRunning;
  }
  out(`Stack: embedded, ${state.phase} (supervisor ${state.supervisor.pid})`);
  for (const part of state.parts) {
    const pid = part.process === undefined ? '' : String(part.process.pid);
    const restarts = part.restarts === 0 ? '' : `  ${part.restarts} restarts`;
    const note = part.note === undefined ? '' : `  ${part.note}`;
    out(
      `  ${part.name.padEnd(16)}${part.state.padEnd(10)}${pid.padEnd(9)}since ${part.since}${restarts}${note}`,
    );
  }
  return allReady(state) ? 0 : 1;
}

/** How to reach the running stack: text with credentials masked, or `format` json with them, for programs. */
export async function info(place: Place): Promise<number> {
  const json = place.environment['FORMAT'] === 'json';
  const found = await readInfo(place);
  if (found === undefined) {
    out(json ? '{}' : 'Nothing is running; `make up` starts it.');
    return notRunning;
  }
  out(json ? JSON.stringify(found) : renderInfo(found));
  return 0;
}

async function readInfo(place: Place): Promise<Info | undefined> {
  const { settings } = await loadInstallation(place.environment, place.root);
  const folder = new RunFolder(settings.DATA_DIR);
  const state = runningState(folder);
  const ports = recordedPorts(folder);
  if (state === undefined || ports === undefined) return undefined;
  const urls: Readonly<Record<string, string | undefined>> = healthUrls({ settings, ports });
  const secret = (consumer: string, name: string) => readSecret(settings.SECRETS_DIR, consumer, name);
  return buildInfo({
    stack: 'embedded',
    settings,
    services: state.parts.flatMap(({ name, process: running }) =>
      running === undefined ? [] : [{ name, pid: running.pid, healthUrl: urls[name] ?? null }],
    ),
    database: {
      port: ports.postgres,
      name: databaseName,
      ownerPassword: await secret('postgres', 'owner-password'),
    },
    brokerApi: {
      url: `http://127.0.0.1:${ports['broker-api']}`,
      apiKey: await secret('broker', 'api-keys'),
    },
  });
}

/** The supervisor itself, in the foreground: what `up` starts in the background. Ends on SIGTERM or SIGINT. */
export async function run(place: Place): Promise<number> {
  const { settings } = await loadInstallation(place.environment, place.root);
  const logger = createLogger('supervisor', settings.LOG_LEVEL);
  const plan = await makePlan(place);
  const other = runningState(plan.folder);
  if (other !== undefined && other.supervisor.pid !== identify(process.pid)?.pid)
    throw new FatalError(`A supervisor already runs for this DATA_DIR (pid ${other.supervisor.pid}).`);
  const supervisor = new Supervisor(plan.parts, {
    folder: plan.folder,
    logger,
    fingerprint: plan.fingerprint,
  });
  const renewal = keepCertificatesFresh({ settings, owners: 'self', logger });
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        logger.info({ fact: 'stopping', signal });
        void Promise.all([supervisor.stop(), renewal.stop()]).then(() => {
          resolve();
        });
      });
    }
  });
  process.on('uncaughtException', (error) => {
    // Never leave the parts without a supervisor because of a fault of ours that they do not share.
    logger.error({ err: error }, 'unexpected error in the supervisor');
  });
  const started = supervisor.start().then(() => {
    logger.info({ fact: 'everything is ready' });
  });
  await Promise.race([started.then(() => stopped), stopped]);
  return 0;
}

async function locked(folder: RunFolder, work: () => Promise<number>): Promise<number> {
  return withLock(
    folder.lockFile,
    lockTimeoutMs,
    (holder) => say(`Another start or stop is under way (pid ${holder}); waiting for it.`),
    work,
  );
}

/** Ports of the running stack; undefined when they are not all known. */
function recordedPorts(folder: RunFolder): InnerPorts | undefined {
  const { ports } = folder.readRuntime();
  return innerPortNames.every((name) => ports[name] !== undefined) ? ports : undefined;
}
