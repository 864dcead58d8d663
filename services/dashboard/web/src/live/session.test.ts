/** A session at the wire: what it says to a signalling server, and how it goes on after each kind of loss. */
import { freePort, waitFor } from '@apiary/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  handClock,
  startFakeSignaling,
  testPlatform,
  type FakePeerConnection,
  type FakeSignaling,
  type HandClock,
  type ServerEnd,
} from './live.helpers.ts';
import { sentenceOf } from './sentences.ts';
import { createLiveSession, type LivePhase, type LiveSession } from './session.ts';
import { createBackoff } from './backoff.ts';

const cameraId = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
const hello = { type: 'hello', version: 1, iceServers: [], capacity: {} };

let server: FakeSignaling;
let clock: HandClock;
let platform: ReturnType<typeof testPlatform>;
let session: LiveSession;
let url: string;

beforeEach(async () => {
  server = await startFakeSignaling();
  url = server.url;
  clock = handClock();
  platform = testPlatform(() => url, clock);
  session = createLiveSession({ platform, cameraId, backoff: createBackoff(400, 8000, () => 0.5) });
});
afterEach(async () => {
  session.stop();
  await server.stop();
});

const peer = (index: number): FakePeerConnection => {
  const found = platform.peers[index];
  if (found === undefined) throw new Error(`no peer ${index}`);
  return found;
};
const phase = (wanted: LivePhase) =>
  waitFor(() => session.state().phase === wanted, `phase ${wanted}, is ${session.state().phase}`);

async function play(viewerIndex = 0, index = viewerIndex): Promise<ServerEnd> {
  const viewer = await server.viewer(viewerIndex);
  viewer.send(hello);
  await viewer.until('viewer');
  viewer.send({ type: 'viewerResponse', sdpAnswer: 'the answer', viewerId: 'v', streamId: 's' });
  await waitFor(() => peer(index).answer !== null, 'the answer applied');
  peer(index).bringVideo();
  session.pictureShown();
  return viewer;
}

describe('a start', () => {
  it('asks once it was greeted, and plays', async () => {
    session.start(clock.now() - 20);
    const viewer = await server.viewer(0);
    expect(session.state().phase).toBe('connecting');
    expect(viewer.received).toEqual([]);
    viewer.send({ ...hello, iceServers: [{ urls: ['turn:127.0.0.1'], username: 'u', credential: 'c' }] });
    expect(await viewer.until('viewer')).toEqual({ type: 'viewer', cameraId, sdpOffer: 'the offer' });
    expect(peer(0).configuration.iceServers).toEqual([
      { urls: ['turn:127.0.0.1'], username: 'u', credential: 'c' },
    ]);
    await phase('starting');
    viewer.send({
      type: 'status',
      state: 'starting',
      message: 'The camera was asked.',
      trace: { signalling: 30, play: 35 },
    });
    await waitFor(() => session.state().message !== null, 'the sentence');
    expect(sentenceOf(session.state())?.text).toBe('The camera was asked.');
    viewer.send({ type: 'viewerResponse', sdpAnswer: 'the answer', viewerId: 'v', streamId: 's' });
    await waitFor(() => peer(0).answer === 'the answer', 'the answer applied');
    peer(0).bringVideo();
    expect(session.state().stream).not.toBeNull();
    session.pictureShown();
    expect(session.state().phase).toBe('playing');
    expect(sentenceOf(session.state())).toBeNull();
    expect(session.state().trace.server).toEqual({ signalling: 30, play: 35 });
  });

  it('keeps candidates that come before the answer, in both directions', async () => {
    session.start();
    const viewer = await server.viewer(0);
    peer(0).findCandidate('candidate:early');
    viewer.send({
      type: 'iceCandidate',
      candidate: { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 },
    });
    viewer.send(hello);
    await viewer.until('onIceCandidate');
    expect(viewer.received.map(({ type }) => type)).toEqual(['viewer', 'onIceCandidate']);
    viewer.send({
      type: 'iceCandidate',
      candidate: { candidate: 'candidate:2', sdpMid: '0', sdpMLineIndex: 0 },
    });
    viewer.send({ type: 'viewerResponse', sdpAnswer: 'the answer', viewerId: 'v', streamId: 's' });
    await waitFor(() => peer(0).candidates.length === 2, 'both candidates');
    expect(peer(0).candidates.map(({ candidate }) => candidate)).toEqual(['candidate:1', 'candidate:2']);
    peer(0).findCandidate('candidate:late');
    await waitFor(() => viewer.received.length === 3, 'the late candidate');
  });

  it('keeps what the camera is asked to send, until the next try', async () => {
    session.start();
    const viewer = await play();
    expect(session.state().askedKbps).toBeNull();
    viewer.send({ type: 'bitrate', askedKbps: 1800 });
    await waitFor(() => session.state().askedKbps === 1800, 'the bitrate');
    session.again();
    expect(session.state().askedKbps).toBeNull();
  });

  it('leaves out what it does not understand', async () => {
    session.start();
    const viewer = await server.viewer(0);
    viewer.send({ type: 'news', of: 'tomorrow' });
    viewer.send([]);
    viewer.send({ type: 'iceCandidate', candidate: null });
    await play();
    expect(session.state().phase).toBe('playing');
  });

  it.each([
    ['hello', 8000],
    ['answer', 25_000],
  ])('does not wait for ever for the %s', async (step, ms) => {
    session.start();
    const viewer = await server.viewer(0);
    if (step === 'answer') {
      viewer.send(hello);
      await viewer.until('viewer');
      await phase('starting');
    }
    clock.advance(ms - 1);
    expect(session.state().phase).not.toBe('waiting');
    clock.advance(1);
    expect(session.state()).toMatchObject({ phase: 'waiting', lost: 'late' });
    clock.advance(400);
    await server.viewer(1);
  });

  it('says goodbye when it is stopped', async () => {
    session.start();
    const viewer = await play();
    session.stop();
    await viewer.until('stop');
    await waitFor(() => viewer.closed(), 'the socket closed');
    expect(peer(0).closed).toBe(true);
    expect(clock.nextMs()).toBeUndefined();
  });
});

