/**
 * Live view, camera side (contract §9): what a camera is fixed to, and the three messages of a stream. QoS 1, never
 * retained. The SDP itself is made by the livestream service.
 */
import { z } from 'zod';
import { command, type Command } from './command.ts';

/** Synchronisation sources the camera always sends with (contract §9.2). */
export const cameraSsrc = { audio: 229_236_353, video: 1_607_797_317 } as const;
/** RTP payload types of the offer (contract §9.3); PCMU (0) is the audio fallback. */
export const cameraPayloadType = { opus: 96, pcmu: 0, h264: 103 } as const;

/** Bounds of what a camera may be asked to send, kbit/s (contract §9.7). */
export const streamBandwidthKbps = { min: 500, max: 5000 } as const;

/** Other bounds, of somebody who knows the line; kbit/s. */
export const streamBandwidth = z
  .object({ min: z.int().min(100).max(20_000).optional(), max: z.int().min(100).max(20_000).optional() })
  .refine(
    ({ min, max }) => min === undefined || max === undefined || min <= max,
    'min must not be above max',
  );
export type StreamBandwidth = z.output<typeof streamBandwidth>;

/** Both bounds; one that is given moves the other out of its way. */
export function bandwidthOf({ min, max }: StreamBandwidth = {}): { min: number; max: number } {
  const top = max ?? Math.max(streamBandwidthKbps.max, min ?? 0);
  return { min: min ?? Math.min(streamBandwidthKbps.min, top), max: top };
}

/** A camera gives a stream up after this long without a keepalive (its own `liveStreamBetweenKeepAlive`). */
export const cameraKeepaliveLimitSeconds = 120;
/** A camera gives a stream up after this long without RTCP REMB. */
export const cameraRembLimitSeconds = 30;
/** Between the last keepalive and `stream/stop` (contract §9.1). */
export const stopDelayMs = 500;

export interface PlayRequest {
  /** UUID v4; the same in all messages of one stream. */
  readonly streamId: string;
  /** CRLF lines; called an offer although it is the media server's rewritten answer (contract §9.5). */
  readonly sdpOffer: string;
}

export const playCommand = (cameraId: string, { streamId, sdpOffer }: PlayRequest, now: Date): Command =>
  command(cameraId, 'stream/play', now, { streamId, sdpOffer, messageType: 'play' });

/** `sent` is the number of keepalives already sent: 0 for the first. */
export const keepaliveCommand = (cameraId: string, streamId: string, sent: number, now: Date): Command =>
  command(cameraId, 'stream/keepalive', now, { streamId, keepaliveCount: sent, messageType: 'keepalive' });

export const stopCommand = (cameraId: string, streamId: string, now: Date): Command =>
  command(cameraId, 'stream/stop', now, { streamId, messageType: 'stop' });
