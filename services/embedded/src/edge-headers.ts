/**
 * Headers the edge adds to an answer that comes without them: its own answers, and a service's that forgot. What the
 * dashboard says itself goes through as it is, since it knows the page. nginx/snippets/security-defaults.conf holds the
 * same list for the Compose stack; test/parity/edge.test.ts compares what both send.
 */
import { isIP } from 'node:net';

export const securityHeaders: Readonly<Record<string, string>> = {
  // For words and JSON; a page brings its own.
  'content-security-policy':
    "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(self), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** The edge alone knows whether there is a name: this one is never a service’s to say. */
export const strictTransportSecurity = 'max-age=31536000';

/** Names only: an address cannot be pinned (RFC 6797 §8.1.1), and `localhost` belongs to every server of this machine. */
export function isPinnableHost(hostHeader: string): boolean {
  const host = hostHeader.startsWith('[') ? '::' : (hostHeader.split(':')[0] ?? '');
  return host !== '' && host !== 'localhost' && isIP(host) === 0;
}
