/** What a push becomes, whatever it holds. */
import { expect, it } from 'vitest';
import { alertOf, ownUrl } from './push.ts';

const origin = 'https://192.168.1.10';

it.each([
  ['/events/a%2Fb', 'https://192.168.1.10/events/a%2Fb'],
  ['https://192.168.1.10/review', 'https://192.168.1.10/review'],
  ['//evil.example/x', 'https://192.168.1.10/'],
  ['https://evil.example/', 'https://192.168.1.10/'],
  ['javascript:alert(1)', 'https://192.168.1.10/'],
  ['http://', 'https://192.168.1.10/'],
])('%s opens %s', (url, opened) => {
  expect(ownUrl(url, origin)).toBe(opened);
});

it.each([[undefined], [null], ['text'], [{ title: 7, silent: 'yes', at: 'never' }]])(
  'shows something for %o',
  (payload) => {
    expect(alertOf(payload)).toEqual({
      title: 'Apiary',
      body: '',
      tag: 'apiary',
      url: '/',
      image: undefined,
      silent: false,
      at: undefined,
    });
  },
);

it('takes what the notifier sends', () => {
  const at = '2026-11-24T12:00:00.000Z';
  const sent = {
    version: 1,
    title: 'Person',
    body: 'Door',
    tag: 'alert-7',
    url: '/events/x',
    silent: true,
    at,
  };
  expect(alertOf(sent)).toMatchObject({ title: 'Person', tag: 'alert-7', silent: true, at: Date.parse(at) });
});
