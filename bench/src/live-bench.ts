/**
 * Live view in figures, on an embedded stack of its own with simulated cameras of this process on loopback.
 *   first frame   from the click in the dashboard to the first frame on the screen of a real Chromium, cold and joining
 *   glass         age of the picture by the frame number in it; sound against picture by flash and beep
 *   CPU           of the media server with 1, 4 and 8 viewers by node-datachannel, beside Janus (Debian's, streaming
 *                 plugin, same camera, same viewers) and beside a floor, a bare UDP forwarder
 *
 *   node scripts/run-typescript.mjs bench/src/live-bench.ts [--tries 20] [--seconds 20] [--rounds 2] [--window 15]
 *
 * What is not installed (chromium, janus) is left out and said. Figures, never a test.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { delay } from '@apiary/base/deadline';
import { defaultClipDir, loadLiveClip } from '@apiary/camera-simulator';
import { chromiumPath, launchBrowser } from '../../packages/media-server/src/testing/browser-viewer.ts';
import { bareForwarder, startBareForwarder, type BareForwarder } from './live/bare-forwarder.ts';
import { streamTo } from './live/camera-on-its-own.ts';
import { forwarderContender, janusContender, platformContender } from './live/contenders.ts';
import { cpuRounds } from './live/cpu-rounds.ts';
import { coldStarts, joins } from './live/first-frames.ts';
import { frameAges, soundLags } from './live/glass.ts';
import { startJanus, type Janus } from './live/janus.ts';
import { startRig, type Rig } from './live/rig.ts';
import { spreadLine } from './live/spread.ts';
import { cpuTable } from './live/tables.ts';
import { WatchingPage } from './live/watching-page.ts';

const { values } = parseArgs({
  options: {
    tries: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '2' },
    window: { type: 'string', default: '15' },
    'bare-forwarder': { type: 'boolean', default: false },
  },
});
const viewers = [1, 4, 8];
/** Below the ephemeral ports, and not where a running platform has its own. */
const ports = { mediaServer: 27_100, janus: 27_210 };
const settleMs = 3000;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const sayLoad = (when: string): void =>
  say(
    `  load ${when}: ${loadavg()
      .map((each) => each.toFixed(1))
      .join(' ')}`,
  );

async function main(): Promise<void> {
  const { width, height, frameRate } = loadLiveClip();
  say(
    `picture ${width}x${height}, ${frameRate} frames a second, ${defaultClipDir().endsWith('live-sample') ? 'filled up to' : 'encoded at'} 2 Mbit/s`,
  );
  const rig = await startRig(2, ports.mediaServer);
  try {
    await screen(rig);
    await servers(rig);
  } finally {
    await rig.stop();
  }
}

async function screen(rig: Rig): Promise<void> {
  if (chromiumPath === undefined) {
    say('no Chromium here: first frames, glass to glass and sound are not measured');
    return;
  }
  const browser = await launchBrowser();
  try {
    const page = await WatchingPage.logIn(browser, rig);
    const tries = Number(values.tries);
    say('');
    sayLoad('before');
    say(`  ${''.padEnd(46)}min / median / max`);
    // The first click of a page's life finds code and connections cold; it stands by itself.
    say(spreadLine('first click after the page was loaded', 'ms', await coldStarts(rig, page, 1)));
    say(
      spreadLine('click to first frame, camera at rest', 'ms', await coldStarts(rig, page, tries), 'aim 600'),
    );
    say(spreadLine('click to first frame, joining', 'ms', await joins(rig, page, tries), 'aim 150'));
    const [camera] = rig.cameras;
    if (camera === undefined) return;
    await page.watch(camera.cameraId);
    await delay(settleMs);
    const { frames, beeps } = await page.observe(Number(values.seconds) * 1000);
    say(spreadLine('glass to glass', 'ms', frameAges(camera, frames), 'aim 100'));
    say(spreadLine('sound behind picture', 'ms', soundLags(frames, beeps), 'aim -40 … 40'));
    sayLoad('after');
  } finally {
    await browser.close();
  }
}

async function servers(rig: Rig): Promise<void> {
  const janus = await startJanus(ports.janus);
  if (janus === undefined) say('no Janus here (apt-get install janus): our own figures stand without a peer');
  const forwarder = await startBareForwarder('--bare-forwarder');
  const sources: { stop(): void }[] = [];
  try {
    if (janus !== undefined) sources.push(await streamTo(janus.ports));
    sources.push(await streamTo(forwarder.ports));
    say('');
    sayLoad('before');
    const figures = await cpuRounds(await contenders(rig, janus, forwarder), {
      viewers,
      rounds: Number(values.rounds),
      windowMs: Number(values.window) * 1000,
    });
    for (const line of cpuTable(figures, viewers)) say(line);
    sayLoad('after');
  } finally {
    for (const source of sources) source.stop();
    await forwarder.stop();
    await janus?.stop();
  }
}

async function contenders(rig: Rig, janus: Janus | undefined, forwarder: BareForwarder) {
  return [
    await platformContender(rig),
    ...(janus === undefined ? [] : [janusContender(janus)]),
    forwarderContender(forwarder),
  ];
}

if (values['bare-forwarder']) await bareForwarder();
else {
  await main();
  // node-datachannel's threads outlive its last connection.
  process.exit();
}