describe('a loss', () => {
  it('of the server is tried again, further and further apart, until it is back', async () => {
    session.start();
    const viewer = await play();
    const back = url;
    url = `ws://127.0.0.1:${await freePort()}/`;
    viewer.close();
    for (const wait of [400, 800, 1600, 3200, 6400, 8000, 8000]) {
      await phase('waiting');
      expect(sentenceOf(session.state())).toMatchObject({ tone: 'wait', action: 'again' });
      expect(clock.nextMs()).toBe(wait);
      clock.advance(wait);
    }
    await phase('waiting');
    url = back;
    clock.advance(8000);
    await play(1, platform.peers.length - 1);
    expect(session.state().phase).toBe('playing');
  });

  it('of the media path is given a moment to mend itself', async () => {
    session.start();
    await play();
    peer(0).become('disconnected');
    expect(session.state().unsteady).toBe(true);
    clock.advance(3900);
    peer(0).become('connected');
    expect(session.state()).toMatchObject({ phase: 'playing', unsteady: false });
    peer(0).become('disconnected');
    clock.advance(4000);
    expect(session.state()).toMatchObject({ phase: 'waiting', lost: 'media' });
    clock.advance(400);
    await play(1);
    expect(session.state().phase).toBe('playing');
  });

  it('of the network waits for the network', async () => {
    session.start();
    const viewer = await play();
    session.setOnline(false);
    viewer.close();
    await phase('offline');
    expect(clock.nextMs()).toBeUndefined();
    session.setOnline(true);
    await server.viewer(1);
    expect(session.state().phase).toBe('connecting');
  });

  it('that nobody reports is seen by the picture standing still', async () => {
    session.start();
    await play();
    const second = async (): Promise<void> => {
      const before = session.state().sample;
      clock.advance(1000);
      await waitFor(
        () => session.state().sample !== before || session.state().phase !== 'playing',
        'a sample',
      );
    };
    for (let frame = 1; frame <= 3; frame += 1) {
      peer(0).framesDecoded = frame;
      await second();
    }
    expect(session.state().stalled).toBe(false);
    for (let at = 0; at < 5; at += 1) await second();
    expect(session.state().stalled).toBe(true);
    expect(sentenceOf(session.state())?.tone).toBe('wait');
    for (let at = 0; at < 10; at += 1) await second();
    expect(session.state()).toMatchObject({ phase: 'waiting', lost: 'media' });
  });

  it('after sleep is found out at once; a picture that moves is left alone', async () => {
    session.start();
    await play();
    const check = async (): Promise<void> => {
      session.check();
      await waitFor(() => clock.nextMs() !== undefined, 'the check');
      await new Promise((resolve) => setImmediate(resolve));
    };
    await check();
    peer(0).videoBytes = 5000;
    clock.advance(1500);
    await new Promise((resolve) => setImmediate(resolve));
    expect(platform.peers).toHaveLength(1);
    await check();
    clock.advance(1500);
    await server.viewer(1);
    expect(session.state().phase).toBe('connecting');
  });

  it('of the media server is answered with a new offer', async () => {
    session.start();
    const viewer = await play();
    viewer.send({
      type: 'status',
      state: 'renegotiate',
      message: 'The media server was restarted.',
      trace: {},
    });
    await phase('waiting');
    expect(sentenceOf(session.state())?.text).toBe('The media server was restarted.');
    clock.advance(400);
    await play(1);
    expect(session.state().phase).toBe('playing');
  });
});

