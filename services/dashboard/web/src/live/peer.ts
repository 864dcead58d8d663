/**
 * One WebRTC connection to the media server: video to receive, one audio pair that can also carry a voice later. Knows
 * no signalling: takes and gives texts.
 *
 * The audio pair is offered `sendrecv` with nothing to send, so that talking needs no second offer (a track is put in
 * by replaceTrack) and watching needs no microphone.
 */
import { offerH264Only, silenceForRelay } from './browsers.ts';
import type { CandidateInit } from './protocol.ts';

export interface PeerEvents {
  /** Once, as soon as there is video; sound joins the same stream. */
  readonly onStream: (stream: MediaStream) => void;
  readonly onCandidate: (candidate: CandidateInit) => void;
  readonly onConnection: (state: RTCPeerConnectionState) => void;
}

export interface Peer {
  /** The offer for these ICE servers. Gathering starts here. */
  offer(iceServers: readonly RTCIceServer[]): Promise<string>;
  accept(sdpAnswer: string): Promise<void>;
  /** May come before the answer: kept until then. */
  addCandidate(candidate: CandidateInit): void;
  /** Where a voice goes in; undefined before `offer`. */
  audioSender(): RTCRtpSender | undefined;
  stats(): Promise<RTCStatsReport>;
  close(): void;
}

export interface PeerPlatform {
  readonly PeerConnection: typeof RTCPeerConnection;
  readonly Receiver: typeof RTCRtpReceiver | undefined;
  readonly newStream: () => MediaStream;
}

export function openPeer({ PeerConnection, Receiver, newStream }: PeerPlatform, events: PeerEvents): Peer {
  let built = build([]);
  let waiting: CandidateInit[] | undefined = [];
  let closed = false;
  let silence: MediaStreamTrack | undefined;

  function build(iceServers: RTCIceServer[]) {
    const connection = new PeerConnection({ bundlePolicy: 'max-bundle', iceServers });
    const video = connection.addTransceiver('video', { direction: 'recvonly' });
    offerH264Only(video, Receiver);
    const audio = connection.addTransceiver('audio', { direction: 'sendrecv' });
    // A stream of our own: some servers announce none, and each kind of track has an event of its own.
    const stream = newStream();
    let told = false;
    connection.addEventListener('track', ({ track }) => {
      stream.addTrack(track);
      if (track.kind !== 'video' || told) return;
      told = true;
      events.onStream(stream);
    });
    connection.addEventListener('icecandidate', ({ candidate }) => {
      // Names ending in .local are passed on like any other: a media server on this machine can use them.
      if (candidate !== null && candidate.candidate !== '')
        events.onCandidate({
          candidate: candidate.candidate,
          sdpMid: candidate.sdpMid,
          sdpMLineIndex: candidate.sdpMLineIndex,
        });
    });
    connection.addEventListener('connectionstatechange', () => {
      if (!closed) events.onConnection(connection.connectionState);
    });
    // Made before it is asked for, while the signalling connects.
    const offer = connection.createOffer();
    offer.catch(() => undefined);
    return { connection, audio, offer };
  }

  /** Changes the servers of the connection that is ready, or makes another where the browser cannot. */
  function useServers(iceServers: readonly RTCIceServer[]): void {
    if (iceServers.length === 0) return;
    const servers = [...iceServers];
    try {
      built.connection.setConfiguration({ bundlePolicy: 'max-bundle', iceServers: servers });
    } catch {
      built.connection.close();
      built = build(servers);
    }
  }

  function apply(candidate: CandidateInit): void {
    // A candidate that cannot be read costs that candidate, never the picture.
    built.connection.addIceCandidate(candidate).catch(() => undefined);
  }

  return {
    async offer(iceServers) {
      useServers(iceServers);
      silence = silenceForRelay(iceServers);
      if (silence !== undefined) await built.audio.sender.replaceTrack(silence);
      await built.connection.setLocalDescription(await built.offer);
      return built.connection.localDescription?.sdp ?? '';
    },
    async accept(sdpAnswer) {
      await built.connection.setRemoteDescription({ type: 'answer', sdp: sdpAnswer });
      const early = waiting ?? [];
      waiting = undefined;
      early.forEach(apply);
    },
    addCandidate(candidate) {
      if (waiting === undefined) apply(candidate);
      else waiting.push(candidate);
    },
    audioSender: () => (closed ? undefined : built.audio.sender),
    stats: () => built.connection.getStats(),
    close() {
      closed = true;
      silence?.stop();
      built.connection.close();
    },
  };
}
