/**
 * A person who watches live, in a real Chromium: every frame the page shows is read back from its pixels, by the number
 * the simulated camera writes into it. Nothing of the page is used but its buttons, its video and its data attributes.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { waitFor, type Platform } from '@apiary/test-support';
import { GuardedPage } from './browser.helpers.ts';
import { livePageScript } from './live-page-script.helpers.ts';
import type { NarrowLink } from './narrow-link.helpers.ts';

export interface SeenFrame {
  /** Unix ms. */
  readonly at: number;
  readonly number: number;
}

export interface LiveOptions {
  /** As in RTCConfiguration. */
  readonly iceTransportPolicy?: 'all' | 'relay';
  readonly permissions?: readonly string[];
  /** Media comes through it. */
  readonly link?: NarrowLink;
}

/** Of the connection that is in use, from the browser's own counters. */
export interface MediaFacts {
  readonly audioEnergy: number;
  readonly localCandidate: string;
  readonly framesDecoded: number;
}

export class LivePage {
  readonly guarded: GuardedPage;

  private constructor(guarded: GuardedPage) {
    this.guarded = guarded;
  }

  static async open(browser: Browser, platform: Platform, options: LiveOptions = {}): Promise<LivePage> {
    const guarded = await GuardedPage.open(browser);
    // The stream of changes is open until the page goes, or a network comes or goes on this machine.
    guarded.allow(/^request GET \/api\/stream: net::ERR_(ABORTED|NETWORK_CHANGED)$/);
    if (options.permissions !== undefined)
      await guarded.page.context().grantPermissions([...options.permissions]);
    const { link, iceTransportPolicy = 'all' } = options;
    if (link !== undefined)
      await guarded.page.exposeFunction('leadThroughLink', (address: string, port: number) =>
        link.leadTo(address, port),
      );
    await guarded.page.addInitScript(livePageScript({ iceTransportPolicy, throughLink: link !== undefined }));
    // A network of Docker's that comes or goes on this machine fails whatever Chromium is loading just then.
    guarded.allow(/net::ERR_NETWORK_CHANGED$/);
    await guarded.logIn(platform).catch(async (error: unknown) => {
      if (!String(error).includes('ERR_NETWORK_CHANGED')) throw error;
      await guarded.logIn(platform);
    });
    return new LivePage(guarded);
  }

  get page(): Page {
    return this.guarded.page;
  }
  get context(): BrowserContext {
    return this.page.context();
  }

  /** Presses the camera's button and waits for the first frame. */
  async watch(cameraId: string): Promise<void> {
    await this.page.locator(`[data-camera-id="${cameraId}"] .camera-live`).click();
    await this.page.locator('[role=dialog] video[data-live=playing]').waitFor({ timeout: 60_000 });
  }

  async leave(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.locator('[role=dialog] video').waitFor({ state: 'detached' });
  }

  /** Numbers read from frames shown since `since` (Unix ms), oldest first. */
  async seen(since = 0): Promise<SeenFrame[]> {
    const frames = await this.page.evaluate<SeenFrame[]>('globalThis.liveWatch.frames');
    return frames.filter(({ at }) => at >= since);
  }

  /** Waits until the numbers have gone forward by small steps `steps` times since then. */
  untilMoving(since: number, steps = 20, timeoutMs = 60_000): Promise<SeenFrame[]> {
    return waitFor(
      async () => {
        const frames = await this.seen(since);
        return forwardSteps(frames) >= steps && frames;
      },
      'the picture moving on',
      timeoutMs,
    );
  }

  /** Steps of the start in ms since the click (`data-live-trace`). */
  async trace(): Promise<Record<string, number>> {
    const text = await this.page.locator('[role=dialog] video').getAttribute('data-live-trace');
    return JSON.parse(text ?? '{}') as Record<string, number>;
  }

  facts(): Promise<MediaFacts> {
    return this.page.evaluate<MediaFacts>('globalThis.liveWatch.facts()');
  }

  /** Times the page asked for a microphone. */
  microphoneAsked(): Promise<number> {
    return this.page.evaluate<number>('globalThis.liveWatch.microphoneAsked');
  }

  /** All that the overlay says; it must be open. */
  async details(): Promise<string> {
    return (await this.page.locator('.live-details').textContent()) ?? '';
  }
}

/** A camera that is asked for a key frame goes on elsewhere in its clip: jumps are no steps. */
export function forwardSteps(frames: readonly SeenFrame[]): number {
  return frames.filter(({ number }, index) => {
    const step = number - (frames[index - 1]?.number ?? number);
    return step > 0 && step <= 12;
  }).length;
}

/** The longest time between two different frames, from `since` on, in seconds. */
export function longestStandstill(frames: readonly SeenFrame[], since: number): number {
  const times = [since, ...frames.filter(({ at }) => at > since).map(({ at }) => at)];
  return Math.max(0, ...times.map((at, index) => at - (times[index - 1] ?? at))) / 1000;
}