describe('what the server says', () => {
  it('a refusal that time does not change is final, and a person may try again', async () => {
    session.start();
    const viewer = await server.viewer(0);
    viewer.send(hello);
    await viewer.until('viewer');
    viewer.send({ type: 'error', code: 'no_capacity', message: 'All places are taken.' });
    await phase('refused');
    expect(sentenceOf(session.state())).toEqual({
      text: 'All places are taken.',
      tone: 'bad',
      action: 'again',
    });
    expect(clock.nextMs()).toBeUndefined();
    session.again();
    await play(1);
    expect(session.state().phase).toBe('playing');
  });

  it('a refusal without a code is tried three times', async () => {
    session.start();
    for (let index = 0; index < 3; index += 1) {
      const viewer = await server.viewer(index);
      viewer.send({ type: 'error', message: 'No active stream.' });
      await waitFor(() => ['waiting', 'refused'].includes(session.state().phase), 'the refusal');
      expect(session.state().phase).toBe(index < 2 ? 'waiting' : 'refused');
      clock.advance(8000);
    }
  });

  it('a media server that comes back is waited for', async () => {
    session.start();
    for (let index = 0; index < 6; index += 1) {
      const viewer = await server.viewer(index);
      viewer.send({ type: 'error', code: 'media_unavailable', message: 'The media server is starting.' });
      await phase('waiting');
      clock.advance(8000);
    }
    await play(6);
    expect(session.state().phase).toBe('playing');
  });

  it('asks whether someone still watches: with an answer it goes on, without one it rests', async () => {
    session.start();
    const viewer = await play();
    const ask = { type: 'keepWatching', seconds: 30, message: 'Still watching?' };
    viewer.send(ask);
    await waitFor(() => session.state().question !== null, 'the question');
    expect(sentenceOf(session.state())).toEqual({ text: 'Still watching?', tone: 'note', action: 'keep' });
    session.keepWatching();
    await viewer.until('keepWatching');
    expect(sentenceOf(session.state())).toBeNull();

    viewer.send(ask);
    await waitFor(() => session.state().question !== null, 'the second question');
    viewer.send({ type: 'status', state: 'ended', message: 'Nobody seemed to be watching.', trace: {} });
    await phase('limit');
    expect(peer(0).closed).toBe(true);
    expect(clock.nextMs()).toBeUndefined();
    session.keepWatching();
    await play(1);
    expect(session.state().phase).toBe('playing');
  });

  it('an end is an end, unless the server hangs up as well: then it comes back', async () => {
    session.start();
    const viewer = await play();
    viewer.send({ type: 'status', state: 'ended', message: 'Live view was stopped.', trace: {} });
    await phase('refused');
    clock.advance(3000);
    expect(peer(0).closed).toBe(true);
    await waitFor(() => viewer.closed(), 'the socket closed');
    expect(session.state()).toMatchObject({ phase: 'refused', message: 'Live view was stopped.' });
    expect(clock.nextMs()).toBeUndefined();

    session.again();
    const second = await play(1);
    second.send({ type: 'status', state: 'ended', message: 'Live view is being restarted.', trace: {} });
    second.close();
    await phase('waiting');
    clock.advance(400);
    await play(2);
    expect(session.state().phase).toBe('playing');
  });

  it('a camera that is away is waited for as long as the server does', async () => {
    session.start();
    const viewer = await play();
    viewer.send({ type: 'status', state: 'waiting', message: 'The camera lost its connection.', trace: {} });
    await waitFor(() => session.state().status === 'waiting', 'the status');
    for (let at = 0; at < 30; at += 1) {
      const before = session.state().sample;
      clock.advance(1000);
      await waitFor(() => session.state().sample !== before, 'a sample');
    }
    expect(session.state().phase).toBe('playing');
    expect(sentenceOf(session.state())?.text).toBe('The camera lost its connection.');
  });
});
