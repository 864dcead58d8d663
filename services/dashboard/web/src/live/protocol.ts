/**
 * Reads what the live view's signalling says (types and meaning: packages/contract, signaling.ts; types only, so that
 * no validator comes into the page). Total: what this page does not know is left out, so that a newer server does not
 * break an open page.
 */
import type { SignalingErrorCode, StartTrace, ViewState } from '@apiary/contract';

export type { SignalingErrorCode, StartTrace as ServerTrace, ViewState } from '@apiary/contract';

export type ClientMessage =
  | { readonly type: 'viewer'; readonly cameraId: string; readonly sdpOffer: string }
  | { readonly type: 'onIceCandidate'; readonly candidate: CandidateInit }
  | { readonly type: 'stop' }
  | { readonly type: 'keepWatching' }
  | { readonly type: 'talk'; readonly active: boolean };

export interface CandidateInit {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
}

/** As the contract has it, less what the page does not use; a message may lack what an older server does not know. */
export type Received =
  | { readonly type: 'hello'; readonly iceServers: readonly RTCIceServer[] }
  | { readonly type: 'viewerResponse'; readonly sdpAnswer: string; readonly viewerId: string }
  | { readonly type: 'iceCandidate'; readonly candidate: CandidateInit }
  | {
      readonly type: 'status';
      readonly state: ViewState;
      readonly message: string | null;
      readonly trace: StartTrace;
    }
  | { readonly type: 'bitrate'; readonly askedKbps: number }
  | { readonly type: 'keepWatching'; readonly seconds: number; readonly message: string | null }
  | {
      readonly type: 'error';
      readonly message: string | null;
      /** Null: of a server that has none. */
      readonly code: SignalingErrorCode | null;
    };

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** Undefined: not a message of ours. */
export function parseServerMessage(text: string): Received | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const message = fieldsOf(value);
  switch (message['type']) {
    case 'hello':
      return { type: 'hello', iceServers: iceServersOf(message['iceServers']) };
    case 'viewerResponse': {
      const sdpAnswer = textOf(message['sdpAnswer']);
      if (sdpAnswer === null) return undefined;
      return { type: 'viewerResponse', sdpAnswer, viewerId: textOf(message['viewerId']) ?? '' };
    }
    case 'iceCandidate': {
      const candidate = fieldsOf(message['candidate']);
      const line = textOf(candidate['candidate']);
      if (line === null) return undefined;
      return {
        type: 'iceCandidate',
        candidate: {
          candidate: line,
          sdpMid: textOf(candidate['sdpMid']),
          sdpMLineIndex: numberOf(candidate['sdpMLineIndex']),
        },
      };
    }
    case 'status':
      return {
        type: 'status',
        // A state of a newer server has its sentence all the same.
        state: (textOf(message['state']) ?? 'starting') as ViewState,
        message: textOf(message['message']),
        trace: traceOf(message['trace']),
      };
    case 'bitrate': {
      const askedKbps = numberOf(message['askedKbps']);
      return askedKbps === null ? undefined : { type: 'bitrate', askedKbps };
    }
    case 'keepWatching':
      return {
        type: 'keepWatching',
        seconds: numberOf(message['seconds']) ?? 30,
        message: textOf(message['message']),
      };
    case 'error':
      return {
        type: 'error',
        message: textOf(message['message']),
        code: textOf(message['code']) as SignalingErrorCode | null,
      };
    default:
      return undefined;
  }
}

function iceServersOf(value: unknown): RTCIceServer[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const { urls, username, credential } = fieldsOf(entry);
    const list = (Array.isArray(urls) ? urls : [urls]).filter((url) => typeof url === 'string');
    if (list.length === 0) return [];
    return [
      {
        urls: list,
        ...(typeof username === 'string' ? { username } : {}),
        ...(typeof credential === 'string' ? { credential } : {}),
      },
    ];
  });
}

function traceOf(value: unknown): StartTrace {
  const fields = fieldsOf(value);
  const trace: { -readonly [name in keyof StartTrace]: StartTrace[name] } = {};
  for (const name of ['signalling', 'play', 'firstRtp', 'keyframe'] as const) {
    const at = numberOf(fields[name]);
    if (at !== null) trace[name] = at;
  }
  return trace;
}
