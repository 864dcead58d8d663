/**
 * A real Chromium, and a guard on every page: whatever the page logs as an error, throws, or asks for in vain fails the
 * test, unless the test listed it.
 */
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { expect } from 'vitest';
import type { Platform } from '@apiary/test-support';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      // A microphone that beeps, for whoever may ask; ICE on a machine with nothing but loopback.
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--allow-loopback-in-peer-connection',
    ],
  });
}

/** A fault of a page, as one line: `<what> <where>: <detail>`. */
export class GuardedPage {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #faults: string[] = [];
  readonly #allowed: RegExp[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('pageerror', (error) => this.#faults.push(`uncaught ${error.message}`));
    page.on('console', (message) => {
      // The service worker: Chromium starts none where the CA is not installed, whatever the context ignores.
      if (message.text().startsWith('An SSL certificate error occurred when fetching the script')) return;
      // A failed request also logs this line; the request itself is recorded below, with its method.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.#faults.push(`console ${message.text()}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400)
        this.#faults.push(
          `response ${response.status()} ${response.request().method()} ${pathOf(response.url())}`,
        );
    });
    page.on('requestfailed', (request) => {
      this.#faults.push(
        `request ${request.method()} ${pathOf(request.url())}: ${request.failure()?.errorText ?? ''}`,
      );
    });
  }

  static async open(
    browser: Browser,
    viewport = { width: 1280, height: 800 },
    options: BrowserContextOptions = {},
  ): Promise<GuardedPage> {
    // The CA is the installation's own; that it is right is checked by the API client, with no exception.
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport, ...options });
    return new GuardedPage(context, await context.newPage());
  }

  /** Faults that match are expected in this test. */
  allow(...patterns: readonly RegExp[]): void {
    this.#allowed.push(...patterns);
  }

  /** Fails on any fault not listed, then closes. */
  async close(): Promise<void> {
    const faults = this.#faults.filter((fault) => !this.#allowed.some((pattern) => pattern.test(fault)));
    await this.#context.close();
    expect(faults).toEqual([]);
  }

  /** From the login form to the first screen. */
  async logIn(platform: Platform): Promise<void> {
    // The page asks who it is before anybody has logged in.
    this.allow(/^response 401 GET \/api\/(bootstrap|auth\/me)$/);
    const { page } = this;
    await page.goto(platform.info.dashboardUrl);
    await page.locator('input[name=username]').fill(platform.info.adminUsername);
    await page.locator('input[name=password]').fill(await platform.adminPassword());
    await page.locator('button[type=submit]').click();
    await page.locator('main.home').waitFor();
  }
}

function pathOf(url: string): string {
  const { pathname, protocol } = new URL(url);
  return protocol.startsWith('http') ? pathname : url.slice(0, 80);
}

export interface PlayingFrame {
  readonly currentTime: number;
  readonly duration: number;
  readonly width: number;
  readonly height: number;
  /** `hls.js` or `native`. */
  readonly player: string;
  /** Of the decoded picture, 0 to 255. */
  readonly brightest: number;
  readonly mean: number;
}

/** Text, not a function: it runs in the page, where other globals exist than here. */
const measureScript = `(() => {
  const video = document.querySelector('video');
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [64, 36];
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
  let [brightest, sum] = [0, 0];
  for (let at = 0; at < pixels.length; at += 4) {
    const light = (pixels[at] + pixels[at + 1] + pixels[at + 2]) / 3;
    brightest = Math.max(brightest, light);
    sum += light;
  }
  return {
    currentTime: video.currentTime,
    duration: video.duration,
    width: video.videoWidth,
    height: video.videoHeight,
    player: video.dataset.player,
    brightest,
    mean: (sum * 4) / pixels.length,
  };
})()`;

/** Draws what the page's video shows now to a canvas and measures it. */
export function measureFrame(page: Page): Promise<PlayingFrame> {
  return page.evaluate<PlayingFrame>(measureScript);
}
