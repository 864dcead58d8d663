/** Live view: from the camera's lens to the pixels on a screen, and from a microphone to the camera's loudspeaker. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Camera } from '@apiary/camera-simulator';
import { waitFor, type Platform } from '@apiary/test-support';
import { launchBrowser } from './browser.helpers.ts';
import { newCamera } from './cameras.helpers.ts';
import { LivePage, type LiveOptions } from './live.helpers.ts';
import { NarrowLink } from './narrow-link.helpers.ts';

/** Of one test: a loaded machine is slow in all of it. */
const timeout = 120_000;

export function liveSuite(platform: () => Platform): void {
  let browser: Browser;
  let camera: Camera;
  const pages: LivePage[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    camera = await newCamera(platform());
    await camera.untilConnected();
  });
  afterEach(async () => {
    try {
      for (const page of pages.splice(0)) await page.guarded.close();
    } finally {
      await camera.stop();
    }
  });

  async function open(options: LiveOptions = {}): Promise<LivePage> {
    const page = await LivePage.open(browser, platform(), options);
    pages.push(page);
    return page;
  }

  it(
    'shows the camera’s frames one after another, and asks for no microphone merely to watch',
    { timeout },
    async () => {
      const page = await open();
      await page.watch(camera.cameraId);
      const frames = await page.untilMoving(Date.now(), 50);
      // What the pixels say is what the camera sent, a moment before.
      const sent = frames.map(({ number }) => camera.live.stream?.sentAtMs(number));
      expect(sent.filter((at) => at === undefined)).toEqual([]);
      expect(await page.microphoneAsked()).toBe(0);
      const trace = await page.trace();
      expect(Object.keys(trace).sort()).toEqual(
        ['click', 'request', 'signalling', 'answer', 'play', 'firstRtp', 'keyframe', 'firstFrame'].sort(),
      );
      console.log(
        `live: first frame ${trace['firstFrame']?.toFixed(0)} ms after the click (camera was idle)`,
      );
      await page.leave();
      await camera.until(() => camera.live.stream === undefined, 60_000, 'the camera being stopped');
    },
  );

  it('is silent until sound is asked for, and then heard', { timeout }, async () => {
    const page = await open();
    await page.watch(camera.cameraId);
    expect(
      await page.page.locator('[role=dialog] video').evaluate((video: { muted?: boolean }) => video.muted),
    ).toBe(true);
    await page.page.keyboard.press('m');
    expect(
      await page.page.locator('[role=dialog] video').evaluate((video: { muted?: boolean }) => video.muted),
    ).toBe(false);
    const { audioEnergy } = await page.facts();
    await waitFor(async () => (await page.facts()).audioEnergy > audioEnergy, 'energy in the sound', 30_000);
  });

  it('lets a second viewer join the stream that runs', { timeout }, async () => {
    const first = await open();
    await first.watch(camera.cameraId);
    const second = await open();
    await second.watch(camera.cameraId);
    const since = Date.now();
    await Promise.all([first.untilMoving(since), second.untilMoving(since)]);
    expect(camera.live.started).toBe(1);
    const trace = await second.trace();
    // The camera was asked before this viewer came.
    expect(trace['play']).toBe(trace['request']);
    console.log(`live: first frame ${trace['firstFrame']?.toFixed(0)} ms after the click (joining)`);
    await first.leave();
    await second.untilMoving(Date.now());
    expect(camera.live.started).toBe(1);
  });

  it('carries a voice to the camera while the key is held', { timeout }, async () => {
    const page = await open({ permissions: ['microphone'] });
    await page.watch(camera.cameraId);
    await page.page.keyboard.down('t');
    await page.page.locator('.live-talk[data-talk=ready]').waitFor();
    const heard = (): number => camera.live.stream?.talkback.loudPackets ?? 0;
    await camera.until(() => heard() > 10, 30_000, 'a voice at the camera');
    await page.page.keyboard.up('t');
    await page.page.locator('.live-talk[data-talk=off]').waitFor();
    expect(camera.live.stream?.talkback.undecodable).toBe(0);
    expect(await page.microphoneAsked()).toBe(1);
  });

  it('plays through the relay alone, and says so', { timeout }, async ({ skip }) => {
    if (!platform().info.services.some(({ name }) => name === 'coturn')) skip('no relay on this platform');
    const page = await open({ iceTransportPolicy: 'relay' });
    await page.watch(camera.cameraId);
    await page.untilMoving(Date.now());
    expect((await page.facts()).localCandidate).toBe('relay');
    await page.page.keyboard.press('i');
    await waitFor(async () => (await page.details()).includes('relay, '), 'the details naming the relay');
  });

  it('has the camera send what the viewer’s line can carry', { timeout: 700_000 }, async () => {
    const link = await NarrowLink.open();
    try {
      const page = await open({ link });
      const asked = (): number => camera.live.stream?.rembs.at(-1) ?? 0;
      const sends = (): number => camera.live.stream?.bitrate ?? 0;
      const until = (condition: () => boolean, what: string): Promise<void> =>
        camera.until(condition, 240_000, what).catch((error: unknown) => {
          throw new Error(`${what}: asked ${asked()}, sends ${sends()}, dropped ${link.dropped}`, {
            cause: error,
          });
        });
      await page.watch(camera.cameraId);
      await until(() => asked() > 1_000_000 && sends() > 1_000_000, 'much being asked for');
      const wide = sends();
      link.bitsPerSecond = 700_000;
      await until(() => asked() > 0 && asked() < 700_000 && sends() <= 500_000, 'less being asked for');
      const narrow = sends();
      await page.untilMoving(Date.now());
      link.bitsPerSecond = Number.POSITIVE_INFINITY;
      await until(() => asked() > 800_000 && sends() > narrow, 'more being asked for');
      console.log(
        `live: the camera sent ${wide / 1000} kbit/s; over a line of 700 kbit/s ${narrow / 1000} ` +
          `(${link.dropped} packets dropped); then again ${sends() / 1000}, asked for ${(asked() / 1000).toFixed(0)}`,
      );
      await page.untilMoving(Date.now());
    } finally {
      link.close();
    }
  });
}
