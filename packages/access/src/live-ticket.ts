/**
 * A live ticket: leave to watch one camera, given to someone logged in, for clients that cannot send the cookie. Signed,
 * short-lived, kept nowhere. Proves who asked and when; whether they still may is asked of `can` when it is used.
 *
 *   <expiry, Unix seconds>.<camera id>.<user id>.<HMAC-SHA-256 of the three, base64url>
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const liveTicketSeconds = 60;

export interface LiveTicket {
  readonly cameraId: string;
  readonly userId: string;
}

const form = /^(\d{10})\.([0-9A-F]{32})\.([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/;

/** `secret` is the session secret; tickets use a key of their own derived from it. */
export function makeLiveTicket(secret: string, ticket: LiveTicket, nowMs: number): string {
  const body = `${Math.floor(nowMs / 1000) + liveTicketSeconds}.${ticket.cameraId}.${ticket.userId}`;
  return `${body}.${sign(secret, body).toString('base64url')}`;
}

/** What a ticket says; undefined when it is not ours or no longer holds. */
export function readLiveTicket(secret: string, text: string, nowMs: number): LiveTicket | undefined {
  const [, expiry, cameraId, userId, signature] = form.exec(text) ?? [];
  if (expiry === undefined || cameraId === undefined || userId === undefined || signature === undefined)
    return undefined;
  const expected = sign(secret, `${expiry}.${cameraId}.${userId}`);
  if (!timingSafeEqual(expected, Buffer.from(signature, 'base64url'))) return undefined;
  return Number(expiry) * 1000 > nowMs ? { cameraId, userId } : undefined;
}

function sign(secret: string, body: string): Buffer {
  const key = createHmac('sha256', secret).update('live ticket').digest();
  return createHmac('sha256', key).update(body).digest();
}
