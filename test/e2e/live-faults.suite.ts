/**
 * `kill -9` of each part that a live picture hangs on, while somebody watches: the picture goes on, in the same page, and
 * nobody had to press anything. How long it stood still is printed, not asserted.
 */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { delay } from '@apiary/base/deadline';
import type { Camera } from '@apiary/camera-simulator';
import type { Platform } from '@apiary/test-support';
import { launchBrowser } from './browser.helpers.ts';
import { newCamera } from './cameras.helpers.ts';
import { LivePage, longestStandstill } from './live.helpers.ts';

/** Long enough for a standstill to have begun, and for the page to have noticed. */
const watchOnMs = 8000;
const returnTimeoutMs = 180_000;

export function liveFaultsSuite(platform: () => Platform): void {
  let browser: Browser;
  let camera: Camera;
  let page: LivePage;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    camera = await newCamera(platform());
    await camera.untilConnected(60_000);
    page = await LivePage.open(browser, platform());
    await page.watch(camera.cameraId);
    await page.untilMoving(Date.now());
    await page.page.evaluate('globalThis.notReloaded = true');
  });
  afterEach(async () => {
    try {
      await page.guarded.close();
    } finally {
      await camera.stop();
    }
  });

  it.each(['media-server', 'livestream', 'broker'])('%s', { timeout: 300_000 }, async (victim) => {
    // While a part is away the edge says so, and the page tries again.
    page.guarded.allow(
      /^console WebSocket connection to .*failed/,
      /^response 50[234] GET \/api\//,
      /^request GET \/api\/.*: net::ERR_/,
    );
    const killedAt = Date.now();
    await platform().killAndAwaitReturn(victim);
    const backAt = Date.now();
    await delay(watchOnMs);
    await page.untilMoving(Date.now(), 50, returnTimeoutMs);
    const seconds = longestStandstill(await page.seen(killedAt), killedAt);
    console.log(
      `live: ${victim} killed: back after ${((backAt - killedAt) / 1000).toFixed(1)} s, ` +
        `longest standstill of the picture ${seconds.toFixed(1)} s`,
    );
    expect(await page.page.evaluate('globalThis.notReloaded')).toBe(true);
    await page.page.locator('[role=dialog] video[data-live=playing]').waitFor();
  });
}
