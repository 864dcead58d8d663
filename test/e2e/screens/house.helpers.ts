/**
 * A house for the suites of the screens: one platform, three cameras with a past, a browser that has logged in once.
 * Screens are opened at any size and in either theme; each fails its test on a console error or a failed request.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { expect } from 'vitest';
import type { Camera } from '@apiary/camera-simulator';
import { Platform, waitFor } from '@apiary/test-support';
import { Api } from '../api.helpers.ts';
import { GuardedPage, launchBrowser } from '../browser.helpers.ts';
import { newCamera } from '../cameras.helpers.ts';

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };
export const sizes = { phone, desktop } as const;

export interface OpenOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly theme?: 'light' | 'dark';
  /** Not logged in. */
  readonly stranger?: true;
  readonly language?: 'en' | 'de';
}

export class House {
  readonly platform: Platform;
  readonly browser: Browser;
  readonly api: Api;
  /** Front door, garden, hall: connected; each has events with pictures and recordings. */
  readonly cameras: readonly Camera[];
  /** Ids of their events, oldest first. */
  readonly events: readonly string[];
  readonly #login: NonNullable<BrowserContextOptions['storageState']>;

  private constructor(
    parts: Pick<House, 'platform' | 'browser' | 'api' | 'cameras' | 'events'>,
    login: NonNullable<BrowserContextOptions['storageState']>,
  ) {
    this.platform = parts.platform;
    this.browser = parts.browser;
    this.api = parts.api;
    this.cameras = parts.cameras;
    this.events = parts.events;
    this.#login = login;
  }

  static async open(): Promise<House> {
    const platform = await Platform.open();
    const browser = await launchBrowser();
    const api = await Api.loggedIn(platform);
    const cameras: Camera[] = [];
    for (const name of ['Front door', 'Garden', 'Hall']) {
      const camera = await newCamera(platform);
      await camera.untilConnected();
      await waitFor(
        async () => (await api.call('GET', `/api/cameras/${camera.cameraId}`)).status === 200,
        `${name} in the list`,
        15_000,
      );
      await api.json('PATCH', `/api/cameras/${camera.cameraId}`, { name });
      cameras.push(camera);
    }
    const events: string[] = [];
    for (const [index, camera] of cameras.entries())
      for (const activityType of ['person', 'motion'].slice(0, index === 2 ? 1 : 2)) {
        const { eventId, acknowledged } = camera.triggerEvent({ activityType, lengthMs: 300 });
        await acknowledged;
        events.push(eventId);
      }
    await Promise.all(cameras.map((camera) => camera.untilIdle()));
    const page = await GuardedPage.open(browser);
    page.allow(takenBack);
    await page.logIn(platform);
    const login = await page.page.context().storageState();
    await page.close();
    return new House({ platform, browser, api, cameras, events }, login);
  }

  /** A screen by its path, once its heading is there. */
  async open(path: string, options: OpenOptions = {}): Promise<GuardedPage> {
    const { viewport = desktop, theme = 'light', stranger, language = 'en' } = options;
    const guarded = await GuardedPage.open(this.browser, viewport, {
      colorScheme: theme,
      locale: language === 'de' ? 'de-DE' : 'en-GB',
      timezoneId: 'Europe/Berlin',
      reducedMotion: 'reduce',
      ...(stranger === undefined && { storageState: this.#login }),
    });
    guarded.allow(takenBack);
    await guarded.page.goto(new URL(path, this.platform.info.dashboardUrl).href);
    await guarded.page.locator('h1').first().waitFor({ state: 'attached' });
    return guarded;
  }

  async close(): Promise<void> {
    await Promise.all(this.cameras.map((camera) => camera.stop()));
    await this.browser.close();
    await this.platform.close();
  }
}

/** The stream is open until the page goes; a list that is fetched again takes back the fetch before. */
const takenBack = /^request GET \/api\/[^ ]+: net::ERR_ABORTED$/;

/** Axe finds nothing against WCAG 2.2 A and AA on what is shown now. */
export async function expectAccessible({ page }: GuardedPage): Promise<void> {
  // Through the debugger: the policy of the page lets no script in, and should not.
  await page.evaluate(axe.source);
  const found = await page.evaluate<readonly { id: string; nodes: readonly string[] }[]>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary) })))`,
  );
  expect(found).toEqual([]);
}

/** Nothing makes the page scroll sideways. */
export async function expectNoSidewaysScroll({ page }: GuardedPage): Promise<void> {
  const over = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(over).toBeLessThanOrEqual(0);
}

/** A picture of the screen in `SCREENS` (a folder), where that is set: see docs/ref/screens. */
export async function keepPicture({ page }: GuardedPage, name: string): Promise<void> {
  const folder = process.env['SCREENS'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}

/** What holds for every screen: accessible, no sideways scroll, at both sizes and in both themes. */
export async function expectSound(house: House, path: string, name: string, ready: string): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes))
    for (const theme of ['light', 'dark'] as const) {
      const screen = await house.open(path, { viewport, theme });
      await screen.page.locator(ready).first().waitFor();
      await expectAccessible(screen);
      await expectNoSidewaysScroll(screen);
      await keepPicture(screen, `${name}-${size}-${theme}`);
      await screen.close();
    }
}
