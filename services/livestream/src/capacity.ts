/** How many streams and viewers the media server's ports carry. Pure. */
import type { LiveCapacity } from '@apiary/contract';

/** RTP and RTCP, for sound and for picture. */
const portsPerStream = 4;
/** What a real media server takes for one viewer: both components of one bundle. The embedded one needs fewer. */
const portsPerViewer = 2;

export interface CapacityLimits {
  readonly minPort: number;
  readonly maxPort: number;
  readonly maxViewersPerStream: number;
}

export function capacityOf(limits: CapacityLimits, streams: number, viewers: number): LiveCapacity {
  const ports = limits.maxPort - limits.minPort + 1;
  const free = Math.max(0, ports - streams * portsPerStream - viewers * portsPerViewer);
  return {
    streams,
    viewers,
    freeStreams: Math.floor(free / (portsPerStream + portsPerViewer)),
    freeViewers: Math.floor(free / portsPerViewer),
    maxViewersPerStream: limits.maxViewersPerStream,
  };
}
