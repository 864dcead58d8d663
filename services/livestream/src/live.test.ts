/**
 * Live view at the wire: what the camera hears on MQTT, what the media server is asked, what pages are told. Failures and
 * races first.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import { cameraA, cameraB, startHarness, type Harness, type TestViewer } from './livestream.helpers.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

const viewers: TestViewer[] = [];
const open = async (): Promise<TestViewer> => {
  const viewer = await harness.open();
  viewers.push(viewer);
  return viewer;
};
/** Every test leaves nothing running and nothing remembered. */
afterEach(async () => {
  const { broker, kurento } = harness;
  kurento.refuse.clear();
  kurento.slow.clear();
  kurento.generation = 7;
  for (const viewer of viewers.splice(0)) await viewer.close();
  await waitFor(
    async () => ((await harness.call('GET', '/api/live/streams')).json as { count: number }).count === 0,
    'all streams ending',
  );
  expect(kurento.objects.size).toBe(0);
  broker.messages.length = 0;
  kurento.calls.length = 0;
  for (const id of [cameraA, cameraB])
    await harness.setCamera(id, { connection_status: 'connected', broker_session: 'first', status: 'armed' });
});

/** A page that sees the camera's picture. */
async function watching(cameraId = cameraA): Promise<TestViewer> {
  const viewer = await open();
  viewer.watch(cameraId);
  await viewer.hear('viewerResponse');
  await waitFor(() => harness.broker.of(cameraId, 'play').length > 0, 'play');
  harness.kurento.cameraSends();
  await viewer.status('active');
  return viewer;
}

describe('one viewer', () => {
  it('starts the camera, is answered, and sees when the picture flows', async () => {
    const { broker, kurento } = harness;
    const viewer = await open();
    viewer.watch();
    const answer = await viewer.hear('viewerResponse');
    expect(answer.sdpAnswer).toContain('127.0.0.1 40263 typ host');
    expect(answer.sdpAnswer).not.toContain('172.17.0.1');
    expect(answer.viewerId).toMatch(/^[0-9a-f-]{36}$/);
    await waitFor(() => broker.commands().includes('keepalive'), 'the first keepalive');
    const [play, keepalive] = broker.of(cameraA);
    expect([play?.qos, play?.retain, keepalive?.qos]).toEqual([1, false, 1]);
    expect(play?.body['streamId']).toBe(answer.streamId);
    expect(keepalive?.body).toMatchObject({ streamId: answer.streamId, keepaliveCount: 0 });
    const sdp = String(play?.body['sdpOffer']);
    expect(sdp).toMatch(/^v=0\r\n/);
    expect(sdp).toContain('c=IN IP4 127.0.0.1\r\n');
    expect(sdp).toMatch(/a=x-skl-cname:user\d{10}@host-[0-9a-f]{8}$/);

    kurento.cameraSends();
    const { trace } = await viewer.status('active');
    expect(Object.keys(trace).sort()).toEqual(['firstRtp', 'keyframe', 'play', 'signalling']);
    // Of both candidates only the one a viewer reaches.
    await viewer.hear('iceCandidate');
    expect(viewer.all('iceCandidate')).toHaveLength(1);
    expect(kurento.callsOf('setMaxVideoRecvBandwidth')[0]?.params).toEqual({ maxVideoRecvBandwidth: 5000 });
    expect(kurento.callsOf('setMinVideoRecvBandwidth')[0]?.params).toEqual({ minVideoRecvBandwidth: 500 });
    expect(kurento.callsOf('setMaxVideoSendBandwidth')[0]?.params).toEqual({ maxVideoSendBandwidth: 5000 });
    expect(kurento.callsOf('setMinVideoSendBandwidth')[0]?.params).toEqual({ minVideoSendBandwidth: 500 });
    expect(kurento.callsOf('setRembParams')[0]?.params).toMatchObject({
      rembParams: { rembOnConnect: 5_000_000 },
    });

    await viewer.close();
    await waitFor(() => broker.commands().includes('stop'), 'stop');
    expect(broker.of(cameraA, 'stop')[0]?.body).toMatchObject({
      streamId: answer.streamId,
      messageType: 'stop',
    });
  });

  it('hears a media server of generation 6 as well', async () => {
    harness.kurento.generation = 6;
    const viewer = await watching();
    expect(viewer.all('status').at(-1)?.state).toBe('active');
  });

  it('passes candidates on that came before there was an endpoint', async () => {
    harness.kurento.slow.set('create', 100);
    const viewer = await open();
    viewer.watch();
    const candidate = {
      candidate: 'candidate:1 1 udp 1 192.0.2.9 5000 typ host',
      sdpMid: '0',
      sdpMLineIndex: 0,
    };
    viewer.send({ type: 'onIceCandidate', candidate });
    await waitFor(() => harness.kurento.callsOf('addIceCandidate')[0], 'the candidate arriving');
    expect(harness.kurento.callsOf('addIceCandidate')[0]?.params).toMatchObject({ candidate });
  });
});

