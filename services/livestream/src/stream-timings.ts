/** How long a stream waits for what. */
import { stopDelayMs } from '@apiary/contract';

/** All ms. */
export interface StreamTimings {
  readonly graceMs: number;
  /** At least this long after a start, or a new start, without a viewer. */
  readonly firstViewerMs: number;
  /** After play, without a packet. */
  readonly noMediaMs: number;
  /** Without a packet, once there were some. */
  readonly stallMs: number;
  /** Packets, but no RTCP both ways. */
  readonly rtcpMs: number;
  readonly pollMs: number;
  /** How long viewers wait for a camera that lost its connection; a reboot takes one to two minutes. */
  readonly cameraReturnMs: number;
  /** Media that flowed this long makes an earlier retry forgotten. */
  readonly settledMs: number;
  readonly stopDelayMs: number;
}

export const defaultTimings: Omit<StreamTimings, 'graceMs'> = {
  firstViewerMs: 10_000,
  noMediaMs: 10_000,
  stallMs: 4000,
  rtcpMs: 8000,
  pollMs: 1000,
  cameraReturnMs: 180_000,
  settledMs: 30_000,
  stopDelayMs,
};
