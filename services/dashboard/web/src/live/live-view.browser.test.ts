/**
 * The live view in a real Chromium: the built page under the policy it is served with, a signalling server that stands
 * in, and H.264 over WebRTC from a peer outside the browser.
 */
import { waitFor } from '@apiary/test-support';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerWithPictures, testPictures, type H264Peer } from './h264-peer.helpers.ts';
import type { ServerEnd } from './live.helpers.ts';
import { startPageServer, testCamera, type PageServer } from './page.helpers.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const missing = [...(existsSync(executablePath) ? [] : ['Chromium']), ...(hasFfmpeg() ? [] : ['ffmpeg'])];
if (missing.length > 0)
  console.log(`skipped: live view in a browser, because of missing ${missing.join(', ')}`);

const door = '0A1B2C3D4E5F60718293A4B5C6D7E8F1';
const garden = '0A1B2C3D4E5F60718293A4B5C6D7E8F2';
const battery = '0A1B2C3D4E5F60718293A4B5C6D7E8F3';
const away = '0A1B2C3D4E5F60718293A4B5C6D7E8F4';
const cameras = [
  testCamera(door, 'Front door'),
  testCamera(garden, 'Garden'),
  testCamera(battery, 'Shed', { batteryLevel: 62 }),
  testCamera(away, 'Attic', { connectionStatus: 'disconnected' }),
];

