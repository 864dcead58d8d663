/** Tickets and origins: what is let in, and every way of being let in that must not work. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { liveTicketSeconds, makeLiveTicket, readLiveTicket } from './live-ticket.ts';
import { isAllowedOrigin } from './same-origin.ts';

const secret = 'test-only-session-secret';
const ticket = {
  cameraId: '0A1B2C3D4E5F60718293A4B5C6D7E8F9',
  via: 'login',
  id: '00000000-0000-4000-8000-000000000001',
} as const;
const now = Date.UTC(2026, 10, 24);

describe('live ticket', () => {
  const text = makeLiveTicket(secret, ticket, now);

  it('says who and which camera while it lasts', () => {
    expect(readLiveTicket(secret, text, now)).toEqual(ticket);
    expect(readLiveTicket(secret, text, now + liveTicketSeconds * 1000 - 1)).toEqual(ticket);
    expect(readLiveTicket(secret, text, now + liveTicketSeconds * 1000)).toBeUndefined();
  });

  it.each([
    ['another secret', text, 'other-secret'],
    ['a later expiry', text.replace(/^\d+/, (expiry) => String(Number(expiry) + 1)), secret],
    ['another camera', text.replace('0A1B', '1A1B'), secret],
    ['a token of the same id', text.replace('.login.', '.token.'), secret],
    ['another session', text.replace('0001.', '0002.'), secret],
    ['a short signature', text.slice(0, -1), secret],
    ['no signature', text.slice(0, text.lastIndexOf('.')), secret],
    ['more behind', `${text}x`, secret],
    ['nothing', '', secret],
  ])('is nothing with %s', (_what, changed, key) => {
    expect(readLiveTicket(key, changed, now)).toBeUndefined();
  });

  it('is not signed with the session secret itself', () => {
    const body = text.slice(0, text.lastIndexOf('.'));
    const forged = `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
    expect(readLiveTicket(secret, forged, now)).toBeUndefined();
  });
});

describe('origin of a WebSocket', () => {
  const ports = [443, 5000, 8765];
  const allowed = (origin: string, host = '192.168.1.10:8765') =>
    isAllowedOrigin(origin, host, ['cams.example.net', '192.168.1.10'], ports);

  it.each([
    'https://192.168.1.10',
    'https://192.168.1.10:5000',
    'https://cams.example.net',
    'https://cams.example.net:8765',
  ])('%s is ours', (origin) => expect(allowed(origin)).toBe(true));

  it.each([
    'https://evil.example',
    'https://cams.example.net.evil.example',
    'https://cams.example.net:444',
    'http://cams.example.net',
    'http://192.168.1.10:5000',
    'null',
    'https://192.168.1.10/path',
    'https://user@192.168.1.10',
    '',
  ])('%s is not', (origin) => expect(allowed(origin)).toBe(false));

  it('takes the host the request was sent to, whatever it is called', () => {
    expect(allowed('https://apiary.lan:5000', 'apiary.lan:8765')).toBe(true);
    expect(allowed('http://localhost:5000', 'localhost:8765')).toBe(true);
    expect(isAllowedOrigin('https://apiary.lan', undefined, [], ports)).toBe(false);
  });
});
