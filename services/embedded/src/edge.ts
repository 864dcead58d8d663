/**
 * The edge of the embedded stack: what nginx does in Compose, on the same ports. Ends TLS, adds the security headers that are missing,
 * slows login floods, and passes everything on: to live view what is below `/api/live/` and what comes to the signalling
 * port, to the dashboard all else. It knows no user and reads no body.
 */
import { errorMessage } from '@apiary/base/errors';
import type { Running } from '@apiary/base/lifecycle';
import type { Logger } from '@apiary/base/logger';
import { createProxyServer } from 'http-proxy-3';
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { healthy, tooLarge, tooManyLogins, unavailable, type OwnAnswer } from './edge-answers.ts';
import { followCertificate, readKeyPair, type CertificateFiles } from './edge-certificate.ts';
import { isPinnableHost, securityHeaders, strictTransportSecurity } from './edge-headers.ts';
import { listenEdge, type EdgeListener, type EdgeRequest, type EdgeResponse } from './edge-listener.ts';

export interface EdgeOptions {
  readonly host: string;
  /** 0 = a free one. */
  readonly ports: readonly number[];
  /** Where the dashboard answers plain HTTP. */
  readonly target: string;
  /** Where live view answers, and the port of its own whose every path leads there (0 = a free one). */
  readonly live?: { readonly target: string; readonly port: number } | undefined;
  readonly certificate: CertificateFiles;
  readonly logger: Logger;
  /** How often the certificate is looked at again, ms. */
  readonly certificateCheckMs?: number;
}

export interface Edge extends Running {
  /** Ports in use, in the order asked for. */
  readonly ports: readonly number[];
  /** Port of signalling in use. */
  readonly livePort: number | undefined;
}

/** The API takes small JSON bodies only; recordings come in through config-server. */
const maxBodyBytes = 64 * 1024;
/** Until the dashboard's answer begins; then its silence is its own affair (event streams, paused downloads). */
const answerTimeoutMs = 60_000;
/** An MP4 is made before the first byte goes out; the dashboard itself gives up after 300 s. */
const downloadTimeoutMs = 310_000;
const downloadPath = '/api/media/download/';
const livePath = '/api/live/';
/** Floods are stopped before a password is hashed; the dashboard itself counts failed logins. */
const loginBurst = { points: 30, duration: 30 };
/** What a client may not say about itself. */
const forwardingHeaders = [
  'forwarded',
  'x-real-ip',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-server',
];

