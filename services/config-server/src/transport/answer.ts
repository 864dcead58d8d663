/**
 * Answers as cameras want them (contract §4.1): JSON, exact Content-Length, never chunked, the connection closed after.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** How long and how much of an unread body is thrown away so that the peer gets to read the answer. */
const lingerMs = 10_000;
const lingerSilenceMs = 1000;
const lingerBytes = 64 * 1024 * 1024;

/**
 * Sends the answer. With a body still arriving (a refused upload), the answer goes out at once and the rest of the body
 * is read and dropped for a while: closing on unread bytes would reset the connection and the answer with it.
 * `bodyComes` false: the peer waits for `100 Continue` and has sent nothing.
 */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string | Buffer = '',
  headers: OutgoingHttpHeaders = {},
  bodyComes = !bodyRead(request),
): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': bytes.length,
    Connection: 'close',
    ...headers,
  });
  if (!bodyComes) {
    response.end(bytes);
    return;
  }
  if (bytes.length > 0) response.write(bytes);
  else response.flushHeaders();
  let dropped = 0;
  const finish = (): void => {
    clearTimeout(timer);
    clearTimeout(silence);
    response.end();
  };
  const timer = setTimeout(finish, lingerMs);
  const silence = setTimeout(finish, lingerSilenceMs);
  request.on('data', (chunk: Buffer) => {
    silence.refresh();
    dropped += chunk.length;
    if (dropped > lingerBytes) finish();
  });
  request.once('end', finish);
  request.once('close', finish);
  request.resume();
}

export function answerJson(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  value: object,
  headers: OutgoingHttpHeaders = {},
): void {
  answer(request, response, status, JSON.stringify(value), headers);
}

/** An error in the shape of all our APIs; `code` is stable. */
export function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: OutgoingHttpHeaders = {},
  bodyComes?: boolean,
): void {
  answer(request, response, status, JSON.stringify({ error: { code, message } }), headers, bodyComes);
}

export function hasBody(request: IncomingMessage): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined ||
    (request.headers['content-length'] !== undefined && request.headers['content-length'] !== '0')
  );
}

function bodyRead(request: IncomingMessage): boolean {
  return request.complete || !hasBody(request);
}
