/**
 * A push service (RFC 8030) with browsers subscribed to it, over real HTTPS: checks the VAPID signature (RFC 8292),
 * decrypts what arrives as the browser would (RFC 8291, 8188), answers as scripted.
 */
import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
  type ECDH,
} from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedPush {
  /** Name of the browser it was for. */
  readonly browser: string;
  readonly payload: Record<string, unknown>;
  readonly ttlSeconds: number;
  readonly topic: string | undefined;
  readonly urgency: string | undefined;
  readonly subject: string;
  readonly at: number;
}

/** As `PushSubscription.toJSON()`. */
export interface FakeSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

export class FakePushService {
  readonly port: number;
  readonly received: ReceivedPush[] = [];
  /** Why a call was refused: a broken signature, a body nobody can read. */
  readonly refused: string[] = [];
  readonly #server: Server;
  readonly #vapidPublicKey: string;
  readonly #browsers = new Map<string, { pair: ECDH; auth: Buffer }>();
  readonly #answers: { status: number; headers?: Record<string, string> }[] = [];

  private constructor(server: Server, vapidPublicKey: string) {
    this.#server = server;
    this.#vapidPublicKey = vapidPublicKey;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (request: IncomingMessage, response) => {
      this.#receive(request)
        .catch((error: unknown) => {
          this.refused.push(String(error));
          return { status: 400, headers: {} };
        })
        .then(({ status, headers }) => response.writeHead(status, headers).end())
        .catch(() => response.destroy());
    });
  }

  /** @param vapidPublicKey the one browsers subscribed with, base64url */
  static async start(
    certificate: { readonly cert: string; readonly key: string },
    vapidPublicKey: string,
  ): Promise<FakePushService> {
    const server = createServer(certificate);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new FakePushService(server, vapidPublicKey);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  subscribe(browser: string): FakeSubscription {
    const pair = createECDH('prime256v1');
    pair.generateKeys();
    const auth = randomBytes(16);
    this.#browsers.set(browser, { pair, auth });
    return {
      endpoint: `https://127.0.0.1:${this.port}/push/${browser}`,
      keys: { p256dh: pair.getPublicKey('base64url'), auth: auth.toString('base64url') },
    };
  }

  /** The browser is gone: 410 from now on. */
  unsubscribe(browser: string): void {
    this.#browsers.delete(browser);
  }

  /** The next call is answered so, and not delivered. */
  script(status: number, headers: Record<string, string> = {}): void {
    this.#answers.push({ status, headers });
  }

  async #receive(request: IncomingMessage): Promise<{ status: number; headers?: Record<string, string> }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const scripted = this.#answers.shift();
    if (scripted !== undefined) return scripted;
    const browser = request.url?.split('/').at(-1) ?? '';
    const keys = this.#browsers.get(browser);
    if (keys === undefined) return { status: 410 };
    const header = (name: string): string | undefined => request.headers[name]?.toString();
    if (header('content-encoding') !== 'aes128gcm') throw new Error('not aes128gcm');
    this.received.push({
      browser,
      payload: JSON.parse(decrypt(Buffer.concat(chunks), keys.pair, keys.auth)) as Record<string, unknown>,
      ttlSeconds: Number(header('ttl')),
      topic: header('topic'),
      urgency: header('urgency'),
      subject: this.#subjectOf(header('authorization') ?? ''),
      at: Date.now(),
    });
    return { status: 201, headers: { location: '/message/1' } };
  }

  /** @throws Error when the token is not signed by the key browsers know, not for us, or not for now */
  #subjectOf(authorization: string): string {
    const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
    if (key !== this.#vapidPublicKey) throw new Error('signed by another key');
    const [head = '', body = '', signature = ''] = token.split('.');
    const point = Buffer.from(key, 'base64url');
    const publicKey = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: point.subarray(1, 33).toString('base64url'),
        y: point.subarray(33).toString('base64url'),
      },
    });
    const proof = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
    if (!verify('sha256', Buffer.from(`${head}.${body}`), proof, Buffer.from(signature, 'base64url')))
      throw new Error('the signature is wrong');
    const { aud, exp, sub } = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<
      string,
      unknown
    >;
    if (aud !== `https://127.0.0.1:${this.port}`) throw new Error('for another push service');
    const leftSeconds = Number(exp) - Date.now() / 1000;
    if (!(leftSeconds > 0 && leftSeconds <= 86_400)) throw new Error('not for now');
    return String(sub);
  }
}

/** One record of `aes128gcm`: salt, record size, sender's public key, then the sealed text. */
function decrypt(body: Buffer, own: ECDH, auth: Buffer): string {
  const salt = body.subarray(0, 16);
  const keyLength = body.readUInt8(20);
  const sender = body.subarray(21, 21 + keyLength);
  const sealed = body.subarray(21 + keyLength);
  const derive = (secret: Buffer, withSalt: Buffer, info: Buffer, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, withSalt, info, length));
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), own.getPublicKey(), sender]);
  const secret = derive(own.computeSecret(sender), auth, keyInfo, 32);
  const key = derive(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = derive(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const cipher = createDecipheriv('aes-128-gcm', key, nonce);
  cipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
  // A 2 ends the text of the last record; zeros pad it.
  return padded.subarray(0, padded.lastIndexOf(2)).toString('utf8');
}
