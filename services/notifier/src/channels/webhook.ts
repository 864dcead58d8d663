/**
 * Webhook: every alert as signed JSON by POST to one URL of the settings. The body, its signature and recipes for Home
 * Assistant and ntfy are in docs/ref/notifications.md.
 */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { productVersion } from '@apiary/base/http';
import { eventUrl, liveUrl } from '../bot/keyboard.ts';
import type { Alert, Limits, Message, NotificationChannel, Receipt, Target } from '../channel.ts';
import { faultOfError, faultOfStatus } from './http-faults.ts';
import { plainWords } from './plain-words.ts';

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
  readonly dataDir: string;
  /** Where people open the page, without trailing slash. */
  readonly pageUrl: string;
  readonly timeZone: string;
  readonly pictureWaitMs: number;
  readonly timeoutMs?: number;
}

export const webhookTarget = 'webhook';
const timeoutMs = 10_000;
/** A larger picture is left out; the links lead to it. */
const maxPictureBytes = 1_048_576;
const maxAnswerBytes = 65_536;

export class WebhookChannel implements NotificationChannel {
  readonly name = 'webhook';
  /** The receiver sees the delivery's number: the same alert twice is one. */
  readonly repeatable = true;
  readonly #options: WebhookOptions;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  get pictureWaitMs(): number {
    return this.#options.pictureWaitMs;
  }

  targets(): Promise<readonly Target[]> {
    return Promise.resolve([{ id: webhookTarget, cameras: 'all' }]);
  }

  limitsOf(): Limits {
    return { windows: [], concurrent: 4 };
  }

  async send(_target: string, message: Message, signal: AbortSignal): Promise<Receipt> {
    return this.#post(message, false, signal);
  }

  async amend(_target: string, _messageId: string, alert: Alert, signal: AbortSignal): Promise<Receipt> {
    return this.#post({ form: 'alert', alert }, true, signal);
  }

  /** Any answer will do: few receivers know HEAD. */
  async probe(_target: string, signal: AbortSignal): Promise<void> {
    await this.#call('HEAD', undefined, signal);
  }

  testTargets(): Promise<readonly string[]> {
    return Promise.resolve([webhookTarget]);
  }

  async sendTest(_target: string, askedBy: string, signal: AbortSignal): Promise<void> {
    const text = { title: 'Test message', message: `Asked for by ${askedBy}.` };
    await this.#deliver(0, { version: 1, delivery: 0, kind: 'test', update: false, ...text }, signal);
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  async #post(message: Message, update: boolean, signal: AbortSignal): Promise<Receipt> {
    const { timeZone } = this.#options;
    const { title, body } = plainWords(message, 'en', timeZone);
    const alerts = message.form === 'alert' ? [message.alert] : message.summary.alerts;
    const delivery = alerts[0]?.deliveryId ?? 0;
    const head = { version: 1, delivery, update, title, message: body };
    if (message.form === 'summary') {
      const { cause } = message.summary;
      const all = alerts.map((alert) => this.#facts(alert));
      await this.#deliver(delivery, { ...head, kind: 'summary', cause, alerts: all }, signal);
      return { messageId: undefined, shown: 'text', clipShown: true };
    }
    const picture = await this.#picture(message.alert);
    await this.#deliver(delivery, { ...head, ...this.#facts(message.alert), picture }, signal);
    return {
      messageId: String(delivery),
      shown: picture === null ? 'text' : 'picture',
      // The link to the event leads to its clip: no call of its own for that.
      clipShown: true,
    };
  }

  #facts(alert: Alert): object {
    const { pageUrl } = this.#options;
    const { kind, cameraId, cameraName, eventId, activityType, at, hasRecording } = alert;
    return {
      kind,
      at: at.toISOString(),
      camera: { id: cameraId, name: cameraName },
      event: eventId === undefined ? null : { id: eventId, type: activityType ?? null, hasRecording },
      links: {
        live: liveUrl(pageUrl, cameraId),
        event: eventId === undefined ? null : eventUrl(pageUrl, eventId),
      },
    };
  }

  async #picture({ thumbnailPath }: Alert): Promise<{ contentType: string; base64: string } | null> {
    if (thumbnailPath === undefined) return null;
    // Gone since (retention): the alert is worth sending without it.
    const bytes = await readFile(join(this.#options.dataDir, thumbnailPath)).catch(() => undefined);
    if (bytes === undefined || bytes.length > maxPictureBytes) return null;
    return { contentType: 'image/jpeg', base64: bytes.toString('base64') };
  }

  async #deliver(delivery: number, body: object, signal: AbortSignal): Promise<void> {
    const response = await this.#call('POST', { delivery, text: JSON.stringify(body) }, signal);
    const fault = faultOfStatus('the webhook', response.status, response.headers.get('retry-after'));
    if (fault !== undefined) throw fault;
  }

  async #call(
    method: 'POST' | 'HEAD',
    body: { readonly delivery: number; readonly text: string } | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    const limit = AbortSignal.timeout(this.#options.timeoutMs ?? timeoutMs);
    try {
      const response = await fetch(this.#options.url, {
        method,
        // Elsewhere nobody signed up for our alerts.
        redirect: 'manual',
        signal: AbortSignal.any([signal, limit]),
        headers: {
          'user-agent': `Apiary/${productVersion}`,
          ...(body === undefined ? {} : this.#headers(body.delivery, body.text)),
        },
        ...(body === undefined ? {} : { body: body.text }),
      });
      await drain(response);
      return response;
    } catch (error) {
      throw faultOfError('the webhook', error);
    }
  }

  #headers(delivery: number, text: string): Record<string, string> {
    const timestamp = Math.floor(Date.now() / 1000);
    return {
      'content-type': 'application/json',
      'x-apiary-delivery': String(delivery),
      'x-apiary-timestamp': String(timestamp),
      'x-apiary-signature': signatureOf(this.#options.secret, timestamp, text),
    };
  }
}

/** `v1=` and the hex HMAC-SHA256 of `<timestamp>.<body>`: the time is signed, so an old call cannot be played again. */
export const signatureOf = (secret: string, timestamp: number, body: string): string =>
  `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;

/** Nothing in the answer matters; a small one is read so that its connection is used again. */
async function drain(response: Response): Promise<void> {
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  if (length <= maxAnswerBytes) await response.arrayBuffer().catch(() => undefined);
  else await response.body?.cancel().catch(() => undefined);
}
