/** One call of a push service: encrypted for the browser (RFC 8291), signed by this installation (RFC 8292). */
import { createECDH } from 'node:crypto';
import { request } from 'node:https';
import webPush from 'web-push';
import type { Subscription } from '@apiary/database/web-push-repository';
import { faultOfError } from './http-faults.ts';
import type { PlainWords } from './plain-words.ts';

export interface PushSenderOptions {
  /** 32 bytes, base64url. */
  readonly vapidPrivateKey: string;
  /** Whom the maker of a push service may write to: a `mailto:` or `https:` URL (RFC 8292 §2.1). */
  readonly vapidSubject: string;
  readonly timeoutMs?: number;
  /** Further authorities that push services may be certified by: for tests. */
  readonly ca?: string;
}

export interface PushSender {
  readonly vapidDetails: {
    readonly subject: string;
    readonly publicKey: string;
    readonly privateKey: string;
  };
  readonly timeoutMs: number;
  readonly ca: string | undefined;
}

/** What the page's service worker gets; documented in docs/ref/notifications.md. */
export interface PushPayload extends PlainWords {
  readonly version: 1;
  /** Of the notification: a later one with the same tag takes its place. */
  readonly tag: string;
  /** Below the page's own origin. */
  readonly url: string;
  readonly image?: string;
  readonly silent?: boolean;
  readonly kind?: string;
  readonly at?: string;
}

const timeoutMs = 10_000;
/** Seconds a push service keeps a message for a browser that is away. */
const keepSeconds = 3600;

export function pushSender(options: PushSenderOptions): PushSender {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(Buffer.from(options.vapidPrivateKey, 'base64url'));
  return {
    vapidDetails: {
      subject: options.vapidSubject,
      publicKey: pair.getPublicKey().toString('base64url'),
      privateKey: options.vapidPrivateKey,
    },
    timeoutMs: options.timeoutMs ?? timeoutMs,
    ca: options.ca,
  };
}

/**
 * The caller has checked that the endpoint may be called.
 * @throws ChannelError when there was no answer
 */
export function callPushService(
  { endpoint, p256dh, auth }: Subscription,
  payload: PushPayload,
  { vapidDetails, timeoutMs: ms, ca }: PushSender,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly retryAfter: string | undefined }> {
  const { method, headers, body } = webPush.generateRequestDetails(
    { endpoint, keys: { p256dh, auth } },
    JSON.stringify(payload),
    { vapidDetails, TTL: keepSeconds, urgency: 'high', topic: payload.tag, contentEncoding: 'aes128gcm' },
  );
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
    const fail = (error: unknown): void => reject(faultOfError('the push service', error));
    const call = request(
      endpoint,
      { method, headers, signal: limit, ...(ca === undefined ? {} : { ca }) },
      (response) => {
        response.on('error', fail);
        response.resume();
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
        });
      },
    );
    call.on('error', fail);
    call.end(body);
  });
}
