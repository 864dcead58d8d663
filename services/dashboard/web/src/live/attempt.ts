/**
 * One try at a picture: socket, hello, offer, answer, media, until it ends for whatever reason. It ends once, and says
 * why; whether there is a next try is the session's to decide.
 */
import type { Clock } from './clock.ts';
import { openLine, type Line, type LinePlatform } from './line.ts';
import type { Peer } from './peer.ts';
import type { CandidateInit, ClientMessage, Received, SignalingErrorCode } from './protocol.ts';

export interface LivePlatform extends LinePlatform {
  readonly clock: Clock;
  /** A line that was made ready ahead of this try, if there is one. */
  readonly takeLine?: () => Line | undefined;
}

export type AttemptEnd =
  /** Signalling was lost or never came. */
  | { readonly cause: 'signalling' }
  /** The media path was lost or never came. */
  | { readonly cause: 'media' }
  /** A step did not come in time. */
  | { readonly cause: 'late'; readonly step: 'hello' | 'answer' | 'picture' }
  /** The server said no. */
  | {
      readonly cause: 'refused';
      readonly message: string | null;
      readonly code: SignalingErrorCode | null;
    };

export interface AttemptEvents {
  readonly onRequested: () => void;
  readonly onAnswered: (viewerId: string) => void;
  readonly onStatus: (status: Extract<Received, { type: 'status' }>) => void;
  /** What the camera is asked to send, kbit/s. */
  readonly onBitrate: (askedKbps: number) => void;
  /** Someone has to say that they still watch. */
  readonly onQuestion: (question: Extract<Received, { type: 'keepWatching' }>) => void;
  readonly onStream: (stream: MediaStream) => void;
  /** The media path falters, or has come back. */
  readonly onUnsteady: (unsteady: boolean) => void;
  readonly onEnd: (end: AttemptEnd) => void;
}

export interface Attempt {
  readonly peer: Peer;
  send(message: ClientMessage): void;
  pictureShown(): void;
  /** Ends it without an `onEnd`; tells the server. */
  stop(): void;
  /** Ends it as lost. */
  lose(): void;
}

const helloTimeoutMs = 8000;
/** A camera may have to wake up before there is an answer; the server tells meanwhile how far it is. */
const answerTimeoutMs = 25_000;
const pictureTimeoutMs = 30_000;
/** ICE often finds its way back by itself after a change of network; after this long it will not. */
const unsteadyMs = 4000;

export function startAttempt(platform: LivePlatform, cameraId: string, events: AttemptEvents): Attempt {
  const { clock } = platform;
  let over = false;
  let greeted = false;
  let requested = false;
  let shown = false;
  let localCandidates: CandidateInit[] = [];
  let cancelDeadline = clock.after(helloTimeoutMs, () => end({ cause: 'late', step: 'hello' }));
  let cancelUnsteady: (() => void) | undefined;

  const line = platform.takeLine?.() ?? openLine(platform);
  const { peer } = line;
  line.listen({
    onStream: (stream) => {
      if (!over) events.onStream(stream);
    },
    onCandidate: (candidate) => {
      // The server knows a viewer by its request: candidates wait for it.
      if (requested) line.send({ type: 'onIceCandidate', candidate });
      else localCandidates.push(candidate);
    },
    onConnection: (state) => {
      if (over) return;
      if (state === 'failed' || state === 'closed') end({ cause: 'media' });
      else if (state === 'disconnected') {
        events.onUnsteady(true);
        cancelUnsteady ??= clock.after(unsteadyMs, () => end({ cause: 'media' }));
      } else if (state === 'connected') {
        cancelUnsteady?.();
        cancelUnsteady = undefined;
        events.onUnsteady(false);
      }
    },
    onMessage: (message) => {
      if (!over) receive(message);
    },
    onLost: () => end({ cause: 'signalling' }),
  });

  function release(): void {
    over = true;
    cancelDeadline();
    cancelUnsteady?.();
    line.close();
  }
  function end(reason: AttemptEnd): void {
    if (over) return;
    release();
    events.onEnd(reason);
  }

  async function request(iceServers: readonly RTCIceServer[]): Promise<void> {
    const sdpOffer = await peer.offer(iceServers);
    if (over) return;
    cancelDeadline();
    cancelDeadline = clock.after(answerTimeoutMs, () => end({ cause: 'late', step: 'answer' }));
    line.send({ type: 'viewer', cameraId, sdpOffer });
    requested = true;
    for (const candidate of localCandidates) line.send({ type: 'onIceCandidate', candidate });
    localCandidates = [];
    events.onRequested();
  }

  function waitForPicture(): void {
    cancelDeadline();
    cancelDeadline = clock.after(pictureTimeoutMs, () => end({ cause: 'late', step: 'picture' }));
  }

  async function answered(sdpAnswer: string, viewerId: string): Promise<void> {
    if (!shown) waitForPicture();
    events.onAnswered(viewerId);
    await peer.accept(sdpAnswer);
  }

  const receive = (message: Received): void => {
    switch (message.type) {
      case 'hello':
        if (greeted) break;
        greeted = true;
        request(message.iceServers).catch(() => end({ cause: 'media' }));
        break;
      case 'viewerResponse':
        answered(message.sdpAnswer, message.viewerId).catch(() => end({ cause: 'media' }));
        break;
      case 'iceCandidate':
        peer.addCandidate(message.candidate);
        break;
      case 'status':
        // News of a start that is slow, or of a camera that is away: the server has not given up, nor does this page.
        if (requested && !shown) waitForPicture();
        events.onStatus(message);
        break;
      case 'bitrate':
        events.onBitrate(message.askedKbps);
        break;
      case 'keepWatching':
        events.onQuestion(message);
        break;
      case 'error':
        // Of one message, not of the picture.
        if (shown && (message.code === 'too_fast' || message.code === 'invalid_message')) break;
        end({ cause: 'refused', message: message.message, code: message.code });
    }
  };
  return {
    peer,
    send: (message) => line.send(message),
    pictureShown() {
      shown = true;
      cancelDeadline();
    },
    stop() {
      if (over) return;
      line.send({ type: 'stop' });
      release();
    },
    lose() {
      end({ cause: 'media' });
    },
  };
}
