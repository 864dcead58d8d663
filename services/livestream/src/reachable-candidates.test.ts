import { expect, test } from 'vitest';
import { withAddressOf } from './reachable-candidates.ts';

const hidden =
  'candidate:223028741 1 udp 2113937151 35e16c4e-d832-454e-90d4-6aa98c74b803.local 40180 typ host generation 0 ufrag jNVi';

test('a hidden address becomes the one the signalling comes from, with the port the browser named', () => {
  const known = 'candidate:223028741 1 udp 2113937151 192.0.2.7 40180 typ host generation 0 ufrag jNVi';
  expect(withAddressOf('192.0.2.7', hidden)).toBe(known);
  expect(withAddressOf('::ffff:192.0.2.7', hidden)).toBe(known);
});

test('what names an address is left as it is, and so is a viewer whose own is no IPv4', () => {
  const plain = 'candidate:1 1 udp 2122194687 192.0.2.9 33934 typ host';
  const relayed = 'candidate:2 1 udp 41885439 198.51.100.1 49160 typ relay raddr 0.0.0.0 rport 0';
  expect(withAddressOf('192.0.2.7', plain)).toBe(plain);
  expect(withAddressOf('192.0.2.7', relayed)).toBe(relayed);
  expect(withAddressOf('2001:db8::7', hidden)).toBe(hidden);
  expect(withAddressOf('', hidden)).toBe(hidden);
});
