/** What a viewer needs of a stream: its packets, its clock, and a way to ask for a key picture. */
import type { KeyframeReason } from '../rtp/keyframe-requests.ts';
import type { MediaPacket, PacketLog } from '../rtp/packet-log.ts';

export interface PacketListener {
  /** `position` in the log; `keyStart`: a decoder can start at this packet. */
  onPacket(packet: MediaPacket, position: number, keyStart: boolean): void;
  /** The sender's clock became known or jumped: report it to the viewer at once. */
  onClock(): void;
}

export interface MediaSource {
  readonly kind: 'audio' | 'video';
  readonly clockRate: number;
  readonly log: PacketLog;
  readonly listeners: Set<PacketListener>;
  requestKeyframe(reason: KeyframeReason): void;
  /** The sender's time now and the timestamp (as in the log) that goes with it. */
  clockAt(nowMs: number): { ntpMs: number; rtpTimestamp: number } | undefined;
}
