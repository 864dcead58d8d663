/** What an HTTP answer, or the lack of one, means for a delivery. Messages name no URL: it may be a credential. */
import { ChannelError } from '../channel.ts';

/** Errors of a connection that was never made. Any other may have carried the call across. */
const neverArrived = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

const slowDownMs = 30_000;
const maxSlowDownMs = 3_600_000;

/** @param who e.g. "the webhook" */
export function faultOfError(who: string, error: unknown): ChannelError {
  const code = codeOf(error) ?? codeOf(error instanceof Error ? error.cause : undefined);
  return code !== undefined && neverArrived.has(code)
    ? new ChannelError('unreachable', `${who} cannot be reached (${code})`)
    : new ChannelError('unclear', `${who} did not answer${code === undefined ? ' in time' : ` (${code})`}`);
}

/** Undefined: all is well (2xx). */
export function faultOfStatus(
  who: string,
  status: number,
  retryAfter: string | null | undefined,
): ChannelError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const text = `${who} answered ${status}`;
  if (status === 429 || (status === 503 && hasText(retryAfter)))
    return new ChannelError('slow-down', text, { afterMs: retryAfterMs(retryAfter) });
  if (status === 413) return new ChannelError('payload-too-large', text);
  if (status === 408) return new ChannelError('unclear', text);
  return new ChannelError(status >= 500 ? 'unreachable' : 'permanent', text);
}

/** `Retry-After`, seconds or a date (RFC 9110 §10.2.3). */
function retryAfterMs(text: string | null | undefined): number {
  if (!hasText(text)) return slowDownMs;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? slowDownMs : Math.min(Math.max(ms, 1000), maxSlowDownMs);
}

const hasText = (text: string | null | undefined): text is string =>
  text !== null && text !== undefined && text !== '';

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
