/** The browser as the live view uses it. */
import type { LivePlatform } from './attempt.ts';
import { pageClock } from './clock.ts';
import { openLine, type LinePlatform } from './line.ts';
import { createPreparedLine } from './prepared-line.ts';

/** The page's own origin: the login cookie goes with it, and there is nothing to configure. */
function signalingUrl(): string {
  const url = new URL('/api/live/signaling', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

const browser: LinePlatform = {
  PeerConnection: window.RTCPeerConnection,
  Receiver: 'RTCRtpReceiver' in window ? RTCRtpReceiver : undefined,
  newStream: () => new MediaStream(),
  openSocket: () => new WebSocket(signalingUrl()),
};
const prepared = createPreparedLine(pageClock, () => openLine(browser));

/** A press on a live view is likely. */
export const prepareLive = (): void => prepared.prepare();

export const browserPlatform: LivePlatform = {
  ...browser,
  clock: pageClock,
  takeLine: () => prepared.take(),
};
