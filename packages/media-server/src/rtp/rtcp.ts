/**
 * RTCP, the kinds live view needs: SR, RR, SDES, BYE (RFC 3550 §6), NACK, PLI (RFC 4585 §6), FIR (RFC 5104 §4.3.1) and
 * REMB (draft-alvestrand-rmcat-remb-03). Their shapes and numbers; what a message means is decided elsewhere.
 */

export interface ReportBlock {
  readonly ssrc: number;
  /** 0–255, in 256ths. */
  readonly fractionLost: number;
  /** Signed 24 bits. */
  readonly packetsLost: number;
  readonly highestSequence: number;
  /** In units of the codec's clock. */
  readonly jitter: number;
  /** Middle 32 bits of the last SR's NTP time, and 65536ths of a second since. */
  readonly lastSr: number;
  readonly delaySinceLastSr: number;
}

export interface SenderReport {
  readonly kind: 'sr';
  readonly ssrc: number;
  /** Milliseconds since 1900, as the sender's clock says. */
  readonly ntpMs: number;
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
  readonly reports: readonly ReportBlock[];
}

export type RtcpPacket =
  | SenderReport
  | { readonly kind: 'rr'; readonly ssrc: number; readonly reports: readonly ReportBlock[] }
  | { readonly kind: 'sdes'; readonly ssrc: number; readonly cname: string }
  | { readonly kind: 'bye'; readonly ssrcs: readonly number[] }
  | {
      readonly kind: 'nack';
      readonly ssrc: number;
      readonly mediaSsrc: number;
      readonly lost: readonly number[];
    }
  | { readonly kind: 'pli'; readonly ssrc: number; readonly mediaSsrc: number }
  | {
      readonly kind: 'fir';
      readonly ssrc: number;
      readonly targets: readonly { ssrc: number; sequence: number }[];
    }
  | {
      readonly kind: 'remb';
      readonly ssrc: number;
      readonly bitrate: number;
      readonly ssrcs: readonly number[];
    }
  | { readonly kind: 'other'; readonly type: number; readonly format: number };

export const rtcpTypes = {
  sr: 200,
  rr: 201,
  sdes: 202,
  bye: 203,
  rtpFeedback: 205,
  payloadFeedback: 206,
} as const;
export const rtcpFormats = { nack: 1, pli: 1, fir: 4, application: 15 } as const;

/** Unix epoch in NTP's era, ms. */
export const ntpEpochMs = 2_208_988_800_000;

/** NTP time as two 32-bit words. */
export function ntpWords(ntpMs: number): { seconds: number; fraction: number } {
  const seconds = Math.floor(ntpMs / 1000);
  return {
    seconds: seconds >>> 0,
    fraction: Math.min(0xffffffff, Math.floor(((ntpMs - seconds * 1000) / 1000) * 2 ** 32)) >>> 0,
  };
}

/** What a report block calls LSR: the middle 32 bits of the NTP time. */
export function compactNtp(ntpMs: number): number {
  const { seconds, fraction } = ntpWords(ntpMs);
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}
