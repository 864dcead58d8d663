/**
 * A camera against a platform on real sockets: what it sends at boot, that it obeys, and that nothing it owes is lost
 * when the broker or the config server is away or the camera itself loses power.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import { startFakePlatform, type FakePlatform } from './fake-platform.helpers.ts';
import { sampleClipDir, simulatedCameraId, startCamera, type Camera, type CameraOptions } from './index.ts';
import { openReceiver, playText } from './live/live.helpers.ts';

let platform: FakePlatform;
const cameras: Camera[] = [];

beforeEach(async () => {
  platform = await startFakePlatform();
});
afterEach(async () => {
  await Promise.all(cameras.splice(0).map((camera) => camera.stop()));
  await platform.stop();
});

function start(options: Partial<CameraOptions> = {}): Camera {
  const camera = startCamera({
    cameraId: simulatedCameraId(cameras.length, 'test'),
    configHost: platform.configHost,
    ca: platform.ca,
    reconnectMinMs: 20,
    reconnectMaxMs: 100,
    uploadRetryMs: 20,
    rebootMs: 20,
    ...options,
  });
  cameras.push(camera);
  return camera;
}

const bodies = (suffix: string): Record<string, unknown>[] =>
  platform.messages
    .filter(({ topic }) => topic.endsWith(suffix))
    .map(({ payload }) => JSON.parse(payload.toString()) as Record<string, unknown>);

describe('boot', () => {
  it('fetches configuration then certificates, each over its own TLS 1.2 connection', async () => {
    const camera = start({ usePost: false });
    await camera.untilConnected();
    expect(platform.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
      `GET /hivecam/${camera.cameraId}`,
      `GET /hivecam/cert/${camera.cameraId}`,
    ]);
    expect(platform.requests.map(({ tlsVersion }) => tlsVersion)).toEqual(['TLSv1.2', 'TLSv1.2']);
    expect(new Set(platform.requests.map(({ connection }) => connection)).size).toBe(2);
  });

  it('posts with a Content-Length where GET is meant', async () => {
    const camera = start({ usePost: true });
    await camera.untilConnected();
    expect(platform.requests.map(({ method }) => method)).toEqual(['POST', 'POST']);
    for (const { headers } of platform.requests) expect(Number(headers['content-length'])).toBeGreaterThan(0);
  });

  it('connects with its id, the shared certificate and a clean session, and says who it is', async () => {
    const camera = start();
    await camera.untilConnected();
    await waitFor(() => platform.clients.length === 1, 'the client');
    expect(platform.clients[0]).toMatchObject({
      id: camera.cameraId,
      certificateName: 'camera_client',
      clean: true,
    });
    const [message] = platform.messages;
    expect(message).toMatchObject({
      topic: `prod/device/connection/hive-cam/${camera.cameraId}`,
      qos: 1,
      retain: false,
    });
    expect(bodies(camera.cameraId)[0]).toMatchObject({
      status: 'connected',
      device: { softwareVersion: 'V0_0_00_117RC_svn1356' },
    });
  });

  it('tries again when a step fails, and names what is missing', async () => {
    platform.answers.push(
      { match: /hivecam/, status: 500 },
      { match: /hivecam/, status: 200, body: '{"mqtt":{}}' },
    );
    const reasons: string[] = [];
    const camera = start({
      onFact: (fact) => {
        if (fact.fact === 'boot step failed') reasons.push(fact.reason);
      },
    });
    await camera.untilConnected();
    expect(reasons[0]).toContain('answered 500');
    expect(reasons[1]).toContain('mqtt.broker');
  });

  it('sends heartbeats at the interval it was given', async () => {
    const camera = start({ statusIntervalMs: 30, batteryLevel: 77 });
    await camera.untilConnected();
    const beats = await waitFor(() => {
      const seen = bodies(`status/hive-cam/${camera.cameraId}`);
      return seen.length >= 2 && seen;
    }, 'two heartbeats');
    expect(beats[0]).toMatchObject({ status: 'online', battery: { level: 77 } });
  });
});

it('says its mode after connecting, unless told not to', async () => {
  const camera = start();
  await camera.untilIdle();
  await waitFor(() => bodies('camera/state').length === 1, 'the state');
  expect(bodies('camera/state')[0]).toMatchObject({ mode: 'ARMED' });
});

describe('will', () => {
  it.each([
    ['bare-word', 'DISCONNECT'],
    ['event-type', '"eventType":"DISCONNECT"'],
    ['status', '"status":"disconnected"'],
  ] as const)('%s', async (willForm, text) => {
    const camera = start({ willForm, reconnectMinMs: 60_000 });
    await camera.untilConnected();
    camera.dropConnection();
    await waitFor(
      () => platform.messages.some(({ payload }) => payload.toString().includes(text)),
      'the will',
    );
  });

  it('is not sent after a polite stop', async () => {
    const camera = start();
    await camera.untilConnected();
    await camera.stop();
    await waitFor(() => platform.broker.connectedClients === 0, 'the end of the connection');
    expect(bodies(camera.cameraId).map(({ status }) => status)).toEqual(['connected']);
  });
});

describe('commands', () => {
  it('sets the mode and reports it with the request id', async () => {
    const camera = start({ stateAtConnect: false });
    await camera.untilConnected();
    platform.command(camera.cameraId, 'system/setmode', { requestId: 'r-1', mode: 'PRIVACY' });
    await waitFor(() => bodies('camera/state').length === 1, 'the state');
    expect(bodies('camera/state')[0]).toMatchObject({ requestId: 'r-1', mode: 'PRIVACY', status: 'online' });
    expect(camera.device.mode).toBe('PRIVACY');
  });

  it('refuses or ignores when told to', async () => {
    const camera = start({ stateAtConnect: false });
    await camera.untilConnected();
    camera.device.obedience.set('system/setmode', 'ignore');
    platform.command(camera.cameraId, 'system/setmode', { requestId: 'r-1', mode: 'PRIVACY' });
    await waitFor(() => camera.commands.length === 1, 'the first command');
    camera.device.obedience.set('system/setmode', 'refuse');
    platform.command(camera.cameraId, 'system/setmode', { requestId: 'r-2', mode: 'PRIVACY' });
    await waitFor(() => bodies('camera/state').length === 1, 'the refusal');
    expect(bodies('camera/state')[0]).toMatchObject({ requestId: 'r-2', mode: 'ARMED', result: 'refused' });
  });

  it('takes settings all or nothing: a field left out falls back', async () => {
    const camera = start({ stateAtConnect: false });
    await camera.untilConnected();
    platform.command(camera.cameraId, 'settings/update', { requestId: 'r-1', volume: 'LOW' });
    platform.command(camera.cameraId, 'settings/update', { requestId: 'r-2', nightVision: 'ON' });
    await waitFor(() => bodies('camera/state').length === 2, 'both states');
    expect(camera.device.settings).toMatchObject({ nightVision: 'ON', volume: 'MEDIUM' });
    expect(Object.keys(camera.device.settings)).toHaveLength(20);
  });

  it('reboots: the will is sent, the configuration is fetched anew', async () => {
    const camera = start({ stateAtConnect: false });
    await camera.untilConnected();
    platform.command(camera.cameraId, 'system/reboot', { requestId: 'r-1' });
    await waitFor(() => camera.connections === 2, 'the second connection');
    expect(bodies(`connection/hive-cam/${camera.cameraId}`).map(({ status }) => status)).toEqual([
      'connected',
      'disconnected',
      'connected',
    ]);
    expect(platform.requests).toHaveLength(4);
  });

  it('drops what is longer than its buffer without a word', async () => {
    const camera = start({ stateAtConnect: false });
    await camera.untilConnected();
    platform.command(camera.cameraId, 'system/setmode', { mode: 'PRIVACY', filler: 'x'.repeat(4000) });
    platform.command(camera.cameraId, 'sound/play', { requestId: 'r-2', soundType: 'DOG_BARK' });
    await waitFor(() => bodies('camera/state').length === 1, 'the second command');
    expect(bodies('camera/state')[0]).toMatchObject({ sound: 'DOG_BARK' });
    expect(camera.device.mode).toBe('ARMED');
  });
});

describe('live view', () => {
  it('plays on command, answers nothing, ends with its power', async () => {
    const camera = start({ stateAtConnect: false, live: { clipDir: sampleClipDir() } });
    await camera.untilConnected();
    const [video, audio] = await Promise.all([openReceiver(), openReceiver()]);
    const sdpOffer = playText(video.port, audio.port);
    const envelope = { requestId: 'r-1', sourceId: camera.cameraId, sourceType: 'hive-cam' };
    platform.command(camera.cameraId, 'stream/play', {
      ...envelope,
      streamId: 's-1',
      sdpOffer,
      messageType: 'play',
    });
    platform.command(camera.cameraId, 'stream/keepalive', {
      ...envelope,
      streamId: 's-1',
      keepaliveCount: 0,
    });
    await waitFor(() => video.rtp.length > 0 && audio.rtp.length > 0, 'picture and sound');
    await camera.powerCut(1);
    expect(camera.live.stream).toBeUndefined();
    expect(camera.live.lastStream?.endReason).toBe('power');
    expect(bodies('camera/state')).toEqual([]);
    video.close();
    audio.close();
  });

  it('shows nothing in privacy', async () => {
    const camera = start({ stateAtConnect: false, live: { clipDir: sampleClipDir() } });
    await camera.untilConnected();
    platform.command(camera.cameraId, 'stream/play', { streamId: 's-1', sdpOffer: playText(5000, 5002) });
    await camera.until(() => camera.live.stream !== undefined, 10_000, 'the stream');
    platform.command(camera.cameraId, 'system/setmode', { requestId: 'r-1', mode: 'PRIVACY' });
    await camera.until(() => camera.live.stream === undefined, 10_000, 'its end');
    expect(camera.live.lastStream?.endReason).toBe('privacy');
  });
});

describe('nothing owed is lost', () => {
  it('sends messages again that the broker did not acknowledge', async () => {
    const camera = start();
    await camera.untilConnected();
    await platform.setBrokerUp(false);
    const event = camera.startEvent();
    camera.stopEvent(event.eventId);
    await platform.setBrokerUp(true);
    await camera.untilIdle();
    expect(bodies('activity/start')).toMatchObject([{ eventId: event.eventId }]);
    expect([...camera.ledger.stops]).toEqual([event.eventId]);
  });

  it('keeps trying to upload, in order, also over its own reboot', async () => {
    platform.answers.push(
      { match: /presigned/, status: 500, body: '{}' },
      { match: /fileservice\/upload/, status: 503 },
    );
    const camera = start();
    await camera.untilConnected();
    camera.uploadsHeld = true;
    const { eventId } = camera.triggerEvent({ recordings: 2, segmentsPerRecording: 1 });
    await camera.powerCut(10);
    expect(camera.owed.files).toBe(3);
    camera.uploadsHeld = false;
    await camera.untilIdle();
    expect(camera.ledger.uploads.map(({ category, fileName }) => `${category} ${fileName}`)).toEqual([
      `thumbnail ${eventId}-1-1.zip`,
      `activity ${eventId}-1-0.zip`,
      `activity ${eventId}-2-0.zip`,
    ]);
    const puts = platform.requests.filter(({ method }) => method === 'PUT');
    expect(puts).toHaveLength(4);
    expect(puts[3]?.body.length).toBe(camera.ledger.uploads[2]?.bytes);
    expect(puts[3]?.headers).toMatchObject({
      'x-amz-meta-sourceid': camera.cameraId,
      'x-amz-meta-eventid': eventId,
      'x-amz-meta-activitytype': 'MOTION_SMART',
    });
  });

  it('is not slowed by a platform that is away', async () => {
    await platform.setBrokerUp(false);
    const camera = start();
    const { eventId } = camera.triggerEvent();
    expect(camera.owed).toEqual({ messages: 2, files: 2 });
    await platform.setBrokerUp(true);
    await camera.untilIdle();
    expect([...camera.ledger.starts]).toEqual([eventId]);
  });

  it('survives two power cuts at once as one camera', async () => {
    const camera = start();
    await camera.untilConnected();
    await Promise.all([camera.powerCut(30), camera.powerCut(10)]);
    await camera.untilConnected();
    expect(camera.connections).toBe(2);
  });
});

describe('upload styles', () => {
  it('asks for room with Expect: 100-continue', async () => {
    const camera = start({ expectContinue: true });
    await camera.untilConnected();
    await camera.sendThumbnail('e-1').acknowledged;
    expect(platform.requests.at(-1)?.headers['expect']).toBe('100-continue');
  });

  it("uses the seed's one POST", async () => {
    const camera = start({ uploadStyle: 'hivecam-upload' });
    await camera.untilConnected();
    await camera.sendRecording('e-1', { segments: 1 }).acknowledged;
    expect(platform.requests.at(-1)).toMatchObject({ method: 'POST', target: '/hivecam/upload' });
    expect(platform.requests.at(-1)?.headers['x-amz-meta-filename']).toBe('e-1-1-0.zip');
  });
});
