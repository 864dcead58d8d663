/** From the camera's lens to a person's eyes: log in, watch an event arrive, play it, command the camera. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Camera, CameraOptions } from '@apiary/camera-simulator';
import { waitFor, type Platform } from '@apiary/test-support';
import { Api } from './api.helpers.ts';
import { GuardedPage, launchBrowser, measureFrame, type PlayingFrame } from './browser.helpers.ts';
import { newCamera } from './cameras.helpers.ts';

export function screenSuite(platform: () => Platform): void {
  let browser: Browser;
  let guarded: GuardedPage;
  const cameras: Camera[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await Promise.all(cameras.map((camera) => camera.stop()));
    await browser.close();
  });
  beforeEach(async () => {
    guarded = await GuardedPage.open(browser);
    // The stream of changes is open until the page goes; what is fetched again takes back the fetch before.
    guarded.allow(/^request GET \/api\/[^ ]+: net::ERR_ABORTED$/);
  });
  afterEach(async () => {
    await guarded.close();
  });

  async function camera(options: Partial<CameraOptions> = {}): Promise<Camera> {
    const made = await newCamera(platform(), options);
    cameras.push(made);
    await made.untilConnected();
    return made;
  }
  const card = (id: string): string => `[data-camera-id="${id}"]`;
  const row = (id: string): string => `[data-event-id="${id}"]`;

  it('refuses a wrong password in words, and nothing is shown without a login', async () => {
    guarded.allow(/^response 401 /);
    const { page } = guarded;
    await page.goto(platform().info.dashboardUrl);
    await page.locator('input[name=username]').fill(platform().info.adminUsername);
    await page.locator('input[name=password]').fill('not the password');
    await page.locator('button[type=submit]').click();
    await page.locator('#login-failure').waitFor();
    expect(await page.locator('main.home').count()).toBe(0);
    const api = await Api.open(platform());
    for (const path of ['/api/cameras', '/api/events', '/api/stream', '/api/media/thumbnail/x'])
      expect((await api.call('GET', path)).status).toBe(401);
  });

  it('shows a new camera, its event, picture and recording as they come, without a reload', async () => {
    const { page } = guarded;
    await guarded.logIn(platform());
    await page.evaluate('globalThis.notReloaded = true');
    const device = await camera();
    await page.locator(`${card(device.cameraId)} .connection-on`).waitFor();

    device.uploadsHeld = true;
    const event = device.triggerEvent({ segmentsPerRecording: 2 });
    await page.locator(row(event.eventId)).waitFor();
    expect(await page.locator(`${row(event.eventId)} img`).count()).toBe(0);
    device.uploadsHeld = false;
    await event.acknowledged;

    const picture = page.locator(`${row(event.eventId)} img`);
    await picture.waitFor();
    await waitFor(
      async () =>
        (await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)) > 0,
      'the picture being decoded',
    );
    await page.locator(`${row(event.eventId)} .event-play`).waitFor();
    expect(await page.evaluate('globalThis.notReloaded')).toBe(true);
  });

  // Three waits of half a minute each, on machines that decode by themselves.
  it(
    'plays the decrypted recordings of an event, joined: time advances, frames are not black',
    { timeout: 120_000 },
    async () => {
      const { page } = guarded;
      // Closing the player ends what it was still fetching.
      guarded.allow(/^request GET \/api\/media\/.*: net::ERR_ABORTED$/);
      const device = await camera();
      const event = device.triggerEvent({ recordings: 2, segmentsPerRecording: 2 });
      await event.acknowledged;
      await guarded.logIn(platform());
      await page.locator(row(event.eventId)).click();

      const first = await playing((frame) => frame.currentTime > 0.3);
      expect(first.player).toBe('hls.js');
      expect(first.width).toBeGreaterThan(0);
      expect(first.brightest).toBeGreaterThan(100);
      expect(first.mean).toBeGreaterThan(10);
      // Two recordings of two 3-second segments, each with its own key.
      expect(first.duration).toBeGreaterThan(11);
      expect(first.duration).toBeLessThan(13);

      const later = await playing((frame) => frame.currentTime > first.currentTime + 0.5);
      expect(later.brightest).toBeGreaterThan(100);

      // Into the second recording, past the change of key.
      await page.evaluate(`document.querySelector('video').currentTime = 9`);
      const second = await playing((frame) => frame.currentTime > 9.3);
      expect(second.brightest).toBeGreaterThan(100);

      async function playing(enough: (frame: PlayingFrame) => boolean): Promise<PlayingFrame> {
        await page.locator('video').waitFor();
        return waitFor(
          async () => {
            const frame = await measureFrame(page);
            return enough(frame) && frame;
          },
          'the video playing on',
          30_000,
        );
      }
    },
  );

  it('shows a mode only once the camera has confirmed it', async () => {
    const { page } = guarded;
    await guarded.logIn(platform());
    // One that does not say its mode by itself: what is shown then can only be the answer to the command.
    const device = await camera({ stateAtConnect: false });
    const mode = (name: string) => page.locator(`${card(device.cameraId)} [data-mode=${name}]`);
    await mode('privacy').waitFor();

    await mode('privacy').click();
    await page.locator(`${card(device.cameraId)} [data-mode=privacy][aria-pressed=true]`).waitFor();
    expect(device.device.mode).toBe('PRIVACY');

    device.device.obedience.set('system/setmode', 'ignore');
    await mode('armed').click();
    await device.until(
      () => device.commands.some(({ body }) => body['mode'] === 'ARMED'),
      10_000,
      'the ignored command arriving',
    );
    expect(await mode('privacy').getAttribute('aria-pressed')).toBe('true');
    expect(await mode('armed').getAttribute('aria-pressed')).toBe('false');
  });

  it('sends a stored mode and settings to a camera that was away', async () => {
    const device = await camera();
    const api = await Api.loggedIn(platform());
    await waitFor(
      async () => (await api.call('GET', `/api/cameras/${device.cameraId}`)).status === 200,
      'the camera being known',
    );
    await device.stop();
    await waitFor(
      async () =>
        (await api.json('GET', `/api/cameras/${device.cameraId}`))['connectionStatus'] === 'disconnected',
      'the camera being seen as away',
    );
    const mode = await api.json('POST', `/api/control/mode/${device.cameraId}/livestreamonly`);
    expect(mode).toMatchObject({ pending: true });
    await api.json('PUT', `/api/control/settings/${device.cameraId}`, { volume: 'LOW' });
    expect((await api.call('POST', `/api/control/reboot/${device.cameraId}`)).status).toBe(409);

    const back = await newCamera(platform(), { cameraId: device.cameraId });
    cameras.push(back);
    await back.until(
      () => back.device.mode === 'LIVESTREAMONLY' && back.device.settings['volume'] === 'LOW',
      30_000,
      'stored state being restored',
    );
  });

  it('reboots a camera, which goes and returns on the screen', async () => {
    const { page } = guarded;
    await guarded.logIn(platform());
    const device = await newCamera(platform(), { rebootMs: 1500 });
    cameras.push(device);
    await page.locator(`${card(device.cameraId)} .connection-on`).waitFor();
    const api = await Api.loggedIn(platform());
    await api.json('POST', `/api/control/reboot/${device.cameraId}`);
    await page.locator(`${card(device.cameraId)} .connection:not(.connection-on)`).waitFor();
    await page.locator(`${card(device.cameraId)} .connection-on`).waitFor();
    expect(device.connections).toBe(2);
  });

  it('offers the recording as MP4 in ranges, where ffmpeg is there', async ({ skip }) => {
    const device = await camera();
    const event = device.triggerEvent({ segmentsPerRecording: 2 });
    await event.acknowledged;
    const api = await Api.loggedIn(platform());
    const { server } = (await api.json('GET', '/api/bootstrap')) as { server: { downloads: boolean } };
    if (!server.downloads) skip('ffmpeg is not installed on the platform');
    const { downloadUrl } = await waitFor(async () => {
      const found = await api.event(event.eventId);
      return found.downloadUrl !== null && found;
    }, 'the event offering a download');
    const answer = await api.call('GET', downloadUrl ?? '', undefined, { range: 'bytes=0-11' });
    expect(answer.status).toBe(206);
    expect(answer.body.subarray(4, 8).toString()).toBe('ftyp');
  });

  it('looks right with two cameras (picture only where E2E_SCREENSHOT names a file)', async () => {
    const { page } = guarded;
    const pair = [await camera(), await camera()];
    await Promise.all(pair.map((device) => device.triggerEvent().acknowledged));
    await guarded.logIn(platform());
    for (const device of pair) await page.locator(`${card(device.cameraId)} .camera-picture img`).waitFor();
    const path = process.env['E2E_SCREENSHOT'];
    if (path !== undefined) await page.screenshot({ path });
  });
}
