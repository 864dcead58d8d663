/** What the edge says by itself: plain words for people, `{error:{code,message}}` for the page's requests. */

export interface OwnAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function json(status: number, body: object, headers: Record<string, string> = {}): OwnAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
const failure = (
  status: number,
  code: string,
  message: string,
  headers?: Record<string, string>,
): OwnAnswer => json(status, { error: { code, message } }, headers);

export const healthy = json(200, { status: 'healthy', service: 'edge' });

export const tooManyLogins = failure(
  429,
  'too_many_requests',
  'Too many attempts. Wait half a minute and try again.',
  { 'retry-after': '30' },
);

export const tooLarge = failure(413, 'too_large', 'The request is too large.', { connection: 'close' });

const unavailableJson = failure(
  502,
  'unavailable',
  'The dashboard is starting. Try again in a few seconds.',
  { 'retry-after': '5' },
);

const unavailablePage: OwnAnswer = {
  status: 502,
  headers: { 'content-type': 'text/html; charset=utf-8', 'retry-after': '5' },
  body: '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5"><title>Apiary is starting</title></head><body><h1>Apiary is starting</h1><p>The dashboard does not answer yet. This page tries again every five seconds.</p></body></html>',
};

const liveUnavailable = failure(502, 'unavailable', 'Live view is starting. Try again in a few seconds.', {
  'retry-after': '5',
});

/** Whom it leads to cannot be reached: it restarts, or has not come up yet. */
export const unavailable = (path: string): OwnAnswer =>
  path.startsWith('/api/live/')
    ? liveUnavailable
    : path.startsWith('/api/')
      ? unavailableJson
      : unavailablePage;
