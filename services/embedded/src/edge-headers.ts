/**
 * Headers the edge sends with every answer. nginx/snippets/security-headers.conf holds the same list for the Compose
 * stack; test/parity/edge.test.ts compares what both send.
 */
import { isIP } from 'node:net';

/**
 * The page has no inline script, style or foreign source. `blob:` is for hls.js (media source and its worker), `data:`
 * for images drawn by the page.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(self), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

export const strictTransportSecurity = 'max-age=31536000';

/** Names only: an address cannot be pinned (RFC 6797 §8.1.1), and `localhost` belongs to every server of this machine. */
export function isPinnableHost(hostHeader: string): boolean {
  const host = hostHeader.startsWith('[') ? '::' : (hostHeader.split(':')[0] ?? '');
  return host !== '' && host !== 'localhost' && isIP(host) === 0;
}
