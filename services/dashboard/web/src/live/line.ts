/**
 * A socket to the server and a connection with its offer, neither asking for anything yet: what can be had before anybody
 * has chosen a camera. Keeps what is said until someone listens.
 */
import { openPeer, type Peer, type PeerEvents, type PeerPlatform } from './peer.ts';
import { parseServerMessage, type ClientMessage, type Received } from './protocol.ts';

export interface LinePlatform extends PeerPlatform {
  readonly openSocket: () => WebSocket;
}

export interface LineEvents extends PeerEvents {
  readonly onMessage: (message: Received) => void;
  /** The socket is gone, or never came. Once. */
  readonly onLost: () => void;
}

export interface Line {
  readonly peer: Peer;
  /** The socket stands or is being made. */
  usable(): boolean;
  /** What came before is told right after this returns. Once. */
  listen(events: LineEvents): void;
  send(message: ClientMessage): void;
  close(): void;
}

export function openLine(platform: LinePlatform): Line {
  let events: LineEvents | undefined;
  const early: Received[] = [];
  let lost = false;
  let closed = false;

  const socket = platform.openSocket();
  const peer = openPeer(platform, {
    onStream: (stream) => events?.onStream(stream),
    onCandidate: (candidate) => events?.onCandidate(candidate),
    onConnection: (state) => events?.onConnection(state),
  });
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const message = typeof data === 'string' ? parseServerMessage(data) : undefined;
    if (closed || message === undefined) return;
    if (events === undefined) early.push(message);
    else events.onMessage(message);
  });
  const lose = (): void => {
    if (lost || closed) return;
    lost = true;
    events?.onLost();
  };
  socket.addEventListener('close', lose);
  socket.addEventListener('error', lose);

  return {
    peer,
    usable: () => !lost && !closed && socket.readyState <= 1,
    listen(listener) {
      queueMicrotask(() => {
        if (closed) return;
        events = listener;
        for (const message of early.splice(0)) events.onMessage(message);
        if (lost) events.onLost();
      });
    },
    send(message) {
      if (socket.readyState === 1) socket.send(JSON.stringify(message));
    },
    close() {
      closed = true;
      peer.close();
      socket.close();
    },
  };
}