describe.skipIf(missing.length > 0)('live view in Chromium', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let server: PageServer;
  let pictures: Buffer[][];
  const peers: H264Peer[] = [];
  const faults: string[] = [];
  /** What happens with a new viewer. */
  let serve: (viewer: ServerEnd) => Promise<void>;

  beforeAll(async () => {
    pictures = testPictures();
    server = await startPageServer({
      cameras,
      thumbnail: thumbnail(),
      onViewer: (viewer) => {
        serve(viewer).catch((error: unknown) => faults.push(`server: ${String(error)}`));
      },
    });
    browser = await chromium.launch({
      executablePath,
      args: [
        ...['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
        // ICE on a machine with nothing but loopback, and a microphone that hums.
        ...['--allow-loopback-in-peer-connection', '--use-fake-device-for-media-stream'],
        '--use-fake-ui-for-media-stream',
      ],
    });
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });
  beforeEach(async () => {
    faults.length = 0;
    server.viewers.length = 0;
    serve = playTo;
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(`uncaught ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`console ${message.text()}`);
    });
  });
  afterEach(async () => {
    await context.close();
    for (const peer of peers.splice(0)) peer.stop();
    expect(faults).toEqual([]);
  });

  async function playTo(viewer: ServerEnd): Promise<void> {
    const { sdpOffer } = await viewer.until('viewer');
    viewer.send({ type: 'status', state: 'starting', message: 'The camera was asked.', trace: { play: 4 } });
    const peer = await answerWithPictures(sdpOffer, pictures);
    peers.push(peer);
    viewer.send({ type: 'viewerResponse', sdpAnswer: peer.answer, viewerId: 'v', streamId: 's' });
    viewer.send({
      type: 'status',
      state: 'active',
      message: 'Playing.',
      trace: { signalling: 20, play: 4, firstRtp: 60, keyframe: 62 },
    });
  }

  /** Frames that the n-th video of the page has decoded. */
  const framesOf = (selector: string): Promise<number> =>
    page.evaluate<number>(
      `document.querySelector(${JSON.stringify(selector)})?.getVideoPlaybackQuality().totalVideoFrames ?? 0`,
    );
  const playing = (scope = '[role=dialog]'): Promise<unknown> =>
    page.locator(`${scope} video[data-live=playing]`).first().waitFor();
  const open = async (): Promise<void> => {
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Watch Front door live' }).click();
    await playing();
  };

  it('shows the poster at once and a moving picture after a click, without asking for the microphone', async () => {
    let answer: (() => void) | undefined;
    serve = async (viewer) => {
      await new Promise<void>((resolve) => (answer = resolve));
      await playTo(viewer);
    };
    await page.addInitScript(
      'navigator.mediaDevices.getUserMedia = () => { throw new Error("asked for the microphone") }',
    );
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Watch Front door live' }).click();
    await page.locator('[role=dialog] img.live-layer').waitFor();
    expect(page.url()).toContain(`live=${door}`);
    await waitFor(() => answer !== undefined, 'the viewer at the server');
    answer?.();
    await playing();
    const before = await framesOf('[role=dialog] video');
    await waitFor(async () => (await framesOf('[role=dialog] video')) > before + 5, 'frames being decoded');
    expect(await page.evaluate('document.querySelector("[role=dialog] video").muted')).toBe(true);
    const { sdpOffer } = await (server.viewers[0] as ServerEnd).until('viewer');
    expect(sdpOffer).toMatch(/a=rtpmap:\d+ H264\/90000/);
    expect(sdpOffer).not.toMatch(/a=rtpmap:\d+ (VP8|VP9|AV1)/);
    expect(sdpOffer).toMatch(/m=audio[\s\S]*a=sendrecv/);

    await page.keyboard.press('i');
    const details = page.locator('.live-details');
    await details.getByText('H264').waitFor();
    await details.getByText('640 × 360').waitFor();
    await details.getByText('direct').waitFor();
    await details.getByText(/^The first picture came after/).waitFor();
  });

  it('unmutes, zooms, saves a snapshot', async () => {
    await open();
    await page.getByRole('button', { name: 'Sound on' }).click();
    expect(await page.evaluate('document.querySelector("[role=dialog] video").muted')).toBe(false);
    await page.keyboard.press('m');
    await page.getByRole('button', { name: 'Sound on' }).waitFor();

    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await page.locator('.live-stage[data-zoom="2.25"]').waitFor();
    await page.mouse.move(400, 300);
    await page.mouse.wheel(0, -400);
    await page.keyboard.press('0');
    await page.locator('.live-stage[data-zoom="1.00"]').waitFor();

    const download = page.waitForEvent('download');
    await page.keyboard.press('s');
    expect((await download).suggestedFilename()).toMatch(/^Front door \d{4}-\d\d-\d\d \d\d-\d\d-\d\d\.png$/);
  });

  it('sends a voice while the button or the key is held, and only then', async () => {
    await open();
    await page.keyboard.down('t');
    await page.locator('.live-talk[data-talk=ready]').waitFor({ timeout: 8000 });
    const viewer = server.viewers[0] as ServerEnd;
    await waitFor(() => (peers[0]?.voicePackets() ?? 0) > 5, 'voice at the media server');
    await page.keyboard.up('t');
    await page.locator('.live-talk[data-talk=off]').waitFor({ timeout: 8000 });
    await waitFor(() => viewer.received.filter(({ type }) => type === 'talk').length === 2, 'talk told');
    expect(viewer.received.filter(({ type }) => type === 'talk')).toEqual([
      { type: 'talk', active: true },
      { type: 'talk', active: false },
    ]);
    const box = await page.getByRole('button', { name: 'Hold to talk' }).boundingBox({ timeout: 8000 });
    if (box === null) throw new Error('no talk button');
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.down();
    await page.locator('.live-talk[data-talk=ready]').waitFor({ timeout: 8000 });
    await page.mouse.up();
    await page.locator('.live-talk[data-talk=off]').waitFor({ timeout: 8000 });
    expect(server.viewers).toHaveLength(1);
  });

  it('plays on after the server has gone and come back, without a reload', async () => {
    await open();
    await page.evaluate('globalThis.notReloaded = true');
    (server.viewers[0] as ServerEnd).close();
    peers[0]?.stop();
    await waitFor(() => server.viewers.length === 2, 'the next try');
    await playing();
    const before = await framesOf('[role=dialog] video');
    await waitFor(
      async () => (await framesOf('[role=dialog] video')) > before + 5,
      'frames of the second try',
    );
    expect(await page.evaluate('globalThis.notReloaded')).toBe(true);
  });

  it('says a refusal politely', async () => {
    serve = (viewer) => {
      viewer.send({ type: 'error', code: 'no_capacity', message: 'All places are taken just now.' });
      return Promise.resolve();
    };
    await page.goto(`${server.url}?live=${door}`);
    await page.getByText('All places are taken just now.').waitFor();
    serve = playTo;
    await page.getByRole('button', { name: 'Try now' }).click();
    await playing();
  });

  it('tells the server when the view is closed', async () => {
    await open();
    await page.keyboard.press('Escape');
    await (server.viewers[0] as ServerEnd).until('stop');
    await waitFor(() => server.viewers[0]?.closed() === true, 'the socket closed');
    expect(page.url()).not.toContain('live=');
  });

  it('plays the wall, leaves cameras on battery alone, and stops what cannot be seen', async () => {
    await page.setViewportSize({ width: 1000, height: 400 });
    await page.goto(`${server.url}?wall`);
    await playing(`[data-tile="${door}"]`);
    await playing(`[data-tile="${garden}"]`);
    await page.evaluate('scrollTo(0, 10000)');
    await page.locator(`[data-tile="${battery}"]`).getByRole('button', { name: 'Play Shed here' }).waitFor();
    const asked = async (): Promise<string[]> =>
      Promise.all(server.viewers.map(async (viewer) => (await viewer.until('viewer')).cameraId));
    expect((await asked()).sort()).toEqual([door, garden]);
    await page.locator(`[data-tile="${battery}"]`).getByRole('button', { name: 'Play Shed here' }).click();
    await playing(`[data-tile="${battery}"]`);
    expect(await asked()).toContain(battery);
    await page.getByRole('button', { name: 'Stop all' }).click();
    await waitFor(() => server.viewers.every((viewer) => viewer.closed()), 'all viewers stopped');
  });
});

function hasFfmpeg(): boolean {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A still that differs from the stream's pictures. */
function thumbnail(): Buffer {
  return execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'smptebars=size=320x180', '-frames:v', '1'],
    ...['-f', 'mjpeg', 'pipe:1'],
  ]);
}
