/** Statistics in Kurento's shapes (RTCInboundRTPStreamStats, RTCOutboundRTPStreamStats). */
import type { CameraTrack } from './camera-track.ts';
import type { ViewerTrack } from './viewer-track.ts';

const common = (id: string): Record<string, unknown> => ({
  __module__: 'kurento',
  associateStatsId: '',
  codecId: '',
  id,
  isRemote: false,
  mediaTrackId: '',
  sliCount: 0,
  timestampMillis: Date.now(),
  transportId: '',
});

export function inboundStats(id: string, track: CameraTrack): [string, unknown] {
  const { statistics, counts, feedbackCounts } = track;
  return [
    id,
    {
      ...common(id),
      __type__: 'RTCInboundRTPStreamStats',
      bytesReceived: statistics.bytesReceived,
      firCount: feedbackCounts.fir,
      fractionLost: 0,
      jitter: statistics.jitterSeconds,
      nackCount: feedbackCounts.nack,
      packetsLost: statistics.packetsLost,
      packetsReceived: statistics.packetsReceived,
      pliCount: feedbackCounts.pli,
      remb: counts.remb,
      ssrc: String(track.ssrc),
      type: 'inboundrtp',
    },
  ];
}

export function outboundStats(id: string, track: ViewerTrack, rembBps: number): [string, unknown] {
  const { counts } = track;
  return [
    id,
    {
      ...common(id),
      __type__: 'RTCOutboundRTPStreamStats',
      bytesSent: counts.bytesSent,
      firCount: counts.fir,
      fractionLost: counts.fractionLost,
      nackCount: counts.nack,
      packetsLost: counts.packetsLost,
      packetsSent: counts.packetsSent,
      pliCount: counts.pli,
      remb: rembBps,
      roundTripTime: counts.roundTripSeconds,
      ssrc: String(track.ssrc),
      targetBitrate: 0,
      type: 'outboundrtp',
    },
  ];
}
