/** The browser as the live view uses it. */
import type { LivePlatform } from './attempt.ts';
import { pageClock } from './clock.ts';

/** The page's own origin: the login cookie goes with it, and there is nothing to configure. */
function signalingUrl(): string {
  const url = new URL('/api/live/signaling', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

export const browserPlatform: LivePlatform = {
  clock: pageClock,
  PeerConnection: window.RTCPeerConnection,
  Receiver: 'RTCRtpReceiver' in window ? RTCRtpReceiver : undefined,
  newStream: () => new MediaStream(),
  openSocket: () => new WebSocket(signalingUrl()),
};
