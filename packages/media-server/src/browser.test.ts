/** Viewers in a real Chromium: decoded frames, sound, talkback, many joins, loss on the way, a camera that reboots. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '@apiary/base/logger';
import { waitFor } from '@apiary/test-support';
import { startMediaServer, type MediaServer } from './media-server.ts';
import {
  chromiumPath,
  firstFrame,
  frameFacts,
  joinViewer,
  launchBrowser,
  openPage,
} from './testing/browser-viewer.ts';
import { cameraOffer, FakeCamera, portsOfAnswer } from './testing/fake-camera.ts';
import { LossyRelay } from './testing/lossy-relay.ts';
import { RpcClient } from './testing/rpc-client.ts';
import { makeSample } from './testing/sample-media.ts';

const missing = chromiumPath === undefined ? 'Chromium is not installed' : undefined;
if (missing !== undefined) console.warn(`skipped: ${missing}`);

describe.skipIf(missing !== undefined)('in Chromium', () => {
  let server: MediaServer;
  let rpc: RpcClient;
  let browser: Browser;
  let camera: FakeCamera;
  let pipeline: string;
  let source: string;

  beforeAll(async () => {
    const media = await makeSample();
    server = await startMediaServer({
      host: '127.0.0.1',
      port: 0,
      minPort: 26_900,
      maxPort: 26_999,
      address: '127.0.0.1',
      logger: silentLogger,
    });
    rpc = await RpcClient.open(`ws://127.0.0.1:${server.port}/kurento`);
    pipeline = await rpc.create('MediaPipeline');
    source = await rpc.create('RtpEndpoint', pipeline);
    const answer = String(await rpc.invoke(source, 'processOffer', { offer: cameraOffer() }));
    camera = new FakeCamera({ media, ports: portsOfAnswer(answer) });
    await camera.start();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await camera.stop();
    rpc.close();
    await server.stop();
  });

  async function leave(page: Page, endpoint: string): Promise<void> {
    await rpc.value('release', { object: endpoint });
    await page.context().close();
  }
  const framesAfter = (page: Page, count: number): Promise<true> =>
    waitFor(async () => (await frameFacts(page)).framesDecoded >= count, `${count} frames`);

  test('picture and sound, no losses, and one stream for both tracks', async () => {
    const page = await openPage(browser);
    const endpoint = await joinViewer(page, rpc, pipeline, source);
    await firstFrame(page);
    await framesAfter(page, 60);
    const facts = await frameFacts(page);
    expect(facts.width).toBe(1280);
    expect(facts.contrast).toBeGreaterThan(100);
    expect(facts.audioPackets).toBeGreaterThan(10);
    // Without a common stream the browser would not keep sound and picture in step.
    expect(facts.streams).toBe(1);
    expect(facts['lost']).toBe(0);
    await leave(page, endpoint);
  });

  test('push to talk: the microphone’s packets reach the camera', async () => {
    const page = await openPage(browser);
    const before = camera.talkback.length;
    const endpoint = await joinViewer(page, rpc, pipeline, source, { talk: true });
    await firstFrame(page);
    await waitFor(() => camera.talkback.length > before + 20, 'talkback');
    expect(camera.talkback.at(-1)?.header.payloadType).toBe(96);
    await leave(page, endpoint);
  });

  test('REMB of the browser is passed on once it comes', async () => {
    const page = await openPage(browser);
    const endpoint = await joinViewer(page, rpc, pipeline, source);
    await firstFrame(page);
    await waitFor(async () => {
      const stats = (await rpc.invoke(endpoint, 'getStats', { mediaType: 'VIDEO' })) as Record<
        string,
        { remb: number }
      >;
      return (Object.values(stats)[0]?.remb ?? 0) > 0;
    }, 'REMB from the browser');
    await waitFor(() => (camera.rembs.at(-1) ?? 0) > 600_000, 'a REMB above the first bound');
    await leave(page, endpoint);
  });

  test('VP8 alone: no picture, and an event that says why', async () => {
    const page = await openPage(browser);
    const endpoint = await joinViewer(page, rpc, pipeline, source, { anyCodec: 'video/VP8' });
    await waitFor(() => rpc.eventsOf(endpoint, 'Error').length === 1, 'the error');
    await waitFor(async () => (await frameFacts(page)).audioPackets > 10, 'sound');
    expect((await frameFacts(page)).framesDecoded).toBe(0);
    await leave(page, endpoint);
  });

  test('packets lost on the way are sent again', async () => {
    const relay = await LossyRelay.open(server.viewerPort);
    const page = await openPage(browser);
    const endpoint = await joinViewer(page, rpc, pipeline, source, { port: relay.port });
    await firstFrame(page);
    let count = 0;
    relay.lose = (packet) => {
      count += 1;
      return packet.length > 300 && count % 25 === 0;
    };
    await framesAfter(page, 150);
    const facts = await frameFacts(page);
    expect(facts['nacks']).toBeGreaterThan(0);
    expect(facts.contrast).toBeGreaterThan(100);
    relay.close();
    await leave(page, endpoint);
  });

  test('the picture comes back after the camera rebooted, without a new offer', async () => {
    const page = await openPage(browser);
    const endpoint = await joinViewer(page, rpc, pipeline, source);
    await firstFrame(page);
    await framesAfter(page, 10);
    await camera.stop();
    await new Promise((done) => setTimeout(done, 1500));
    const { framesDecoded } = await frameFacts(page);
    await camera.start();
    await framesAfter(page, framesDecoded + 30);
    expect((await frameFacts(page)).contrast).toBeGreaterThan(100);
    await leave(page, endpoint);
  });

  test('twelve viewers come and go, some without a word', async () => {
    for (let round = 0; round < 12; round += 1) {
      const page = await openPage(browser);
      const endpoint = await joinViewer(page, rpc, pipeline, source);
      await firstFrame(page);
      if (round % 2 === 0) await page.context().close();
      await rpc.value('release', { object: endpoint });
      if (round % 2 === 1) await page.context().close();
    }
    expect(server.objectCount).toBe(2);
  });
});
