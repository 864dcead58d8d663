/**
 * Live view as a whole, in one process: the livestream service, the embedded media server, a simulated camera's live side
 * and viewers by node-datachannel. Real sockets everywhere; the broker between them is a foreign one.
 */
import { connect } from 'mqtt';
import { Audio, PeerConnection, Video } from 'node-datachannel';
import { silentLogger } from '@apiary/base/logger';
import { startMediaServer, type MediaServer } from '@apiary/media-server';
import { freePort, waitFor } from '@apiary/test-support';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LiveView } from '../../services/camera-simulator/src/live/live-view.ts';
import {
  cameraA,
  startHarness,
  type Harness,
  type TestViewer,
} from '../../services/livestream/src/livestream.helpers.ts';

let harness: Harness;
let media: MediaServer;
let port = 0;
let mediaRange = { minPort: 0, maxPort: 0 };
const camera = new LiveView({}, { tell: () => undefined, changed: () => undefined, private: () => false });
const closers: (() => void)[] = [];

const startMedia = async (): Promise<void> => {
  media = await startMediaServer({
    host: '127.0.0.1',
    port,
    ...mediaRange,
    address: '127.0.0.1',
    logger: silentLogger,
  });
  port = media.port;
};

beforeAll(async () => {
  const minPort = (await freePort()) & ~1;
  mediaRange = { minPort, maxPort: minPort + 99 };
  await startMedia();
  harness = await startHarness(
    { mediaServerUrl: `ws://127.0.0.1:${port}/kurento`, mediaPorts: mediaRange, keepaliveMs: 1000 },
    // A loaded machine is slower than these would be in the other tests.
    { noMediaMs: 8000, stallMs: 4000, rtcpMs: 8000, callTimeoutMs: 5000 },
  );
  const mqtt = connect(`mqtt://127.0.0.1:${harness.broker.port}`, { clientId: cameraA });
  await new Promise<void>((resolve) => mqtt.once('connect', () => resolve()));
  await mqtt.subscribeAsync(`prod/honeycomb/${cameraA}/stream/#`, { qos: 1 });
  mqtt.on('message', (topic, payload) => {
    camera.obey(
      topic.split('/').slice(-2).join('/'),
      JSON.parse(payload.toString()) as Record<string, unknown>,
    );
  });
  closers.push(() => mqtt.end(true));
});
afterAll(async () => {
  for (const close of closers) close();
  camera.end('power');
  await harness.stop();
  await media.stop();
});

interface Page {
  readonly socket: TestViewer;
  readonly packets: { audio: number; video: number };
  /** Again from the start, as a page does when told to. */
  renegotiate(): Promise<void>;
  leave(): Promise<void>;
}

/** A page: offers H.264 and Opus, and counts what arrives. */
async function openPage(): Promise<Page> {
  const socket = await harness.open();
  const packets = { audio: 0, video: 0 };
  let peer: PeerConnection | undefined;
  const negotiate = async (): Promise<void> => {
    peer?.close();
    const answered = socket.all('viewerResponse').length;
    const candidates = socket.all('iceCandidate').length;
    const next = new PeerConnection('page', {
      iceServers: [],
      disableAutoNegotiation: true,
      bindAddress: '127.0.0.1',
    });
    peer = next;
    const audio = new Audio('0', 'RecvOnly');
    audio.addOpusCodec(111);
    const video = new Video('1', 'RecvOnly');
    video.addH264Codec(102, 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f');
    const tracks = { audio: next.addTrack(audio), video: next.addTrack(video) };
    for (const kind of ['audio', 'video'] as const)
      tracks[kind].onMessage((packet) => {
        // RTCP has packet types 200 to 207.
        if ((packet[1] ?? 0) < 200 || (packet[1] ?? 0) > 207) packets[kind]++;
      });
    // The library's tracks end with their last reference.
    closers.push(() => {
      for (const track of Object.values(tracks)) if (track.isOpen()) track.close();
      next.close();
    });
    const offer = await new Promise<string>((resolve) => {
      next.onLocalDescription((sdp) => resolve(sdp));
      next.setLocalDescription('offer');
    });
    socket.watch(cameraA, { sdpOffer: offer });
    const answer = await waitFor(() => socket.all('viewerResponse')[answered], 'the answer');
    next.setRemoteDescription(answer.sdpAnswer, 'answer');
    await waitFor(() => socket.all('iceCandidate').length > candidates, 'a candidate');
    for (const { candidate } of socket.all('iceCandidate').slice(candidates))
      next.addRemoteCandidate(candidate.candidate, candidate.sdpMid);
  };
  await negotiate();
  return {
    socket,
    packets,
    renegotiate: negotiate,
    leave: async () => {
      peer?.close();
      await socket.close();
    },
  };
}

const seesPicture = async ({ packets, socket }: Page): Promise<void> => {
  const before = { ...packets };
  await waitFor(
    () => packets.video > before.video + 20 && packets.audio > before.audio + 5,
    'sound and picture',
    15_000,
  );
  expect(socket.all('error')).toEqual([]);
};

it('plays to one viewer and a second, asks the camera once, and stops it when both have left', async () => {
  const first = await openPage();
  await seesPicture(first);
  const { trace } = await first.socket.status('active');
  expect(trace.keyframe).toBeGreaterThan(0);
  const second = await openPage();
  await seesPicture(second);
  expect(camera.started).toBe(1);
  // The way back to the camera was learnt: it is told a bitrate.
  await waitFor(() => (camera.stream?.rembs.length ?? 0) > 0, 'REMB');
  expect(first.socket.all('status').filter(({ state }) => state === 'warning')).toEqual([]);
  await first.leave();
  await seesPicture(second);
  await second.leave();
  await waitFor(() => camera.stream === undefined, 'the camera stopping');
  await waitFor(() => media.objectCount === 0, 'everything being released');
});

it('brings the picture back by itself after the camera lost its stream, for the same connection', async () => {
  const page = await openPage();
  await seesPicture(page);
  camera.end('power');
  await page.socket.status('retrying');
  await seesPicture(page);
  expect(page.socket.all('viewerResponse')).toHaveLength(1);
  await page.leave();
  await waitFor(() => media.objectCount === 0, 'everything being released');
});

it('brings the picture back after the media server was restarted', async () => {
  const page = await openPage();
  await seesPicture(page);
  await media.stop();
  await startMedia();
  await page.socket.status('renegotiate');
  await page.renegotiate();
  await seesPicture(page);
  await page.leave();
  await waitFor(() => media.objectCount === 0, 'everything being released');
});
