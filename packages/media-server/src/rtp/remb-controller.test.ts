/** Kurento's REMB rule, row by row as docs/ref/media-server.md states it. */
import { expect, test } from 'vitest';
import { defaultRembParams, RembController, type RembInput } from './remb-controller.ts';

const input = (given: Partial<RembInput>): RembInput => ({
  inputBps: 1_000_000,
  fractionLost: 0,
  minBps: 0,
  maxBps: 0,
  viewersBps: undefined,
  ...given,
});

test('nothing before anything came in', () => {
  expect(new RembController().step(input({ inputBps: 0 }))).toBe(undefined);
});

test('starts at the measured input and grows by 4 % a step, to twice the highest input', () => {
  const remb = new RembController();
  expect(remb.step(input({}))).toBe(1_000_000);
  expect(remb.step(input({}))).toBeCloseTo(1_040_000);
  for (let step = 0; step < 100; step += 1) remb.step(input({}));
  expect(remb.step(input({ inputBps: 10 }))).toBe(2_000_000);
});

test('above 12/256 loss halves, up to that it waits', () => {
  const remb = new RembController();
  remb.step(input({}));
  expect(remb.step(input({ fractionLost: 12 }))).toBe(1_000_000);
  expect(remb.step(input({ fractionLost: 13 }))).toBe(500_000);
  expect(remb.step(input({ fractionLost: 200 }))).toBe(250_000);
});

test('never below 30 kbit/s, nor below the lower bound', () => {
  const remb = new RembController();
  remb.step(input({}));
  for (let step = 0; step < 20; step += 1) remb.step(input({ fractionLost: 255 }));
  expect(remb.step(input({ fractionLost: 255 }))).toBe(30_000);
  expect(remb.step(input({ fractionLost: 255, minBps: 500_000 }))).toBe(500_000);
});

test('capped by the upper bound and by the slowest viewer', () => {
  const remb = new RembController();
  expect(remb.step(input({ inputBps: 4_000_000, maxBps: 1_500_000 }))).toBe(1_500_000);
  expect(remb.step(input({ maxBps: 1_500_000, viewersBps: 300_000 }))).toBe(300_000);
  expect(remb.step(input({ maxBps: 1_500_000, viewersBps: 9_000_000 }))).toBe(1_500_000);
});

test('parameters of the endpoint are used', () => {
  const remb = new RembController();
  remb.setParams({ ...defaultRembParams, exponentialFactor: 0.5, decrementFactor: 0.9, upLosses: 100 });
  remb.step(input({}));
  expect(remb.step(input({}))).toBe(1_500_000);
  expect(remb.step(input({ fractionLost: 100 }))).toBe(1_500_000);
  expect(remb.step(input({ fractionLost: 101 }))).toBeCloseTo(1_350_000);
});
