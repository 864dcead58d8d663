/** The dashboard's own page in a real Chromium, and what a person in front of it would see and hear. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { withDeadline } from '@apiary/base/deadline';
import { readFrameNumber } from '@apiary/camera-simulator';
import type { Rig } from './rig.ts';

/** One frame on the screen. */
export interface ShownFrame {
  /** As written in the picture; null where it could not be read. */
  readonly number: number | null;
  /** Unix milliseconds at which the browser meant it to be visible. */
  readonly atMs: number;
  /** The band at the bottom of the picture is white. */
  readonly flash: boolean;
}

const timeoutMs = 30_000;

/**
 * Runs in the page before its own code: notes the click and the first frame of the video that comes after it. Text, not
 * functions: it lives where other globals exist than here.
 */
const pageCode = `
window.bench = {
  clickAt: undefined, firstFrameAt: undefined, frames: [], beeps: [],
  unix: (ms) => performance.timeOrigin + ms,
  read: ${readFrameNumber.toString()},
};
addEventListener('click', (event) => {
  bench.clickAt = event.timeStamp;
  bench.firstFrameAt = undefined;
}, { capture: true });
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) for (const node of addedNodes) {
    const video = node.nodeName === 'VIDEO' ? node : node.querySelector?.('[role=dialog] video, video[data-live]');
    if (!video || video === bench.video) continue;
    bench.video = video;
    video.requestVideoFrameCallback(() => { bench.firstFrameAt = performance.now(); });
  }
}).observe(document, { childList: true, subtree: true });

bench.shown = async () => {
  while (bench.firstFrameAt === undefined) await new Promise((done) => setTimeout(done, 10));
  return bench.firstFrameAt - bench.clickAt;
};

bench.watch = () => {
  const canvas = new OffscreenCanvas(320, 180);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  bench.frames = [];
  const look = (now, { expectedDisplayTime }) => {
    context.drawImage(bench.video, 0, 0, 320, 180);
    const { data } = context.getImageData(0, 0, 320, 180);
    const band = data[(168 * 320 + 160) * 4 + 1];
    bench.frames.push({
      number: bench.read(data, 320, 180) ?? null, atMs: bench.unix(expectedDisplayTime), flash: band > 128,
    });
    if (bench.watching) bench.video.requestVideoFrameCallback(look);
  };
  bench.watching = true;
  bench.video.requestVideoFrameCallback(look);
};

// The rising edge of each beep, to the sample: the beep is many times as loud as the hum before it.
bench.listen = async () => {
  const context = new AudioContext();
  await context.resume();
  const analyser = new AnalyserNode(context, { fftSize: 4096 });
  context.createMediaStreamSource(bench.video.srcObject).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  bench.beeps = [];
  let quietUntil = 0;
  const poll = () => {
    const endsAt = context.currentTime;
    analyser.getFloatTimeDomainData(samples);
    const at = samples.findIndex((sample) => Math.abs(sample) > 0.15);
    const edge = endsAt - (samples.length - at) / context.sampleRate;
    if (at > 0 && edge > quietUntil) {
      const { contextTime, performanceTime } = context.getOutputTimestamp();
      bench.beeps.push(bench.unix(performanceTime + (edge - contextTime) * 1000));
    }
    if (at >= 0) quietUntil = endsAt + 0.3;
    if (bench.watching) setTimeout(poll, 15);
    else void context.close();
  };
  poll();
};
`;

export class WatchingPage {
  readonly page: Page;
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
  }

  static async logIn(browser: Browser, { platform }: Rig): Promise<WatchingPage> {
    const context = await browser.newContext({
      // The CA is the installation's own.
      ignoreHTTPSErrors: true,
      viewport: { width: 1280, height: 800 },
      // Without a permission of this kind Chromium looks at no interface; nothing is recorded.
      permissions: ['microphone'],
    });
    await context.addInitScript(pageCode);
    const page = await context.newPage();
    page.setDefaultTimeout(timeoutMs);
    await page.goto(platform.info.dashboardUrl);
    await page.locator('input[name=username]').fill(platform.info.adminUsername);
    await page.locator('input[name=password]').fill(await platform.adminPassword());
    await page.locator('button[type=submit]').click();
    await page.locator('[data-camera-id]').first().waitFor();
    return new WatchingPage(context, page);
  }

  /** Presses the camera's button; from the click to the first frame on the screen, ms. */
  async watch(cameraId: string): Promise<number> {
    await this.page
      .locator(`[data-camera-id="${cameraId}"]`)
      .getByRole('button', { name: /live/i })
      .first()
      .click();
    return await withDeadline(this.page.evaluate<number>('bench.shown()'), timeoutMs, 'the first frame');
  }

  async leave(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.locator('[role=dialog] video').waitFor({ state: 'detached' });
  }

  /** Looks at every frame, and listens, for so long. */
  async observe(ms: number): Promise<{ frames: ShownFrame[]; beeps: number[] }> {
    await this.page.evaluate('bench.watch(); bench.listen()');
    await this.page.waitForTimeout(ms);
    return await this.page.evaluate('bench.watching = false, { frames: bench.frames, beeps: bench.beeps }');
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}