/** @throws when a port is taken or the certificate cannot be read */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { logger } = options;
  const proxy = createProxyServer({ target: options.target, xfwd: false });
  const logins = new RateLimiterMemory(loginBurst);

  proxy.on('proxyReq', (toDashboard) => {
    const timeoutMs = toDashboard.path.startsWith(downloadPath) ? downloadTimeoutMs : answerTimeoutMs;
    toDashboard.setTimeout(timeoutMs, () => toDashboard.destroy(new Error('no answer in time')));
  });
  proxy.on('proxyRes', (answer, _request, response) => {
    answer.socket.setTimeout(0);
    // The dashboard died in the middle: the library would leave the page waiting for the rest.
    answer.once('close', () => {
      if (!answer.complete) response.destroy();
    });
    // What it says of its page stands before ours. Not so the name, which it does not know; and its `connection: close`
    // is between it and us.
    for (const name of ['strict-transport-security', 'connection', 'keep-alive'])
      Reflect.deleteProperty(answer.headers, name);
  });
  proxy.on('error', (error, request, response) => {
    logger.warn({ fact: 'not reached', path: pathOf(request.url), reason: errorMessage(error) });
    if (response instanceof ServerResponse || 'stream' in response)
      answerSelf(response as EdgeResponse, unavailable(pathOf(request.url)));
    else response.destroy();
  });

  const targetOf = (path: string): string =>
    options.live !== undefined && path.startsWith(livePath) ? options.live.target : options.target;

  const onRequest = (request: EdgeRequest, response: EdgeResponse, everything?: string): void => {
    setSecurityHeaders(request, response);
    const path = pathOf(request.url);
    if (path === '/edge/health') {
      answerSelf(response, healthy);
      return;
    }
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
      answerSelf(response, tooLarge);
      return;
    }
    const target = everything ?? targetOf(path);
    if (path !== '/api/auth/login') {
      pass(request, response, target);
      return;
    }
    logins.consume(addressOf(request)).then(
      () => pass(request, response, target),
      () => answerSelf(response, tooManyLogins),
    );
  };

  const pass = (request: EdgeRequest, response: EdgeResponse, target: string): void => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // A body without a length: it is cut where it passes the limit.
      if (bytes > maxBodyBytes) {
        answerSelf(response, tooLarge);
        request.unpipe();
        request.resume();
      }
    });
    prepare(request);
    // The library is typed for HTTP/1 and handles HTTP/2's compatible objects alike.
    proxy.web(request as IncomingMessage, response as ServerResponse, {
      target,
      headers: forwarded(request),
    });
  };

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer, everything?: string): void => {
    socket.on('error', () => socket.destroy());
    prepare(request);
    proxy.ws(request, socket as Parameters<typeof proxy.ws>[1], head, {
      target: everything ?? targetOf(pathOf(request.url)),
      headers: forwarded(request),
    });
  };

  const pair = await readKeyPair(options.certificate);
  const listeners: EdgeListener[] = [];
  try {
    for (const port of options.ports)
      listeners.push(
        await listenEdge(
          options.host,
          port,
          pair,
          (request, response) => onRequest(request, response),
          (request, socket, head) => onUpgrade(request, socket, head),
        ),
      );
    const { live } = options;
    if (live !== undefined)
      listeners.push(
        await listenEdge(
          options.host,
          live.port,
          pair,
          (request, response) => onRequest(request, response, live.target),
          (request, socket, head) => onUpgrade(request, socket, head, live.target),
        ),
      );
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.stop()));
    throw error;
  }
  const following = followCertificate(
    options.certificate,
    pair,
    (next) => {
      for (const listener of listeners) listener.use(next);
    },
    options.certificateCheckMs ?? 60_000,
    logger,
  );
  const ports = listeners.slice(0, options.ports.length).map((listener) => listener.port);
  const livePort = listeners[options.ports.length]?.port;
  logger.info({ fact: 'edge listening', host: options.host, ports, livePort, target: options.target });

  return {
    ports,
    livePort,
    async stop() {
      following.stop();
      await Promise.all(listeners.map((listener) => listener.stop()));
      proxy.close();
    },
  };
}

const pathOf = (url: string | undefined): string => (url ?? '/').split('?')[0] ?? '/';
const addressOf = (request: EdgeRequest): string => request.socket.remoteAddress ?? '';
const hostOf = (request: EdgeRequest): string =>
  (request.headers[':authority'] as string | undefined) ?? request.headers.host ?? '';

function prepare(request: EdgeRequest): void {
  for (const name of forwardingHeaders) Reflect.deleteProperty(request.headers, name);
}

/** Overwrites what a client claims: the login throttle of the dashboard counts by this address. */
const forwarded = (request: EdgeRequest): Record<string, string> => ({
  'x-forwarded-for': addressOf(request),
  'x-forwarded-proto': 'https',
});

function setSecurityHeaders(request: EdgeRequest, response: EdgeResponse): void {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  if (isPinnableHost(hostOf(request)))
    response.setHeader('strict-transport-security', strictTransportSecurity);
}

function answerSelf(response: EdgeResponse, answer: OwnAnswer): void {
  if (response.headersSent || response.writableEnded) {
    // Too late to say anything: the reader must see that what it has is not whole.
    response.destroy();
    return;
  }
  response.statusCode = answer.status;
  const isHttp2 = 'stream' in response;
  for (const [name, value] of Object.entries(answer.headers))
    if (!(isHttp2 && name === 'connection')) response.setHeader(name, value);
  response.end(answer.body);
}
