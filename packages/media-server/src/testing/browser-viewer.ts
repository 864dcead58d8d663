/** Viewers in a real Chromium for tests: offer and answer by way of Node, frames looked at pixel by pixel. Test code only. */
import { chromium, type Browser, type Page } from 'playwright-core';
import { existsSync } from 'node:fs';
import type { RpcClient } from './rpc-client.ts';

export const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? 'chromium',
    // prettier-ignore
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
           '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required',
           '--allow-loopback-in-peer-connection', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
  });
}

/** A page with a secure origin and no network. */
export async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ permissions: ['microphone', 'camera'] });
  await context.route('https://viewer.test/**', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><video autoplay muted playsinline></video>',
    }),
  );
  const page = await context.newPage();
  await page.goto('https://viewer.test/');
  await page.evaluate(pageCode);
  return page;
}

export interface FrameFacts {
  readonly framesDecoded: number;
  readonly connectedToFirstFrameMs: number;
  readonly offerToFirstFrameMs: number;
  readonly audioPackets: number;
  readonly audioEnergy: number;
  readonly width: number;
  /** Spread of brightness, 0 for a picture of one colour. */
  readonly contrast: number;
  readonly streams: number;
}

/** Functions the page keeps under `window.viewer`; plain text so that no bundler touches it. */
const pageCode = `
window.viewer = {
  async offer({ talk, anyCodec }) {
    const pc = new RTCPeerConnection({ iceServers: [] });
    this.pc = pc; this.tracks = []; this.t = {};
    const video = document.querySelector('video');
    const stream = new MediaStream();
    this.streams = 0;
    pc.ontrack = (e) => { this.streams = e.streams.length; stream.addTrack(e.track); video.srcObject = stream; };
    pc.onconnectionstatechange = () => { if (pc.connectionState === 'connected') this.t.connected ??= performance.now(); };
    const first = new Promise((done) => video.requestVideoFrameCallback(() => { this.t.first = performance.now(); done(); }));
    this.first = first;
    if (talk) {
      const mic = await navigator.mediaDevices.getUserMedia({ audio: true });
      pc.addTransceiver(mic.getAudioTracks()[0], { direction: 'sendrecv' });
    } else pc.addTransceiver('audio', { direction: 'recvonly' });
    const v = pc.addTransceiver('video', { direction: 'recvonly' });
    const codecs = RTCRtpReceiver.getCapabilities('video').codecs;
    const wanted = anyCodec ? codecs.filter((c) => c.mimeType === anyCodec) : codecs.filter((c) => c.mimeType === 'video/H264');
    v.setCodecPreferences(wanted);
    await pc.setLocalDescription();
    this.t.offer = performance.now();
    return pc.localDescription.sdp;
  },
  async answer(sdp, candidates) {
    await this.pc.setRemoteDescription({ type: 'answer', sdp });
    for (const c of candidates) await this.pc.addIceCandidate(c);
  },
  async facts() {
    const stats = [...(await this.pc.getStats()).values()];
    const v = stats.find((s) => s.type === 'inbound-rtp' && s.kind === 'video') ?? {};
    const a = stats.find((s) => s.type === 'inbound-rtp' && s.kind === 'audio') ?? {};
    const video = document.querySelector('video');
    const canvas = new OffscreenCanvas(64, 36);
    const g = canvas.getContext('2d');
    g.drawImage(video, 0, 0, 64, 36);
    const d = g.getImageData(0, 0, 64, 36).data;
    let low = 255, high = 0;
    for (let i = 0; i < d.length; i += 4) { low = Math.min(low, d[i + 1]); high = Math.max(high, d[i + 1]); }
    return {
      framesDecoded: v.framesDecoded ?? 0, width: video.videoWidth, contrast: high - low,
      connectedToFirstFrameMs: this.t.first - this.t.connected, offerToFirstFrameMs: this.t.first - this.t.offer,
      audioPackets: a.packetsReceived ?? 0, audioEnergy: a.totalAudioEnergy ?? 0, streams: this.streams,
      playout: { video: v.estimatedPlayoutTimestamp, audio: a.estimatedPlayoutTimestamp },
      jitterBuffer: { video: 1000 * v.jitterBufferDelay / v.jitterBufferEmittedCount },
      freezes: v.freezeCount, lost: v.packetsLost, nacks: v.nackCount, plis: v.pliCount,
    };
  },
};
undefined;`;

interface PageViewer {
  offer(options: { talk: boolean; anyCodec: string | undefined }): Promise<string>;
  answer(sdp: string, candidates: readonly unknown[]): Promise<void>;
  readonly first: Promise<void>;
  facts(): Promise<FrameFacts & Record<string, unknown>>;
}
declare const viewer: PageViewer;

export interface JoinOptions {
  readonly talk?: boolean;
  /** Offers this MIME type alone instead of H.264. */
  readonly anyCodec?: string;
  /** The viewer is told this port instead of the server's, such as a relay's. */
  readonly port?: number;
}

/** A viewer of `source` in `page`: all the calls the livestream service makes (contract §10.3). Returns its endpoint. */
export async function joinViewer(
  page: Page,
  rpc: RpcClient,
  pipeline: string,
  source: string,
  { talk = false, anyCodec, port }: JoinOptions = {},
): Promise<string> {
  const endpoint = await rpc.create('WebRtcEndpoint', pipeline);
  await rpc.subscribe(endpoint, 'IceCandidateFound', 'IceGatheringDone', 'MediaStateChanged', 'Error');
  await rpc.invoke(endpoint, 'setMaxVideoSendBandwidth', { maxVideoSendBandwidth: 5000 });
  await rpc.invoke(endpoint, 'setMinVideoSendBandwidth', { minVideoSendBandwidth: 500 });
  await rpc.invoke(source, 'connect', { sink: endpoint });
  await rpc.invoke(endpoint, 'connect', { sink: source });
  const offer = await page.evaluate((options) => viewer.offer(options), { talk, anyCodec });
  const answer = await rpc.invoke(endpoint, 'processOffer', { offer });
  await rpc.invoke(endpoint, 'gatherCandidates');
  while (rpc.eventsOf(endpoint, 'IceGatheringDone').length === 0)
    await new Promise((done) => setTimeout(done, 1));
  const candidates = rpc.eventsOf(endpoint, 'IceCandidateFound').map(({ data }) => {
    const given = data['candidate'] as { candidate: string };
    return port === undefined
      ? given
      : { ...given, candidate: given.candidate.replace(/ \d+ typ/, ` ${port} typ`) };
  });
  await page.evaluate(([sdp, list]) => viewer.answer(sdp, list), [String(answer), candidates] as const);
  return endpoint;
}

export function firstFrame(page: Page): Promise<void> {
  return page.evaluate(() => viewer.first);
}

export function frameFacts(page: Page): Promise<FrameFacts & Record<string, unknown>> {
  return page.evaluate(() => viewer.facts());
}