describe('bitrate', () => {
  it('is limited for each viewer, which starts at its limit', async () => {
    const viewer = await open();
    viewer.watch(cameraA, { bandwidthKbps: { max: 400 } });
    await viewer.hear('viewerResponse');
    const set = (operation: string) => harness.kurento.callsOf(operation).map(({ params }) => params);
    expect(set('setMaxVideoSendBandwidth')).toEqual([{ maxVideoSendBandwidth: 400 }]);
    expect(set('setMinVideoSendBandwidth')).toEqual([{ minVideoSendBandwidth: 400 }]);
    expect(set('setRembParams').map((params) => params['rembParams'])).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ rembOnConnect: 5_000_000 }),
        expect.objectContaining({ rembOnConnect: 400_000 }),
      ]),
    );
  });

  it('that the camera is asked for is told to every viewer, once', async () => {
    const first = await watching();
    expect(await first.hear('bitrate')).toEqual({ type: 'bitrate', askedKbps: 500 });
    const second = await open();
    second.watch();
    await second.hear('bitrate');
    expect(first.all('bitrate')).toHaveLength(1);
  });
});

describe('many viewers', () => {
  it('share one camera stream; the second is answered without a second play', async () => {
    const first = await watching();
    const second = await open();
    second.watch();
    await second.hear('viewerResponse');
    harness.kurento.cameraSends();
    const { trace } = await second.status('active');
    expect(trace.play).toBe(0);
    expect(harness.broker.of(cameraA, 'play')).toHaveLength(1);
    await first.close();
    await second.hear('status', ({ state }) => state === 'active');
    expect(harness.broker.of(cameraA, 'stop')).toHaveLength(0);
  });

  it('that come at the same time make one play', async () => {
    const pages = await Promise.all([open(), open(), open()]);
    for (const page of pages) page.watch();
    const answers = await Promise.all(pages.map((page) => page.hear('viewerResponse')));
    expect(new Set(answers.map(({ streamId }) => streamId)).size).toBe(1);
    expect(harness.broker.of(cameraA, 'play')).toHaveLength(1);
    expect(harness.kurento.of('MediaPipeline')).toHaveLength(1);
  });

  it('are told politely when there are too many, or the ports are used up', async () => {
    await harness.restart({ maxViewersPerStream: 1 });
    await watching();
    const second = await open();
    second.watch();
    expect(await second.hear('error')).toMatchObject({ code: 'too_many_viewers' });
    for (const viewer of viewers.splice(0)) await viewer.close();
    await harness.restart({ maxViewersPerStream: 10, mediaPorts: { minPort: 5000, maxPort: 5007 } });
    const third = await open();
    expect(third.all('hello')[0]?.capacity).toMatchObject({ freeStreams: 1, streams: 0 });
    third.watch();
    await third.hear('viewerResponse');
    const fourth = await open();
    fourth.watch(cameraB);
    expect(await fourth.hear('error')).toMatchObject({ code: 'no_capacity' });
    for (const viewer of viewers.splice(0)) await viewer.close();
    await harness.restart({ mediaPorts: { minPort: 5000, maxPort: 5051 } });
  });
});

