/** Which screen an address means. */
import { expect, it } from 'vitest';
import { fillPath, matchPath } from './path.ts';

it.each([
  ['/', '/', {}],
  ['/review', '/review/', {}],
  ['/events/:id', '/events/a%2Fb%20c', { id: 'a/b c' }],
  ['/events/:id', '/events', undefined],
  ['/events/:id', '/events/a/b', undefined],
  ['/events/:id', '/cameras/a', undefined],
  ['/events/:id', '/events/%E0%A4%A', undefined],
])('%s against %s', (pattern, path, params) => {
  expect(matchPath(pattern, path)).toEqual(params);
});

it('fills what it matches', () => {
  const path = fillPath('/events/:id', { id: 'a/b?c#d' });
  expect(path).toBe('/events/a%2Fb%3Fc%23d');
  expect(matchPath('/events/:id', path)).toEqual({ id: 'a/b?c#d' });
});
