import { waitFor } from '@apiary/test-support';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startAttempt, type AttemptEnd, type LivePlatform } from './attempt.ts';
import { openLine } from './line.ts';
import {
  handClock,
  startFakeSignaling,
  testPlatform,
  type FakeSignaling,
  type HandClock,
} from './live.helpers.ts';
import { createPreparedLine, type PreparedLine } from './prepared-line.ts';

let server: FakeSignaling;
let clock: HandClock;
let prepared: PreparedLine;
let platform: LivePlatform;
/** Messages and ends that reached this side's sockets. */
let heard: { count: number };

beforeEach(async () => {
  server = await startFakeSignaling();
  clock = handClock();
  const counter = { count: 0 };
  heard = counter;
  const base = testPlatform(() => server.url, clock);
  platform = {
    ...base,
    openSocket: () => {
      const socket = base.openSocket();
      for (const type of ['message', 'close']) socket.addEventListener(type, () => counter.count++);
      return socket;
    },
    takeLine: () => prepared.take(),
  };
  prepared = createPreparedLine(clock, () => openLine(platform));
});
afterEach(async () => {
  prepared.take()?.close();
  await server.stop();
});

const tryOnce = (ends: AttemptEnd[] = []) =>
  startAttempt(platform, 'CAMERA', {
    onRequested: () => undefined,
    onAnswered: () => undefined,
    onStatus: () => undefined,
    onBitrate: () => undefined,
    onQuestion: () => undefined,
    onStream: () => undefined,
    onUnsteady: () => undefined,
    onEnd: (end) => ends.push(end),
  });

it('asks over the line that was greeted before the press; nobody else gets that line', async () => {
  prepared.prepare();
  prepared.prepare();
  const viewer = await server.viewer(0);
  viewer.send({ type: 'hello', version: 1, iceServers: [] });
  await waitFor(() => heard.count === 1, 'the greeting');
  expect(viewer.received).toEqual([]);
  const attempt = tryOnce();
  expect((await viewer.until('viewer')).cameraId).toBe('CAMERA');
  expect(prepared.take()).toBeUndefined();
  expect(server.viewers).toHaveLength(1);
  attempt.stop();
});

it('asks as soon as the greeting comes when the press was quicker', async () => {
  prepared.prepare();
  const attempt = tryOnce();
  const viewer = await server.viewer(0);
  viewer.send({ type: 'hello', version: 1, iceServers: [] });
  await viewer.until('viewer');
  attempt.stop();
});

it('opens another line when the ready one was lost meanwhile', async () => {
  prepared.prepare();
  (await server.viewer(0)).close();
  await waitFor(() => heard.count === 1, 'the end of the first line');
  const ends: AttemptEnd[] = [];
  const attempt = tryOnce(ends);
  const viewer = await server.viewer(1);
  viewer.send({ type: 'hello', version: 1, iceServers: [] });
  await viewer.until('viewer');
  expect(ends).toEqual([]);
  attempt.stop();
});

it('gives a line up that nobody wanted', async () => {
  prepared.prepare();
  const viewer = await server.viewer(0);
  clock.advance(60_000);
  await waitFor(() => viewer.closed(), 'the line being closed');
  expect(prepared.take()).toBeUndefined();
  expect(viewer.received).toEqual([]);
});
