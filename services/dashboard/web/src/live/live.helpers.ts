/**
 * For tests of the live view: a clock that is moved by hand, a signalling server that says what a test tells it, and a
 * stand-in for the browser's RTCPeerConnection, which Node.js has not. The connection in a real browser is tested in
 * live-view.browser.test.ts.
 */
import { waitFor } from '@apiary/test-support';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket as NodeSocket, WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import type { LivePlatform } from './attempt.ts';
import type { Clock } from './clock.ts';
import type { ClientMessage } from './protocol.ts';

export interface HandClock extends Clock {
  /** Runs what falls due, in order. */
  advance(ms: number): void;
  /** Time until the next thing falls due; undefined: nothing waits. */
  nextMs(): number | undefined;
}

export function handClock(): HandClock {
  let now = 1000;
  let waiting: { at: number; action: () => void }[] = [];
  return {
    now: () => now,
    after(delayMs, action) {
      const entry = { at: now + delayMs, action };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((one) => one !== entry);
      };
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const due = waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        waiting = waiting.filter((one) => one !== due);
        now = due.at;
        due.action();
      }
      now = end;
    },
    nextMs: () => (waiting.length === 0 ? undefined : Math.min(...waiting.map(({ at }) => at)) - now),
  };
}

/** One viewer's socket, seen from the server. */
export interface ServerEnd {
  readonly received: ClientMessage[];
  send(message: object): void;
  close(): void;
  readonly closed: () => boolean;
  until<T extends ClientMessage['type']>(type: T): Promise<Extract<ClientMessage, { type: T }>>;
}

export interface FakeSignaling {
  readonly url: string;
  readonly viewers: ServerEnd[];
  /** The n-th viewer, from 0, once it is there. */
  viewer(index: number): Promise<ServerEnd>;
  stop(): Promise<void>;
}

export async function startFakeSignaling(): Promise<FakeSignaling> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const viewers: ServerEnd[] = [];
  server.on('connection', (socket) => viewers.push(serverEnd(socket)));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    viewers,
    viewer: (index) => waitFor(() => viewers[index] ?? false, `viewer ${index} at the signalling server`),
    stop() {
      for (const socket of server.clients) socket.terminate();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

export function serverEnd(socket: ServerSocket): ServerEnd {
  const received: ClientMessage[] = [];
  let closed = false;
  socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString()) as ClientMessage));
  socket.on('close', () => (closed = true));
  return {
    received,
    send: (message) => socket.send(JSON.stringify(message)),
    close: () => socket.close(),
    closed: () => closed,
    until: (type) =>
      waitFor(
        () =>
          (received.find((message) => message.type === type) as
            Extract<ClientMessage, { type: typeof type }> | undefined) ?? false,
        `message ${type}`,
      ),
  };
}

/** What a test does to the connection, and what the code under test did to it. */
export class FakePeerConnection extends EventTarget {
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: { sdp: string } | null = null;
  answer: string | null = null;
  readonly candidates: RTCIceCandidateInit[] = [];
  readonly sent: (MediaStreamTrack | null)[] = [];
  configuration: RTCConfiguration;
  closed = false;
  framesDecoded = 0;
  videoBytes = 0;

  constructor(configuration: RTCConfiguration = {}) {
    super();
    this.configuration = configuration;
  }
  addTransceiver(): object {
    return {
      sender: {
        replaceTrack: (track: MediaStreamTrack | null) => {
          this.sent.push(track);
          return Promise.resolve();
        },
      },
    };
  }
  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }
  createOffer(): Promise<RTCSessionDescriptionInit> {
    return Promise.resolve({ type: 'offer', sdp: 'the offer' });
  }
  setLocalDescription(description: RTCSessionDescriptionInit): Promise<void> {
    this.localDescription = { sdp: description.sdp ?? '' };
    return Promise.resolve();
  }
  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    this.answer = description.sdp ?? '';
    return Promise.resolve();
  }
  addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (this.answer === null) return Promise.reject(new Error('InvalidStateError: no answer yet'));
    this.candidates.push(candidate);
    return Promise.resolve();
  }
  getStats(): Promise<ReadonlyMap<string, unknown>> {
    const video = {
      type: 'inbound-rtp',
      kind: 'video',
      framesDecoded: this.framesDecoded,
      bytesReceived: this.videoBytes,
    };
    return Promise.resolve(new Map([['v', video]]));
  }
  close(): void {
    this.closed = true;
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }
  bringVideo(): void {
    this.dispatchEvent(Object.assign(new Event('track'), { track: { kind: 'video' } }));
  }
  findCandidate(candidate: string): void {
    const found = { candidate, sdpMid: '0', sdpMLineIndex: 0 };
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: found }));
  }
}

export function testPlatform(
  url: () => string,
  clock: Clock,
): LivePlatform & { readonly peers: FakePeerConnection[] } {
  const peers: FakePeerConnection[] = [];
  class Recorded extends FakePeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      peers.push(this);
    }
  }
  return {
    peers,
    clock,
    PeerConnection: Recorded as unknown as typeof RTCPeerConnection,
    Receiver: undefined,
    newStream: () => ({ addTrack: () => undefined }) as unknown as MediaStream,
    openSocket: () => new NodeSocket(url()) as unknown as WebSocket,
  };
}