describe('races', () => {
  it('a viewer gone before its answer leaves nothing behind', async () => {
    harness.kurento.slow.set('create', 80);
    const viewer = await open();
    viewer.watch();
    viewer.send({ type: 'stop' });
    await waitFor(() => harness.broker.commands().includes('stop'), 'the stream ending');
    expect(viewer.all('viewerResponse')).toHaveLength(0);
    expect(viewer.all('error')).toHaveLength(0);
  });

  it('start, stop, start: the camera hears them in that order with different ids', async () => {
    const first = await watching();
    const stopping = harness.call('POST', `/api/live/streams/${cameraA}/stop`);
    await first.status('ended');
    first.watch();
    await waitFor(() => harness.broker.of(cameraA, 'play').length === 2, 'the second play');
    expect((await stopping).status).toBe(200);
    const order = harness.broker.commands().filter((command) => command !== 'keepalive');
    expect(order).toEqual(['play', 'stop', 'play']);
    const [before, , after] = harness.broker
      .of(cameraA)
      .filter(({ topic }) => !topic.endsWith('keepalive'))
      .map(({ body }) => body['streamId']);
    expect(before).not.toBe(after);
  });

  it('a viewer that comes within the grace time keeps the stream', async () => {
    const first = await watching();
    await first.close();
    const second = await open();
    second.watch();
    await second.hear('viewerResponse');
    expect(harness.broker.commands().filter((command) => command !== 'keepalive')).toEqual(['play']);
  });
});

describe('the camera', () => {
  it('that is not connected is not asked', async () => {
    await harness.setCamera(cameraA, { connection_status: 'disconnected' });
    const viewer = await open();
    viewer.watch();
    expect(await viewer.hear('error')).toMatchObject({ code: 'camera_disconnected' });
    expect(harness.broker.messages).toEqual([]);
  });

  it('that sends nothing is asked once more, then given up with a sentence', async () => {
    await harness.setCamera(cameraA, { status: 'privacy' });
    const viewer = await open();
    viewer.watch();
    await viewer.status('retrying');
    const error = await viewer.hear('error');
    expect(error.message).toMatch(/privacy mode/);
    const order = harness.broker.commands().filter((command) => command !== 'keepalive');
    expect(order.slice(0, 3)).toEqual(['play', 'stop', 'play']);
    expect(harness.broker.of(cameraA, 'play')).toHaveLength(2);
  });

  it('that falls silent is asked again, on a new endpoint, and viewers keep their connection', async () => {
    const viewer = await watching();
    const endpoint = harness.kurento.of('WebRtcEndpoint')[0]?.id;
    harness.kurento.cameraFallsSilent();
    await viewer.status('retrying');
    await waitFor(() => harness.broker.of(cameraA, 'play').length === 2, 'the second play');
    await waitFor(() => harness.kurento.of('RtpEndpoint').length === 1, 'the old endpoint released');
    harness.kurento.cameraSends();
    await waitFor(() => viewer.all('status').at(-1)?.state === 'active', 'the picture again');
    expect(harness.kurento.of('WebRtcEndpoint').map(({ id }) => id)).toEqual([endpoint]);
    expect(viewer.all('viewerResponse')).toHaveLength(1);
  });

  it('that reboots is waited for and asked again', async () => {
    const viewer = await watching();
    harness.kurento.cameraFallsSilent();
    await harness.setCamera(cameraA, { connection_status: 'disconnected' });
    await viewer.status('waiting');
    await harness.setCamera(cameraA, { connection_status: 'connected', broker_session: 'second' });
    await viewer.status('retrying');
    await waitFor(() => harness.broker.of(cameraA, 'play').length === 2, 'the second play');
    harness.kurento.cameraSends();
    await waitFor(() => viewer.all('status').at(-1)?.state === 'active', 'the picture again');
  });

  it('that only reconnects to the broker goes on, with a keepalive at once', async () => {
    await watching();
    const before = harness.broker.of(cameraA, 'keepalive').length;
    await harness.setCamera(cameraA, { broker_session: 'second' });
    await waitFor(() => harness.broker.of(cameraA, 'keepalive').length > before, 'a keepalive');
    expect(harness.broker.of(cameraA, 'play')).toHaveLength(1);
  });

  it('that sends no RTCP is warned about, and watched all the same', async () => {
    const viewer = await open();
    viewer.watch();
    await viewer.hear('viewerResponse');
    harness.kurento.cameraSends({ rtcp: false });
    await viewer.status('warning');
    expect(viewer.all('error')).toEqual([]);
  });

  it('and transcoding is told', async () => {
    const viewer = await watching();
    const source = harness.kurento.of('RtpEndpoint')[0];
    harness.kurento.emit(source?.id ?? '', 'MediaTranscodingStateChanged', {
      mediaType: 'VIDEO',
      state: 'TRANSCODING',
    });
    expect((await viewer.status('warning')).message).toMatch(/H\.264/);
  });
});

