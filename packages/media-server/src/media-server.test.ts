/**
 * Cameras over real sockets, viewers over real ICE, DTLS and SRTP: what reaches whom. Failures first: lost packets, a
 * camera that reboots, ports that run out, clients that vanish. Control protocol: test/parity/media-server.test.ts.
 */
import { readdirSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '@apiary/base/logger';
import { waitFor } from '@apiary/test-support';
import { startMediaServer, type MediaServer, type MediaServerOptions } from './media-server.ts';
import { sequenceDistance } from './rtp/rtp-packet.ts';
import { keyPart } from './rtp/h264.ts';
import { cameraOffer, FakeCamera, portsOfAnswer } from './testing/fake-camera.ts';
import { LossyRelay } from './testing/lossy-relay.ts';
import { PeerViewer, viewerPayloadTypes } from './testing/peer-viewer.ts';
import { RpcClient } from './testing/rpc-client.ts';
import { makeSample, type SampleMedia } from './testing/sample-media.ts';

let media: SampleMedia;
let server: MediaServer;
let rpc: RpcClient;
const cameras: FakeCamera[] = [];
const viewers: PeerViewer[] = [];

const range = { minPort: 26_300, maxPort: 26_399 };
const start = (options: Partial<MediaServerOptions> = {}): Promise<MediaServer> =>
  startMediaServer({
    host: '127.0.0.1',
    port: 0,
    ...range,
    address: '127.0.0.1',
    logger: silentLogger,
    ...options,
  });
const connect = (to: MediaServer): Promise<RpcClient> => RpcClient.open(`ws://127.0.0.1:${to.port}/kurento`);

beforeAll(async () => {
  media = await makeSample(1000, 50, '640x360');
});
beforeEach(async () => {
  server = await start();
  rpc = await connect(server);
});
afterEach(async () => {
  for (const viewer of viewers.splice(0)) viewer.close();
  await Promise.all(cameras.splice(0).map((camera) => camera.stop()));
  rpc.close();
  await server.stop();
});
afterAll(() => {
  // The library's threads end with the process.
});

interface Stream {
  readonly pipeline: string;
  readonly source: string;
  readonly camera: FakeCamera;
}

async function startStream(
  options: Partial<ConstructorParameters<typeof FakeCamera>[0]> = {},
): Promise<Stream> {
  const pipeline = await rpc.create('MediaPipeline');
  const source = await rpc.create('RtpEndpoint', pipeline);
  const answer = String(await rpc.invoke(source, 'processOffer', { offer: cameraOffer() }));
  const camera = new FakeCamera({ media, ports: portsOfAnswer(answer), ...options });
  cameras.push(camera);
  await camera.start();
  return { pipeline, source, camera };
}

async function join({ pipeline, source }: Stream, talk = false): Promise<PeerViewer> {
  const viewer = await PeerViewer.join(rpc, pipeline, source, { talk });
  viewers.push(viewer);
  return viewer;
}

/** Every step between neighbours, in order of sequence numbers. */
function steps(packets: readonly { header: { sequence: number } }[]): number[] {
  const [first] = packets;
  if (first === undefined) return [];
  const sorted = packets
    .map(({ header }) => sequenceDistance(first.header.sequence, header.sequence))
    .sort((a, b) => a - b);
  return sorted.slice(1).map((value, index) => value - (sorted[index] ?? 0));
}

describe('a viewer', () => {
  test('begins with a key picture of the past and goes on without a gap', async () => {
    const stream = await startStream({ honourKeyframeRequests: false });
    await waitFor(
      async () => (await rpc.invoke(stream.source, 'isMediaFlowingOut', { mediaType: 'VIDEO' })) === true,
      'flow',
    );
    await new Promise((done) => setTimeout(done, 500));
    const viewer = await join(stream);
    await waitFor(
      () => viewer.packets('video').length > 60 && viewer.packets('audio').length > 10,
      'packets',
    );
    const [first] = viewer.packets('video');
    expect(keyPart(first?.payload ?? Buffer.alloc(0))).toBe('sps');
    expect(new Set(steps(viewer.packets('video')))).toEqual(new Set([1]));
    const ssrcs = [...viewer.answer.matchAll(/^a=ssrc:(\d+)/gm)].map((match) => Number(match[1]));
    for (const [index, kind] of (['audio', 'video'] as const).entries()) {
      expect(new Set(viewer.packets(kind).map(({ header }) => header.ssrc))).toEqual(new Set([ssrcs[index]]));
      expect(new Set(viewer.packets(kind).map(({ header }) => header.payloadType))).toEqual(
        new Set([viewerPayloadTypes[kind]]),
      );
    }
  });

  test('makes the camera send a key picture: FIR on each join', async () => {
    const stream = await startStream();
    await waitFor(() => stream.camera.count('remb') > 0, 'the way back');
    const before = stream.camera.count('fir');
    await join(stream);
    await waitFor(() => stream.camera.count('fir') > before, 'FIR');
    expect(stream.camera.count('pli')).toBe(0);
  });

  test('who joins just after another is not forgotten: the request is put off, not dropped', async () => {
    const stream = await startStream();
    await waitFor(() => stream.camera.count('remb') > 0, 'the way back');
    await Promise.all([join(stream), join(stream), join(stream)]);
    await waitFor(() => stream.camera.count('fir') >= 2, 'a second FIR');
  });

  test('gets sender reports on the camera’s clock: sound and picture share one line', async () => {
    const stream = await startStream();
    const viewer = await join(stream);
    const reports = (kind: 'audio' | 'video') =>
      viewer.rtcp.flatMap((one) => (one.kind === kind && one.packet.kind === 'sr' ? [one.packet] : []));
    await waitFor(() => reports('audio').length > 1 && reports('video').length > 1, 'sender reports');
    // Both tracks of the fake camera start at the same moment, each at a timestamp of its own.
    const startOf = (kind: 'audio' | 'video', clockRate: number): number => {
      const report = reports(kind)[0];
      const [packet] = viewer.packets(kind);
      const ahead = ((packet?.header.timestamp ?? 0) - (report?.rtpTimestamp ?? 0)) | 0;
      return (report?.ntpMs ?? 0) + (ahead / clockRate) * 1000;
    };
    const [video] = viewer.packets('video');
    const [audio] = viewer.packets('audio');
    expect(video && audio).toBeDefined();
    // Sound begins live, the picture at its last key picture: at most a group of pictures earlier.
    const difference = startOf('audio', 48_000) - startOf('video', 90_000);
    expect(difference).toBeGreaterThan(-200);
    expect(difference).toBeLessThan(2500);
    const cnames = viewer.rtcp.flatMap(({ packet }) => (packet.kind === 'sdes' ? [packet.cname] : []));
    expect(new Set(cnames).size).toBe(1);
  });

  test('gets again what it lost', async () => {
    const stream = await startStream();
    const relay = await LossyRelay.open(server.viewerPort);
    const { pipeline, source } = stream;
    const viewer = await PeerViewer.join(rpc, pipeline, source, { port: relay.port });
    viewers.push(viewer);
    await waitFor(() => viewer.packets('video').length > 10, 'packets');
    let lost: number | undefined;
    relay.lose = (packet) => {
      if (lost !== undefined || packet.length < 200 || ((packet[1] ?? 0) & 0x7f) !== viewerPayloadTypes.video)
        return false;
      lost = packet.readUInt16BE(2);
      return true;
    };
    const has = (sequence: number | undefined): boolean =>
      viewer.packets('video').some(({ header }) => header.sequence === sequence);
    await waitFor(() => lost !== undefined && has((lost + 1) & 0xffff), 'the packet after the lost one');
    expect(has(lost)).toBe(false);
    viewer.sendNack([lost ?? 0]);
    await waitFor(() => has(lost), 'the packet again');
    relay.close();
  });

  test('that sees damage makes the camera send a key picture: PLI', async () => {
    const stream = await startStream();
    // Who is there before the stream needs no request: it begins with a key picture.
    await waitFor(() => stream.camera.count('remb') > 0, 'the stream');
    const viewer = await join(stream);
    await waitFor(() => stream.camera.count('fir') > 0, 'FIR');
    viewer.sendPli();
    await waitFor(() => stream.camera.count('pli') > 0, 'PLI');
  });

  test('speaks to the camera: its own numbers, the camera’s payload type', async () => {
    const stream = await startStream();
    await waitFor(() => stream.camera.count('remb') > 0, 'the way back');
    const viewer = await join(stream, true);
    await rpc.subscribe(stream.source, 'MediaFlowInStateChanged');
    expect(viewer.answer).toContain('a=sendrecv');
    media.opus.slice(0, 20).forEach((packet, index) => viewer.speak(65_530 + index, packet));
    await waitFor(() => stream.camera.talkback.length === 20, 'talkback');
    expect(stream.camera.talkback.map(({ payload }) => payload)).toEqual(media.opus.slice(0, 20));
    expect(new Set(stream.camera.talkback.map(({ header }) => header.payloadType))).toEqual(new Set([96]));
    expect(new Set(steps(stream.camera.talkback))).toEqual(new Set([1]));
    await waitFor(() => rpc.eventsOf(stream.source, 'MediaFlowInStateChanged').length === 1, 'the event');
    await waitFor(
      () => stream.camera.rtcp.some(({ kind, packet }) => kind === 'audio' && packet.kind === 'sr'),
      'a sender report',
    );
  });

  test('who speaks last is heard: a sink has one source', async () => {
    const stream = await startStream();
    await waitFor(() => stream.camera.count('remb') > 0, 'the way back');
    const first = await join(stream, true);
    const second = await join(stream, true);
    first.speak(1, media.opus[0] ?? Buffer.alloc(1));
    second.speak(1, media.opus[1] ?? Buffer.alloc(1));
    await waitFor(() => stream.camera.talkback.length > 0, 'talkback');
    await rpc.invoke(first.endpoint, 'connect', { sink: stream.source, mediaType: 'AUDIO' });
    first.speak(2, media.opus[2] ?? Buffer.alloc(1));
    await waitFor(() => stream.camera.talkback.length > 1, 'more talkback');
    expect(stream.camera.talkback.map(({ payload }) => payload)).toEqual([media.opus[1], media.opus[2]]);
    expect(steps(stream.camera.talkback)).toEqual([1]);
  });
});

describe('what the camera is asked for', () => {
  test('follows the slowest viewer, within that viewer’s bounds', async () => {
    const stream = await startStream();
    const viewer = await join(stream);
    const other = await join(stream);
    viewer.sendRemb(3_000_000);
    other.sendRemb(650_000);
    await waitFor(() => stream.camera.rembs.at(-1) === 650_000 - (650_000 % 4), 'the slower one');
    other.sendRemb(100_000);
    await waitFor(() => stream.camera.rembs.at(-1) === 500_000, 'its lower bound');
    await rpc.value('release', { object: other.endpoint });
    await waitFor(() => (stream.camera.rembs.at(-1) ?? 0) > 650_000, 'the rest');
  });

  test('before its first word a viewer counts with the start value, its own or its source’s', async () => {
    const stream = await startStream();
    await rpc.invoke(stream.source, 'setRembParams', { rembParams: { rembOnConnect: 700_000 } });
    await waitFor(() => (stream.camera.rembs.at(-1) ?? 0) > 750_000, 'REMB without viewers');
    const viewer = await join(stream);
    await waitFor(() => Math.abs((stream.camera.rembs.at(-1) ?? 0) - 700_000) < 8, 'the source’s value');
    await rpc.invoke(viewer.endpoint, 'setRembParams', { rembParams: { rembOnConnect: 740_000 } });
    await waitFor(() => Math.abs((stream.camera.rembs.at(-1) ?? 0) - 740_000) < 8, 'the viewer’s value');
  });

  test('falls on loss, and what is lost is asked for and passed on', async () => {
    const stream = await startStream();
    const viewer = await join(stream);
    viewer.sendRemb(5_000_000);
    await waitFor(() => stream.camera.rembs.length > 3, 'REMB');
    let sent = 0;
    stream.camera.lose = () => {
      sent += 1;
      return sent % 6 === 0;
    };
    const before = Math.max(...stream.camera.rembs);
    await waitFor(() => stream.camera.count('nack') > 3, 'NACK');
    await waitFor(() => (stream.camera.rembs.at(-1) ?? before) < before / 1.5, 'a lower REMB');
    stream.camera.lose = () => false;
    await new Promise((done) => setTimeout(done, 300));
    // The fake camera sends again what is asked for: nothing is missing at the viewer.
    const settled = viewer.packets('video').slice(0, -20);
    expect(Math.max(...steps(settled))).toBe(1);
  });
});

test('a camera that reboots: viewers go on in one line, from a key picture', async () => {
  const stream = await startStream();
  const viewer = await join(stream);
  await waitFor(() => viewer.packets('video').length > 40, 'packets');
  await stream.camera.stop();
  await new Promise((done) => setTimeout(done, 700));
  const before = viewer.packets('video').length;
  await stream.camera.start();
  await waitFor(() => viewer.packets('video').length > before + 40, 'packets of the second start');
  const packets = viewer.packets('video');
  expect(new Set(steps(packets))).toEqual(new Set([1]));
  expect(keyPart(packets[before]?.payload ?? Buffer.alloc(0))).toBe('sps');
  const jump = ((packets[before]?.header.timestamp ?? 0) - (packets[before - 1]?.header.timestamp ?? 0)) | 0;
  expect(jump).toBeGreaterThan(0);
  expect(jump).toBeLessThan(90_000 * 10);
});

test('a stranger cannot put packets into a stream that is alive', async () => {
  const stream = await startStream();
  const viewer = await join(stream);
  await waitFor(() => viewer.packets('video').length > 10, 'packets');
  const answer = String(await rpc.invoke(stream.source, 'getLocalSessionDescriptor'));
  const stranger = new FakeCamera({ media, ports: portsOfAnswer(answer), ssrcs: { audio: 1, video: 2 } });
  cameras.push(stranger);
  await stranger.start();
  const before = viewer.packets('video').length;
  await waitFor(() => viewer.packets('video').length > before + 60, 'more packets');
  expect(new Set(steps(viewer.packets('video')))).toEqual(new Set([1]));
  expect(stranger.rtcp).toEqual([]);
});

test('an offer without H.264: an inactive section, an error that says so, and nothing transcoded', async () => {
  const stream = await startStream();
  const viewer = await join(stream);
  const offer = viewer.answer.replaceAll('H264/90000', 'VP8/90000').replaceAll('a=sendonly', 'a=recvonly');
  const endpoint = await rpc.create('WebRtcEndpoint', stream.pipeline);
  await rpc.subscribe(endpoint, 'Error');
  await rpc.subscribe(stream.source, 'MediaTranscodingStateChange', 'MediaTranscodingStateChanged');
  await rpc.invoke(stream.source, 'connect', { sink: endpoint });
  const answer = String(await rpc.invoke(endpoint, 'processOffer', { offer }));
  expect(answer.split('m=video')[1]).toContain('a=inactive');
  expect(answer.split('m=video')[0]).toContain('a=sendonly');
  await waitFor(() => rpc.eventsOf(endpoint, 'Error').length === 1, 'the error');
  expect(rpc.eventsOf(endpoint, 'Error')[0]?.data['description']).toContain('H.264');
  for (const type of ['MediaTranscodingStateChange', 'MediaTranscodingStateChanged'])
    expect(rpc.eventsOf(stream.source, type)).toHaveLength(1);
});

test('only the configured address is announced', async () => {
  const other = await start({
    address: '127.0.0.1',
    furtherAddresses: ['203.0.113.7', '127.0.0.1'],
    minPort: 26_500,
    maxPort: 26_599,
  });
  const client = await connect(other);
  const pipeline = await client.create('MediaPipeline');
  const source = await client.create('RtpEndpoint', pipeline);
  const viewer = await PeerViewer.join(client, pipeline, source);
  viewers.push(viewer);
  const lines = client
    .eventsOf(viewer.endpoint, 'IceCandidateFound')
    .map(({ data }) => data['candidate'] as { candidate: string; sdpMid: string });
  expect(lines.filter(({ sdpMid }) => sdpMid === '0').map(({ candidate }) => candidate)).toEqual([
    `candidate:1 1 UDP 2015364095 127.0.0.1 ${other.viewerPort} typ host`,
    `candidate:2 1 UDP 2015363839 203.0.113.7 ${other.viewerPort} typ host`,
  ]);
  client.close();
  await other.stop();
});

describe('ports', () => {
  test('run out with a clear error, and come back when freed', async () => {
    const small = await start({ minPort: 26_600, maxPort: 26_609 });
    const client = await connect(small);
    const pipeline = await client.create('MediaPipeline');
    const open = async (): Promise<string> => {
      const source = await client.create('RtpEndpoint', pipeline);
      await client.invoke(source, 'processOffer', { offer: cameraOffer() });
      return source;
    };
    // Five pairs: one for viewers, two for each of two cameras.
    const first = await open();
    await open();
    await expect(open()).rejects.toThrow(
      '40009 No free UDP ports for a camera: all of 26600-26609 are taken',
    );
    await client.value('release', { object: first });
    await open();
    await client.value('release', { object: pipeline });
    client.close();
    await small.stop();
  });

  test('a range that is taken altogether stops the start', async () => {
    const first = await start({ minPort: 26_700, maxPort: 26_701 });
    const client = await connect(first);
    await expect(
      (async () => {
        const pipeline = await client.create('MediaPipeline');
        const source = await client.create('RtpEndpoint', pipeline);
        await client.invoke(source, 'processOffer', { offer: cameraOffer() });
      })(),
    ).rejects.toThrow('40009');
    client.close();
    await first.stop();
  });
});

test('a silent session is collected with all it owns; one that pings is not', async () => {
  const impatient = await start({ minPort: 26_800, maxPort: 26_899, sessionSilenceMs: 400 });
  const [silent, lively] = [await connect(impatient), await connect(impatient)];
  const made = async (client: RpcClient): Promise<void> => {
    const pipeline = await client.create('MediaPipeline');
    await client.create('RtpEndpoint', pipeline);
  };
  await made(silent);
  await made(lively);
  expect(impatient.objectCount).toBe(4);
  await waitFor(async () => {
    await lively.request('ping');
    return impatient.objectCount === 2;
  }, 'the collection');
  await expect(silent.request('connect', { sessionId: silent.sessionId })).resolves.toMatchObject({
    error: { code: 40007 },
  });
  silent.close();
  lively.close();
  await impatient.stop();
});

test('outlives a health probe that resets its connection', async () => {
  for (let probe = 0; probe < 5; probe += 1) {
    const socket = connectTcp(server.port, '127.0.0.1');
    await new Promise((opened) => socket.once('connect', opened));
    socket.write('GET /kurento HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await new Promise((answered) => socket.once('data', answered));
    socket.resetAndDestroy();
  }
  await expect(rpc.request('ping')).resolves.toMatchObject({ result: { value: 'pong' } });
});

test('two hundred joins leave nothing behind', async () => {
  const stream = await startStream();
  const once = async (index: number): Promise<void> => {
    const viewer = await PeerViewer.join(rpc, stream.pipeline, stream.source);
    // Some browsers vanish before they are released, as closed tabs do.
    if (index % 3 === 0) viewer.close();
    await rpc.value('release', { object: viewer.endpoint });
    viewer.close();
  };
  const descriptors = (): number => readdirSync('/proc/self/fd').length;
  for (let index = 0; index < 20; index += 1) await once(index);
  await waitFor(() => server.objectCount === 2, 'release');
  const before = { descriptors: descriptors(), rss: process.memoryUsage().rss };
  for (let index = 0; index < 200; index += 1) await once(index);
  expect(server.objectCount).toBe(2);
  await waitFor(() => descriptors() <= before.descriptors + 3, 'descriptors');
  expect(process.memoryUsage().rss - before.rss).toBeLessThan(80e6);
  const viewer = await join(stream);
  await waitFor(() => viewer.packets('video').length > 10, 'packets for the next viewer');
}, 120_000);
