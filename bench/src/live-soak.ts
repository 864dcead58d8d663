/**
 * Live view for half an hour: two cameras, four viewers (two a camera), and once a minute one of them leaves and comes
 * again. Memory (proportional set size; the part that is their own) and open files of livestream, media server and relay each
 * half minute; at the end slopes and a verdict. Flat means: own memory grows by less than 10 MB an hour, and no file more.
 *
 *   node scripts/run-typescript.mjs bench/src/live-soak.ts [--minutes 30] [--every 30] [--port 27400]
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { delay } from '@apiary/base/deadline';
import { joinPlatform, type JoinedViewer } from './live/platform-viewer.ts';
import { descendantNamed, parentOf, processSize, type ProcessSize } from './live/process-size.ts';
import { startRig, type Rig } from './live/rig.ts';
import { trend, type Sample } from './live/trend.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    every: { type: 'string', default: '30' },
    port: { type: 'string', default: '27400' },
  },
});
const minutes = Number(values.minutes);
const everyMs = Number(values.every) * 1000;
const rembBps = 2_400_000;
/** Heaps and pools have grown to their size by then. */
const settledMinutes = Math.min(8, minutes / 3);
const flat = { mbPerHour: 10, files: 2 };
const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface Watched {
  readonly name: string;
  readonly pid: number;
  readonly total: Sample[];
  readonly memory: Sample[];
  readonly files: Sample[];
}

async function main(): Promise<void> {
  const rig = await startRig(2, Number(values.port));
  const viewers: JoinedViewer[] = [];
  try {
    const watched = await watchedProcesses(rig);
    say(
      `${minutes} minutes, 2 cameras, 4 viewers, one of them anew each minute; load ${loadavg()[0]?.toFixed(1) ?? ''}`,
    );
    for (let n = 0; n < 4; n += 1) viewers.push(await join(rig, n));
    const faults = await soak(rig, viewers, watched);
    verdict(watched, faults);
  } finally {
    for (const viewer of viewers) viewer.leave();
    await rig.stop();
  }
}

function join(rig: Rig, n: number): Promise<JoinedViewer> {
  const camera = rig.cameras[n % rig.cameras.length];
  if (camera === undefined) throw new Error('no camera');
  return joinPlatform(rig, camera.cameraId, rembBps);
}

async function watchedProcesses(rig: Rig): Promise<Watched[]> {
  const mediaServer = await rig.platform.pidOf('media-server');
  const pids: [string, number | undefined][] = [
    ['livestream', await rig.platform.pidOf('livestream')],
    ['media server', mediaServer],
    ['relay (coturn)', relayBeside(mediaServer)],
  ];
  return pids.flatMap(([name, pid]) => {
    if (pid !== undefined) return [{ name, pid, total: [], memory: [], files: [] }];
    say(`no ${name} here: not watched`);
    return [];
  });
}

/** Another child of the supervisor. */
function relayBeside(pid: number): number | undefined {
  return descendantNamed(parentOf(pid), 'turnserver');
}

async function soak(rig: Rig, viewers: JoinedViewer[], watched: readonly Watched[]): Promise<string[]> {
  const faults: string[] = [];
  const startedAt = performance.now();
  const elapsedMinutes = (): number => (performance.now() - startedAt) / 60_000;
  for (let round = 0; elapsedMinutes() < minutes; round += 1) {
    const before = viewers.map(({ peer }) => peer.videoBytes);
    await delay(everyMs);
    const atMinutes = elapsedMinutes();
    for (const each of watched) sample(each, atMinutes);
    viewers.forEach(({ peer }, n) => {
      if (peer.videoBytes === before[n])
        faults.push(`minute ${atMinutes.toFixed(1)}: viewer ${n} got nothing for ${values.every} s`);
    });
    say(line(watched, atMinutes));
    if (round % 2 === 1) await anew(rig, viewers, (round >> 1) % viewers.length, faults);
  }
  return faults;
}

async function anew(rig: Rig, viewers: JoinedViewer[], n: number, faults: string[]): Promise<void> {
  viewers[n]?.leave();
  try {
    viewers[n] = await join(rig, n);
  } catch (error) {
    faults.push(`viewer ${n} did not come back: ${String(error)}`);
  }
}

function sample({ pid, total, memory, files }: Watched, atMinutes: number): void {
  const size: ProcessSize = processSize(pid);
  total.push({ atMinutes, value: size.pssMb });
  memory.push({ atMinutes, value: size.ownMb });
  files.push({ atMinutes, value: size.files });
}

function line(watched: readonly Watched[], atMinutes: number): string {
  const figures = watched.map(
    ({ name, total, memory, files }) =>
      `${name} ${total.at(-1)?.value.toFixed(1) ?? ''} (own ${memory.at(-1)?.value.toFixed(1) ?? ''}) MB ${files.at(-1)?.value ?? ''} files`,
  );
  return `  ${atMinutes.toFixed(1).padStart(5)} min  ${figures.join('   ')}`;
}

function verdict(watched: readonly Watched[], faults: readonly string[]): void {
  say('');
  let isFlat = true;
  for (const { name, memory, files } of watched) {
    const [size, open] = [trend(memory, settledMinutes), trend(files, settledMinutes)];
    isFlat &&= size.slope < flat.mbPerHour && open.last - open.first <= flat.files;
    say(
      `  ${name.padEnd(16)} own ${size.first.toFixed(1)} → ${size.last.toFixed(1)} MB (max ${size.max.toFixed(1)}), ` +
        `${size.slope.toFixed(1)} MB an hour; files ${open.first} → ${open.last}`,
    );
  }
  for (const fault of faults) say(`  ${fault}`);
  say(
    `  after the first ${settledMinutes.toFixed(0)} minutes: ${isFlat ? 'flat' : 'NOT flat'}, ${faults.length} interruptions`,
  );
}

await main();
// node-datachannel's threads outlive its last connection.
process.exit();
