/**
 * Requests that change something must come from our own page (beside SameSite=Lax of the cookie). Browsers say where
 * a request comes from; a client that says neither is no browser and passes with its cookie alone.
 */
import type { Request } from 'express';
import { AppError } from '@apiary/base/errors';

const refusal = (): AppError => new AppError(403, 'foreign_origin', 'This request came from another site.');

/** @throws AppError 403 `foreign_origin` */
export function assertSameOrigin(request: Request): void {
  const site = request.get('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw refusal();
  const origin = request.get('origin');
  if (origin !== undefined && !isOurs(origin, request)) throw refusal();
}

function isOurs(origin: string, request: Request): boolean {
  // `host` honours X-Forwarded-Host of trusted proxies only. Both sides lose a default port the same way.
  const host = request.host as string | undefined;
  if (host === undefined || !URL.canParse(origin)) return false;
  const { host: originHost, protocol } = new URL(origin);
  const ours = `${protocol}//${host}`;
  if (!URL.canParse(ours) || new URL(ours).host !== originHost) return false;
  const forwarded = request.get('x-forwarded-proto') !== undefined && request.protocol === 'https';
  return !forwarded || protocol === 'https:';
}

/**
 * Whether a page of this origin may open a WebSocket: its host is the one the request was sent to, or one of `names`,
 * and its port one of `ports` (the page and the socket may be served on different ports of one host). HTTPS only,
 * `http` for a loopback host. A request without Origin is no browser's and needs no answer here.
 */
export function isAllowedOrigin(
  origin: string,
  requestHost: string | undefined,
  names: readonly string[],
  ports: readonly number[],
): boolean {
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  if (from.origin !== origin.toLowerCase()) return false;
  const sentTo = `https://${requestHost ?? ''}`;
  const own = [
    ...(URL.canParse(sentTo) ? [new URL(sentTo).hostname] : []),
    ...names.map((name) => name.toLowerCase()),
  ];
  if (!own.includes(from.hostname)) return false;
  const loopback = from.hostname === 'localhost' || from.hostname.startsWith('127.');
  if (from.protocol !== 'https:' && !(from.protocol === 'http:' && loopback)) return false;
  const port = from.port === '' ? (from.protocol === 'https:' ? 443 : 80) : Number(from.port);
  return ports.includes(port);
}
