/**
 * Live view, viewer side (contract §10.2): JSON texts over a WebSocket. Names and meanings of the first platform stay,
 * so its page works; what is new is marked (+) and may be ignored by a client.
 *
 *   server → client   hello (+), viewerResponse, iceCandidate, status (+), bitrate (+), keepWatching (+), error
 *   client → server   viewer, onIceCandidate, stop, keepWatching (+), talk (+)
 *
 * One socket has one viewer; a second `viewer` replaces the first, which is how a client renegotiates.
 */
import { z } from 'zod';
import { normaliseCameraId } from './camera-id.ts';
import { streamBandwidth } from './stream.ts';

/** In `hello`; grows when a client must know of a change. */
export const signalingVersion = 1;
/** An SDP offer of a browser is 2 to 8 kB. */
export const maxSignalingMessageBytes = 64 * 1024;

const iceCandidate = z.object({
  candidate: z.string().max(2000),
  sdpMid: z.string().max(64).nullish(),
  sdpMLineIndex: z.int().min(0).max(63).nullish(),
});

export const clientMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('viewer'),
    cameraId: z.string().transform((text, context) => {
      const id = normaliseCameraId(text);
      if (id === undefined) context.addIssue({ code: 'custom', message: 'must be a camera id' });
      return id ?? z.NEVER;
    }),
    sdpOffer: z.string().min(1).max(60_000),
    /** Of old clients; the stream is found or started by camera. */
    streamId: z.string().max(64).nullish(),
    /** (+) Of a client that knows its line, or shows a small picture; else 500 to 5000. */
    bandwidthKbps: streamBandwidth.optional(),
  }),
  z.object({ type: z.literal('onIceCandidate'), candidate: iceCandidate }),
  z.object({ type: z.literal('stop') }),
  /** (+) Yes, still watching. */
  z.object({ type: z.literal('keepWatching') }),
  /** (+) Push-to-talk: this viewer's sound goes to the camera, and nobody else's. */
  z.object({ type: z.literal('talk'), active: z.boolean() }),
]);
export type ClientMessage = z.output<typeof clientMessage>;

export interface IceCandidate {
  readonly candidate: string;
  readonly sdpMid: string;
  readonly sdpMLineIndex: number;
}

/** As RTCIceServer of WebRTC. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/**
 * What a viewer sees of a stream.
 *   starting      the camera has been asked
 *   active        picture arrives
 *   waiting       the camera has lost its connection; the stream goes on when it is back
 *   retrying      something failed and is tried once more
 *   warning       picture arrives, but something is worse than it should be
 *   renegotiate   the media server was restarted: send `viewer` with a new offer
 *   ended         nothing more comes; the socket stays open for another `viewer`
 */
export const viewStates = [
  'starting',
  'active',
  'waiting',
  'retrying',
  'warning',
  'renegotiate',
  'ended',
] as const;
export type ViewState = (typeof viewStates)[number];

/** Milliseconds since the server had the viewer's request. Missing: has not happened (yet). */
export interface StartTrace {
  /** The answer was ready. */
  readonly signalling?: number;
  /** `stream/play` was handed to the broker. */
  readonly play?: number;
  /** The first RTP packet of the camera. */
  readonly firstRtp?: number;
  /** The first picture that can be decoded went to this viewer. */
  readonly keyframe?: number;
}

export interface LiveCapacity {
  /** Cameras that stream now. */
  readonly streams: number;
  readonly viewers: number;
  /** Cameras that could be added, each with one viewer. */
  readonly freeStreams: number;
  /** Viewers that could be added to streams that run. */
  readonly freeViewers: number;
  readonly maxViewersPerStream: number;
}

export const errorCodes = [
  'invalid_message',
  'too_fast',
  'forbidden',
  'unknown_camera',
  'camera_disconnected',
  'too_many_viewers',
  'no_capacity',
  'media_unavailable',
  'broker_unavailable',
  'offer_refused',
  'stream_mismatch',
  'ended',
] as const;
export type SignalingErrorCode = (typeof errorCodes)[number];

export type ServerMessage =
  | {
      readonly type: 'hello';
      readonly version: number;
      readonly iceServers: readonly IceServer[];
      readonly capacity: LiveCapacity;
    }
  | {
      readonly type: 'viewerResponse';
      readonly sdpAnswer: string;
      readonly viewerId: string;
      readonly streamId: string;
    }
  | { readonly type: 'iceCandidate'; readonly candidate: IceCandidate }
  | {
      readonly type: 'status';
      readonly state: ViewState;
      /** A sentence for people. */
      readonly message: string;
      readonly trace: StartTrace;
    }
  /** What the camera is asked to send at most (REMB), all viewers' lines considered; when it has changed. */
  | { readonly type: 'bitrate'; readonly askedKbps: number }
  /** Answer with `keepWatching` within `seconds`, or the picture ends. */
  | { readonly type: 'keepWatching'; readonly seconds: number; readonly message: string }
  | { readonly type: 'error'; readonly code: SignalingErrorCode; readonly message: string };
