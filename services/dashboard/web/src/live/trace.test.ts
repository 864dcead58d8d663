import { describe, expect, it } from 'vitest';
import { startSentence } from './sentences.ts';
import { newTrace, traceRecord, stepsOf, verdictOf, type StartTrace } from './trace.ts';

const trace = (change: Partial<StartTrace>): StartTrace => ({
  ...newTrace(5000),
  requestedAt: 5060,
  ...change,
});

describe('the start of a live view', () => {
  it('orders what page and server saw by time since the click', () => {
    const steps = stepsOf(
      trace({
        answeredAt: 5160,
        firstFrameAt: 5400,
        server: { signalling: 90, play: 40, firstRtp: 180, keyframe: 200 },
      }),
    );
    expect(steps).toEqual([
      { name: 'signalling', atMs: 60 },
      { name: 'play', atMs: 100 },
      { name: 'answer', atMs: 160 },
      { name: 'firstRtp', atMs: 240 },
      { name: 'keyframe', atMs: 260 },
      { name: 'firstFrame', atMs: 400 },
    ]);
  });

  it('has nothing to explain when it was quick, or is not over', () => {
    expect(startSentence(trace({}))).toBeNull();
    expect(verdictOf(trace({ firstFrameAt: 5400 }))).toEqual({ totalMs: 400, slowest: null });
    expect(startSentence(trace({ firstFrameAt: 5400 }))).toBe(
      'The first picture came after 0.40 s. Nothing was slow.',
    );
  });

  it.each([
    ['signalling', { requestedAt: 7000, answeredAt: 7100 }, 8000, 'reached the server'],
    ['firstRtp', { answeredAt: 5160, server: { play: 50, firstRtp: 4000 } }, 9300, 'sent its first packet'],
    [
      'keyframe',
      { answeredAt: 5160, server: { play: 50, firstRtp: 200, keyframe: 2100 } },
      7300,
      'first full picture',
    ],
    ['firstFrame', { answeredAt: 5160, server: { firstRtp: 200, keyframe: 210 } }, 7300, 'on the way'],
    ['answer', { answeredAt: 8000 }, 8100, 'prepared the stream'],
  ] as const)('blames %s', (name, change, firstFrameAt, words) => {
    const slow = trace({ ...change, firstFrameAt });
    expect(verdictOf(slow)?.slowest?.name).toBe(name);
    expect(startSentence(slow)).toContain(words);
  });

  it('never blames what came after the picture', () => {
    const late = trace({ answeredAt: 5100, firstFrameAt: 6500, server: { keyframe: 4000 } });
    expect(verdictOf(late)).toEqual({ totalMs: 1500, slowest: { name: 'firstFrame', tookMs: 1400 } });
  });
});

it('writes a record for programs: what has happened, since the click', () => {
  const trace = {
    ...newTrace(1000),
    requestedAt: 1012.34,
    answeredAt: 1060,
    server: { play: 20, firstRtp: 0 },
  };
  expect(traceRecord(newTrace(1000))).toEqual({ click: 1000 });
  expect(traceRecord(trace)).toEqual({ click: 1000, request: 12.3, answer: 60, play: 32.3, firstRtp: 12.3 });
});
