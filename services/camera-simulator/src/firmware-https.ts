/**
 * HTTPS as the old firmware speaks it (contract §3.2, §4.1), so that a platform too modern for it fails here and not
 * on a wall in a garden: TLS 1.2 at most, a new connection per request, always a Content-Length, and a name check that
 * knows the CN alone. Must not be gentler than the camera: no SAN, no redirect, no chunked reply.
 */
import { request, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { createSecureContext, type PeerCertificate, type SecureContext } from 'node:tls';
import { RecoverableError } from '@apiary/base/errors';

/** How the path is written: "a missing or doubled leading slash works" (contract §4.1). */
export type LeadingSlash = 'normal' | 'missing' | 'doubled';

/** `host:port` as named → where to open the TCP connection instead, as curl's --connect-to. Names stay as they are. */
export type ConnectTo = Readonly<Record<string, string>>;

export interface FirmwareRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** `https://host[:port]/path`; the port defaults to 443. */
  readonly url: string;
  /** PEM of the platform's CA, the end of the camera's trust bundle. */
  readonly ca: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Announce the body and wait up to a second for `100 Continue`. */
  readonly expectContinue?: boolean;
  readonly leadingSlash?: LeadingSlash;
  readonly connectTo?: ConnectTo;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface FirmwareResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A failed exchange. `curlCode` is what the camera's syslog would show: 51 for every TLS fault. */
export class FirmwareHttpsError extends RecoverableError {
  override readonly name = 'FirmwareHttpsError';
  readonly curlCode: number;

  constructor(curlCode: number, message: string, options?: ErrorOptions) {
    super(`curl error ${curlCode}: ${message}`, options);
    this.curlCode = curlCode;
  }
}

const defaultTimeoutMs = 60_000;
/** curl sends the body after a second without an answer to Expect. */
const continueTimeoutMs = 1000;
/** A configuration reply is 1 kB, certificates 10 kB. */
const maxReplyBytes = 1_000_000;

const contexts = new Map<string, SecureContext>();

/** Parsing a trust store costs more than a handshake step; a hundred cameras share one. */
function contextOf(ca: string): SecureContext {
  let context = contexts.get(ca);
  if (context === undefined) {
    context = createSecureContext({ ca, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
    contexts.set(ca, context);
  }
  return context;
}

/**
 * The name check of the firmware's curl: subject and issuer hold a CN and nothing else, and the CN *is* the host. A SAN
 * does not help: field evidence says the CN had to be the address in `configSrvHost` and full names failed (§3.2).
 */
export function checkCommonName(host: string, certificate: PeerCertificate): Error | undefined {
  const subject = Object.keys(certificate.subject);
  const issuer = Object.keys(certificate.issuer);
  if (subject.some((key) => key !== 'CN') || issuer.some((key) => key !== 'CN')) {
    return new Error('peer certificate not OK: subject and issuer must hold a CN only');
  }
  // An array when the name is given twice, which no firmware expects.
  const commonName: unknown = certificate.subject.CN;
  return commonName === host
    ? undefined
    : new Error(`peer certificate not OK: its CN is ${String(commonName)}, the host is ${host}`);
}

export function firmwareFetch(input: FirmwareRequest): Promise<FirmwareResponse> {
  const url = new URL(input.url);
  const host = url.hostname;
  const named = `${host}:${url.port === '' ? 443 : url.port}`;
  const [connectHost, connectPort] = splitHostPort(input.connectTo?.[named] ?? named);
  const body = input.body;
  const wantsContinue = input.expectContinue === true && body !== undefined && body.length > 0;

  return new Promise((resolve, reject) => {
    const fail = (curlCode: number, message: string, cause?: unknown): void => {
      reject(new FirmwareHttpsError(curlCode, message, { cause }));
      outgoing.destroy();
    };
    // The agent hands it on to tls.connect, which @types/node does not say.
    const options: RequestOptions & { secureContext: SecureContext } = {
      host: connectHost,
      port: connectPort,
      method: input.method,
      path: pathOf(url, input.leadingSlash ?? 'normal'),
      // A new connection and no session reuse: each request pays a whole handshake, as the camera does.
      agent: false,
      secureContext: contextOf(input.ca),
      servername: isIP(host) === 0 ? host : '',
      checkServerIdentity: (_name, certificate) => checkCommonName(host, certificate),
      headers: {
        Host: named,
        Accept: '*/*',
        ...input.headers,
        ...(body === undefined ? {} : { 'Content-Length': String(body.length) }),
        ...(wantsContinue ? { Expect: '100-continue' } : {}),
      },
      ...(input.signal === undefined ? {} : { signal: input.signal }),
    };
    const outgoing = request(options);
    let secured = false;
    outgoing.on('socket', (socket) => socket.once('secureConnect', () => (secured = true)));
    const deadline = setTimeout(
      () => fail(28, `no answer from ${named} within the deadline`),
      input.timeoutMs ?? defaultTimeoutMs,
    );
    outgoing.once('close', () => clearTimeout(deadline));
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'EHOSTUNREACH' || error.code === 'ENETUNREACH')
        fail(7, `could not connect to ${named}`, error);
      else if (secured) fail(56, `connection to ${named} broke: ${error.message}`, error);
      else fail(51, error.message, error);
    });
    outgoing.on('response', (response) => {
      if (response.headers['transfer-encoding'] !== undefined) {
        fail(56, 'reply is chunked, which the firmware is not known to read');
        return;
      }
      if (response.headers['content-length'] === undefined) {
        fail(56, 'reply has no Content-Length');
        return;
      }
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > maxReplyBytes) fail(56, 'reply is too long');
        else chunks.push(chunk);
      });
      response.on('error', (error) => fail(18, `reply broke off: ${error.message}`, error));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        });
      });
    });
    if (wantsContinue) {
      const send = (): void => {
        clearTimeout(patience);
        outgoing.end(body);
      };
      const patience = setTimeout(send, continueTimeoutMs);
      outgoing.once('continue', send);
      outgoing.once('response', () => clearTimeout(patience));
      outgoing.once('close', () => clearTimeout(patience));
      outgoing.flushHeaders();
    } else {
      outgoing.end(body);
    }
  });
}

function pathOf(url: URL, leadingSlash: LeadingSlash): string {
  const path = `${url.pathname}${url.search}`;
  if (leadingSlash === 'missing') return path.replace(/^\/+/, '');
  return leadingSlash === 'doubled' ? `/${path}` : path;
}

/** `host:port` in its parts. */
export function splitHostPort(text: string): [host: string, port: number] {
  const at = text.lastIndexOf(':');
  return [text.slice(0, at), Number(text.slice(at + 1))];
}
