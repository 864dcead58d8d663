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
