/**
 * The simulator as a command. `run` keeps cameras alive until SIGTERM; `scenario` performs one and ends, its exit code
 * saying whether the platform acknowledged everything; `list` shows the scenarios.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { delay } from '@apiary/base/deadline';
import { FatalError } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { normaliseCameraId } from '@apiary/contract';
import { readInstallation, type Installation, type InstallationArguments } from './installation.ts';
import { simulatedCameraId } from './identity.ts';
import { startCamera, type Camera, type CameraFact, type CameraOptions } from './index.ts';
import { defaultMediaDir } from './media.ts';
import { liveAlong } from './random-life.ts';
import { runScenario } from './run-scenario.ts';
import { findScenario, scenarios, type Scenario } from './scenarios.ts';
import { timestampForms, type TimestampForm } from './timestamp-forms.ts';

interface CommonArguments extends InstallationArguments {
  readonly set: string;
  readonly timestamps?: TimestampForm;
  readonly heartbeat?: number;
  readonly media?: string;
  readonly liveClip?: string;
  readonly loss?: number;
  readonly jitter?: number;
  readonly delay?: number;
}

interface RunArguments extends CommonArguments {
  readonly count: number;
  readonly id?: string[];
  readonly interval: readonly [minMs: number, maxMs: number];
  readonly scenario?: string;
  readonly quiet?: boolean;
}

export function createProgram(logger: Logger): Command {
  const program = new Command('camera')
    .description('Simulated VBC01 cameras: they know a config host and a CA, and the contract.')
    .showHelpAfterError();

  common(program.command('run'))
    .description('keep cameras alive, with a random event now and then, until SIGTERM')
    .option('--count <n>', 'how many cameras', wholeNumber, 2)
    .option('--id <id...>', 'camera ids in place of generated ones')
    .addOption(
      new Option('--interval <seconds>', 'pause between events of a camera, such as 30 or 20-60')
        .argParser(interval)
        .default([20_000, 60_000] as const, '20-60'),
    )
    .option('--scenario <name>', 'repeat this scenario in place of random events')
    .option('--quiet', 'log connections and failures only')
    .action(async (options: RunArguments) => {
      await run(logger, options);
    });

  common(program.command('scenario'))
    .description('perform one scenario with one camera, then end')
    .argument('<name>', 'see `list`')
    .option('--id <id>', 'camera id in place of the generated one')
    .action(async (name: string, options: CommonArguments & { id?: string }) => {
      const scenario = scenarioNamed(name);
      const installation = await readInstallation(options);
      const id = options.id === undefined ? simulatedCameraId(1, options.set) : idOf(options.id);
      const camera = startCamera(cameraOptions(id, installation, options, logFacts(logger, false)));
      try {
        await camera.untilConnected(60_000);
        const result = await runScenario(camera, scenario);
        logger.info({ fact: 'scenario done', scenario: name, cameraId: id, ...result, owed: camera.owed });
      } finally {
        await camera.stop();
      }
    });

  program
    .command('list')
    .description('show the scenarios')
    .action(() => {
      const width = Math.max(...scenarios.map(({ name }) => name.length));
      for (const { name, summary } of scenarios) process.stdout.write(`${name.padEnd(width)}  ${summary}\n`);
    });
  return program;
}

function common(command: Command): Command {
  return command
    .option('--config-host <host:port>', 'config server as the camera knows it (its CN must be this host)')
    .option('--ca <file>', "PEM of the platform's CA (certificates/ca.crt)")
    .option('--info <file>', 'JSON of `make -s info FORMAT=json` in place of the two above; - reads stdin')
    .option(
      '--connect-to <from=to...>',
      'open TCP to another host:port than the one named, as curl does (names are still checked)',
    )
    .option('--set <name>', 'a name that makes other generated ids', 'demo')
    .option('--heartbeat <seconds>', 'in place of the configured status interval', positiveNumber)
    .option('--timestamps <form>', `how times are written: ${timestampForms.join(', ')}`, timestampForm)
    .option('--media <folder>', 'recorded pictures and sound (default: made by `npm run media`, else sample)')
    .option(
      '--live-clip <folder>',
      'what live view shows (default: made by `npm run media:live`, else sample)',
    )
    .option('--loss <percent>', 'live view: packets lost on the way', percent)
    .option('--jitter <ms>', 'live view: up to so much delay, another for each packet', milliseconds)
    .option('--delay <ms>', 'live view: delay of every packet', milliseconds);
}

async function run(logger: Logger, options: RunArguments): Promise<void> {
  const installation = await readInstallation(options);
  const scenario = options.scenario === undefined ? undefined : scenarioNamed(options.scenario);
  const ids = options.id?.map(idOf) ?? range(options.count).map((n) => simulatedCameraId(n, options.set));
  logger.info({ fact: 'media', folder: options.media ?? defaultMediaDir() });
  const stop = stopSignal();
  const cameras: Camera[] = [];
  const lives = ids.map(async (id) => {
    const onFact = logFacts(logger, options.quiet === true);
    const camera = startCamera(cameraOptions(id, installation, options, onFact));
    cameras.push(camera);
    const [minPauseMs, maxPauseMs] = options.interval;
    if (scenario === undefined) await liveAlong(camera, { minPauseMs, maxPauseMs, signal: stop });
    else await repeat(logger, camera, scenario, minPauseMs, stop);
  });
  await Promise.all(lives);
  logger.info({ fact: 'stopping', cameras: cameras.length });
  await Promise.all(cameras.map((camera) => camera.stop()));
}

async function repeat(
  logger: Logger,
  camera: Camera,
  scenario: Scenario,
  pauseMs: number,
  signal: AbortSignal,
): Promise<void> {
  const cameraId = camera.cameraId;
  for (;;) {
    if (signal.aborted) return;
    try {
      await camera.untilConnected(60_000);
      const { eventIds } = await runScenario(camera, scenario, { signal });
      logger.info({ fact: 'scenario done', scenario: scenario.name, cameraId, eventIds });
    } catch (error) {
      if (isAborted(signal)) return;
      logger.warn({ fact: 'scenario failed', scenario: scenario.name, cameraId, err: error });
    }
    await delay(pauseMs, signal).catch(() => undefined);
  }
}

function cameraOptions(
  cameraId: string,
  installation: Installation,
  options: CommonArguments,
  onFact: (fact: CameraFact) => void,
): CameraOptions {
  return {
    cameraId,
    ...installation,
    onFact,
    ...(options.timestamps === undefined ? {} : { timestampForm: options.timestamps }),
    ...(options.heartbeat === undefined ? {} : { statusIntervalMs: options.heartbeat * 1000 }),
    ...(options.media === undefined ? {} : { mediaDir: options.media }),
    live: {
      ...(options.liveClip === undefined ? {} : { clipDir: options.liveClip }),
      lossRatio: (options.loss ?? 0) / 100,
      jitterMs: options.jitter ?? 0,
      delayMs: options.delay ?? 0,
    },
  };
}

const quietFacts: readonly CameraFact['fact'][] = [
  'message acknowledged',
  'command received',
  'stream bitrate',
];

function logFacts(logger: Logger, quiet: boolean): (fact: CameraFact) => void {
  return (fact) => {
    if ('retryInMs' in fact) logger.warn(fact);
    else if (quiet && (quietFacts.includes(fact.fact) || /event|upload/.test(fact.fact))) return;
    else if (fact.fact === 'message acknowledged') logger.debug(fact);
    else logger.info(fact);
  };
}

/** Aborts at the first SIGTERM or SIGINT; a second one ends the process the hard way. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

/** Read anew each time: it may abort during any await. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function scenarioNamed(name: string): Scenario {
  const scenario = findScenario(name);
  if (scenario === undefined)
    throw new FatalError(
      `There is no scenario "${name}". There are: ${scenarios.map((each) => each.name).join(', ')}.`,
    );
  return scenario;
}

function idOf(text: string): string {
  const id = normaliseCameraId(text);
  if (id === undefined) throw new FatalError(`"${text}" is not a camera id: 32 hexadecimal characters.`);
  return id;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 10_000)
    throw new InvalidArgumentError('must be a whole number from 1 to 10000');
  return number;
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError('must be a number above 0');
  return number;
}

function percent(text: string): number {
  const number = Number(text);
  if (!(number >= 0) || number > 100) throw new InvalidArgumentError('must be a number from 0 to 100');
  return number;
}

function milliseconds(text: string): number {
  const number = Number(text);
  if (!(number >= 0) || number > 10_000) throw new InvalidArgumentError('must be a number from 0 to 10000');
  return number;
}

function interval(text: string): readonly [number, number] {
  const [from = Number.NaN, to = from] = text.split('-').map(Number);
  if (!(from > 0) || !(to >= from))
    throw new InvalidArgumentError('must be seconds such as 30, or a range such as 20-60');
  return [from * 1000, to * 1000];
}

function timestampForm(text: string): TimestampForm {
  const form = timestampForms.find((each) => each === text);
  if (form === undefined) throw new InvalidArgumentError(`must be one of ${timestampForms.join(', ')}`);
  return form;
}
