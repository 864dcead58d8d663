/** Choosing many events. */
import { expect, it } from 'vitest';
import { all, among, extend, nothingSelected, toggle } from './selection.ts';

const order = ['a', 'b', 'c', 'd', 'e'];

it('goes from the anchor to the pressed one, in either direction, and keeps what was chosen before', () => {
  const one = toggle(nothingSelected, 'b');
  expect([...extend(one, order, 'd').ids]).toEqual(['b', 'c', 'd']);
  expect([...extend(toggle(one, 'e'), order, 'd').ids].toSorted()).toEqual(['b', 'd', 'e']);
  expect([...extend(nothingSelected, order, 'c').ids]).toEqual(['c']);
});

it('forgets what has gone from the list', () => {
  expect([...among(all(order), ['a', 'c']).ids]).toEqual(['a', 'c']);
  const selection = toggle(nothingSelected, 'a');
  expect(among(selection, order)).toBe(selection);
  expect([...extend({ ids: new Set(['x']), anchor: 'x' }, order, 'b').ids]).toEqual(['x', 'b']);
});

it('takes back what it is pressed on twice', () => {
  expect(toggle(toggle(nothingSelected, 'a'), 'a').ids.size).toBe(0);
});
