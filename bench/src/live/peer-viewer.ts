/**
 * A viewer without a screen, by node-datachannel: takes H.264 and Opus, counts them, notes when the first key picture is
 * whole, and says how much it can take. Many of them cost less than one browser, and they are the same for every server.
 */
import { Audio, PeerConnection, RtcpReceivingSession, Video, type Track } from 'node-datachannel';
import { waitFor } from '@apiary/test-support/wait-for';
import { keyPart } from '../../../packages/media-server/src/rtp/h264.ts';
import { readRtp, isRtcp } from '../../../packages/media-server/src/rtp/rtp-packet.ts';

const fmtp = 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f';
/** A busy machine is slow; a join that takes this long is a fault. */
const timeoutMs = 30_000;

export class PeerViewer {
  /** Of the video, header apart. */
  videoBytes = 0;
  videoPackets = 0;
  audioPackets = 0;
  /** `performance.now()` when the first key picture had come as a whole. */
  firstPictureAt: number | undefined;
  readonly connection: PeerConnection;
  readonly #rembBps: number;
  readonly #tracks: Track[] = [];
  #keyTimestamp: number | undefined;
  #closed = false;

  /** @param rembBps what the viewer claims it can take, bit/s */
  constructor(rembBps: number) {
    this.#rembBps = rembBps;
    this.connection = new PeerConnection('viewer', { iceServers: [], disableAutoNegotiation: true });
    this.connection.onTrack((track) => this.#take(track));
  }

  /** For a server that answers. */
  async offer(): Promise<string> {
    const audio = new Audio('0', 'RecvOnly');
    audio.addOpusCodec(111);
    const video = new Video('1', 'RecvOnly');
    video.addH264Codec(102, fmtp);
    for (const media of [audio, video]) this.#take(this.connection.addTrack(media));
    return await this.#describe('offer');
  }

  accept(answer: string): void {
    this.connection.setRemoteDescription(answer, 'answer');
  }

  /** For a server that offers. */
  async answer(offer: string): Promise<string> {
    this.connection.setRemoteDescription(offer, 'offer');
    return await this.#describe('answer');
  }

  async untilPicture(): Promise<number> {
    return await waitFor(() => this.firstPictureAt, 'the first key picture', timeoutMs);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const track of this.#tracks) track.close();
    this.connection.close();
  }

  /** The description with every candidate: gathering on this machine alone takes no time. */
  async #describe(type: 'offer' | 'answer'): Promise<string> {
    const gathered = new Promise<void>((resolve) => {
      this.connection.onGatheringStateChange((state) => {
        if (state === 'complete') setImmediate(resolve);
      });
    });
    this.connection.setLocalDescription(type);
    await gathered;
    return this.connection.localDescription()?.sdp ?? '';
  }

  #take(track: Track): void {
    this.#tracks.push(track);
    const isVideo = track.type() === 'video';
    // Reports of what was received and REMB, behind each sender report.
    track.setMediaHandler(new RtcpReceivingSession());
    if (isVideo) track.onOpen(() => setImmediate(() => this.#closed || track.requestBitrate(this.#rembBps)));
    track.onMessage((packet) => {
      const arrivedAt = performance.now();
      setImmediate(() => {
        if (!this.#closed) this.#onPacket(isVideo, packet, arrivedAt);
      });
    });
  }

  #onPacket(isVideo: boolean, packet: Buffer, arrivedAt: number): void {
    if (isRtcp(packet)) return;
    if (!isVideo) {
      this.audioPackets += 1;
      return;
    }
    const header = readRtp(packet);
    if (header === undefined) return;
    const payload = packet.subarray(header.payloadStart, header.payloadEnd);
    this.videoPackets += 1;
    this.videoBytes += payload.length;
    if (this.firstPictureAt !== undefined) return;
    if (keyPart(payload) !== undefined) this.#keyTimestamp = header.timestamp;
    if (header.marker && header.timestamp === this.#keyTimestamp) this.firstPictureAt = arrivedAt;
  }
}
