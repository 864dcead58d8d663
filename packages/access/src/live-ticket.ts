/**
 * A live ticket: leave to watch one camera, given to someone logged in, for clients that cannot send the cookie. Signed,
 * short-lived, kept nowhere. Proves who asked and when; whether their session or token still holds, and what it may,
 * is asked when it is used, and what it opened ends with it.
 *
 *   <expiry, Unix seconds>.<camera id>.<login|token>.<id of the session or token>.<HMAC-SHA-256 of these, base64url>
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const liveTicketSeconds = 60;

export interface LiveTicket {
  readonly cameraId: string;
  readonly via: 'login' | 'token';
  /** Of the login session or API token it was given to. */
  readonly id: string;
}

const form = /^(\d{10})\.([0-9A-F]{32})\.(login|token)\.([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/;

/** `secret` is the session secret; tickets use a key of their own derived from it. */
export function makeLiveTicket(secret: string, ticket: LiveTicket, nowMs: number): string {
  const { cameraId, via, id } = ticket;
  const body = `${Math.floor(nowMs / 1000) + liveTicketSeconds}.${cameraId}.${via}.${id}`;
  return `${body}.${sign(secret, body).toString('base64url')}`;
}

/** What a ticket says; undefined when it is not ours or no longer holds. */
export function readLiveTicket(secret: string, text: string, nowMs: number): LiveTicket | undefined {
  const [, expiry = '', cameraId = '', via, id = '', signature = ''] = form.exec(text) ?? [];
  if (via !== 'login' && via !== 'token') return undefined;
  const expected = sign(secret, `${expiry}.${cameraId}.${via}.${id}`);
  if (!timingSafeEqual(expected, Buffer.from(signature, 'base64url'))) return undefined;
  return Number(expiry) * 1000 > nowMs ? { cameraId, via, id } : undefined;
}

function sign(secret: string, body: string): Buffer {
  const key = createHmac('sha256', secret).update('live ticket').digest();
  return createHmac('sha256', key).update(body).digest();
}