describe('the media server', () => {
  it('that loses its socket keeps its session: nobody notices', async () => {
    const viewer = await watching();
    const { connections } = harness.kurento;
    harness.kurento.dropSockets();
    await waitFor(() => harness.kurento.connections > connections, 'the next connection');
    const second = await open();
    second.watch();
    await second.hear('viewerResponse');
    expect(viewer.all('error')).toEqual([]);
    expect(harness.broker.of(cameraA, 'play')).toHaveLength(1);
  });

  it('that restarts is built up again: viewers renegotiate, the camera is asked meanwhile', async () => {
    const viewer = await watching();
    await harness.kurento.restart();
    await viewer.status('renegotiate');
    viewer.watch();
    await waitFor(() => viewer.all('viewerResponse').length === 2, 'the second answer');
    await waitFor(() => harness.broker.of(cameraA, 'play').length === 2, 'the second play');
    harness.kurento.cameraSends();
    await waitFor(() => viewer.all('status').at(-1)?.state === 'active', 'the picture again');
  });

  it('that fails for one camera does not disturb another', async () => {
    const first = await watching(cameraA);
    harness.kurento.refuse.add('create RtpEndpoint');
    const second = await open();
    second.watch(cameraB);
    expect(await second.hear('error')).toMatchObject({ code: 'media_unavailable' });
    harness.kurento.refuse.clear();
    const third = await open();
    third.watch(cameraB);
    await third.hear('viewerResponse');
    expect(first.all('error')).toEqual([]);
  });

  it('is rid of what a killed run of this service left behind', async () => {
    const { kurento } = harness;
    const left = kurento.leave();
    await harness.restart();
    await waitFor(() => !kurento.objects.has(left), 'the old pipeline being released');
  });

  it('that is slow is given up within its deadline', async () => {
    harness.kurento.slow.set('processOffer', 4000);
    const viewer = await open();
    viewer.watch();
    expect(await viewer.hear('error')).toMatchObject({ code: 'media_unavailable' });
  });
});

describe('the broker', () => {
  it('that is away for a moment delays the play', async () => {
    await harness.broker.stop();
    await waitFor(async () => (await harness.call('GET', '/health')).status === 503, 'noticing');
    const viewer = await open();
    viewer.watch();
    await viewer.hear('viewerResponse');
    await harness.broker.start();
    await waitFor(() => harness.broker.of(cameraA, 'play').length === 1, 'play');
    expect(viewer.all('error')).toEqual([]);
  });

  it('that stays away too long ends the stream with a sentence', async () => {
    await harness.restart({ keepaliveMs: 50 });
    const viewer = await watching();
    await harness.broker.stop();
    const error = await viewer.hear('error');
    expect(error.code).toBe('broker_unavailable');
    await harness.broker.start();
    await harness.restart({ keepaliveMs: 15_000 });
  });
});
