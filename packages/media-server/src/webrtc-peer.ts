/**
 * One viewer's transport: ICE, DTLS and SRTP by node-datachannel. The only importer of it.
 *
 * An exception that leaves a JavaScript callback called by native code aborts the process ("Track is closed"). So every
 * callback only schedules (`setImmediate`), every call into the library is guarded, and nothing is sent to a track that
 * is not open.
 */
import { Audio, PeerConnection, Video, initLogger, type Direction, type Track } from 'node-datachannel';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import type { Transport } from './sdp/webrtc-answer.ts';

export interface PeerTrack {
  readonly kind: 'audio' | 'video';
  readonly mid: string;
  readonly direction: 'sendonly' | 'recvonly' | 'sendrecv' | 'inactive';
  readonly payloadType: number;
  readonly fmtp: string | undefined;
  readonly ssrc: number;
}

export interface PeerOptions {
  readonly offer: string;
  readonly tracks: readonly PeerTrack[];
  readonly cname: string;
  readonly bindAddress: string;
  /** One UDP port for every viewer of the process. */
  readonly port: number;
  readonly logger: Logger;
  readonly onIceState: (state: string) => void;
  readonly onState: (state: string) => void;
  /** Media may be sent. */
  readonly onOpen: (kind: 'audio' | 'video') => void;
  /** RTP or RTCP from the viewer. */
  readonly onPacket: (kind: 'audio' | 'video', packet: Buffer) => void;
}

export interface CandidatePair {
  readonly local: string;
  readonly remote: string;
}

const directions: Readonly<Record<PeerTrack['direction'], Direction>> = {
  sendonly: 'SendOnly',
  recvonly: 'RecvOnly',
  sendrecv: 'SendRecv',
  inactive: 'Inactive',
};

/** Media sockets are IPv4 and UDP. */
const directCandidate = /^candidate:\S+ 1 udp \d+ \d+\.\d+\.\d+\.\d+ \d+ typ host/i;

/** The library's own words go to our log, its errors as warnings: a viewer that vanishes is no error of ours. */
export function forwardLibraryLog(logger: Logger): void {
  initLogger('Error', (_level, message) => {
    setImmediate(() => logger.debug({ fact: 'webrtc library', message }));
  });
}

export class WebRtcPeer {
  readonly #connection: PeerConnection;
  readonly #tracks = new Map<'audio' | 'video', Track>();
  readonly #logger: Logger;
  #closed = false;

  /** @throws Error when the library refuses the offer */
  constructor(options: PeerOptions) {
    this.#logger = options.logger;
    this.#connection = new PeerConnection('viewer', {
      iceServers: [],
      disableAutoNegotiation: true,
      bindAddress: options.bindAddress,
      enableIceUdpMux: true,
      portRangeBegin: options.port,
      portRangeEnd: options.port,
    });
    try {
      this.#connection.onIceStateChange(this.#later(options.onIceState));
      this.#connection.onStateChange(this.#later(options.onState));
      this.#connection.setRemoteDescription(options.offer, 'offer');
      for (const track of options.tracks) this.#addTrack(track, options);
      this.#connection.setLocalDescription('answer');
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #later<A extends unknown[]>(handler: (...values: A) => void): (...values: A) => void {
    return (...values) => {
      setImmediate(() => {
        if (this.#closed) return;
        try {
          handler(...values);
        } catch (error) {
          this.#logger.error({ err: error, fact: 'viewer callback failed' });
        }
      });
    };
  }

  #addTrack(track: PeerTrack, options: PeerOptions): void {
    const direction = directions[track.direction];
    const media = track.kind === 'video' ? new Video(track.mid, direction) : new Audio(track.mid, direction);
    if (media instanceof Video) media.addH264Codec(track.payloadType, track.fmtp ?? '');
    else media.addOpusCodec(track.payloadType, track.fmtp ?? '');
    if (track.direction !== 'inactive') media.addSSRC(track.ssrc, options.cname);
    const added = this.#connection.addTrack(media);
    // The connection may say it stands a moment before the track does.
    added.onOpen(this.#later(() => options.onOpen(track.kind)));
    added.onMessage(this.#later((packet: Buffer) => options.onPacket(track.kind, packet)));
    this.#tracks.set(track.kind, added);
  }

  /** @throws Error when the library has no local description yet */
  get transport(): Transport {
    const text = this.#connection.localDescription()?.sdp ?? '';
    const valueOf = (name: string): string => {
      const value = new RegExp(`^a=${name}:(.*?)\\r?$`, 'm').exec(text)?.[1];
      if (value === undefined) throw new Error(`local description lacks ${name}`);
      return value;
    };
    return { ufrag: valueOf('ice-ufrag'), password: valueOf('ice-pwd'), fingerprint: valueOf('fingerprint') };
  }

  /**
   * A viewer's candidate. Only a direct one helps: the library checks one pair every 50 ms, so a relay's or one of another
   * kind would only hold the good one up, and the viewer's own checks find that path all the same. Looking up an mDNS name
   * leads nowhere on a server and can only stall.
   */
  addCandidate(candidate: string, mid: string): void {
    if (this.#closed || !directCandidate.test(candidate)) return;
    this.#guard(() => this.#connection.addRemoteCandidate(candidate, mid));
  }

  isOpen(kind: 'audio' | 'video'): boolean {
    return !this.#closed && (this.#guard(() => this.#tracks.get(kind)?.isOpen()) ?? false);
  }

  /** Sends RTP or RTCP; false when the track is not open. The bytes are copied before this returns. */
  send(kind: 'audio' | 'video', packet: Buffer): boolean {
    const track = this.#tracks.get(kind);
    if (this.#closed || track === undefined) return false;
    return this.#guard(() => track.isOpen() && track.sendMessageBinary(packet)) ?? false;
  }

  selectedPair(): CandidatePair | undefined {
    if (this.#closed) return undefined;
    const pair = this.#guard(() => this.#connection.getSelectedCandidatePair());
    if (pair === undefined || pair === null) return undefined;
    return { local: pair.local.candidate, remote: pair.remote.candidate };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const track of this.#tracks.values()) this.#guard(() => track.close());
    this.#tracks.clear();
    this.#guard(() => this.#connection.close());
  }

  #guard<T>(call: () => T): T | undefined {
    try {
      return call();
    } catch (error) {
      this.#logger.debug({ fact: 'webrtc call refused', error: errorMessage(error) });
      return undefined;
    }
  }
}
