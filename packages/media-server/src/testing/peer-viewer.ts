/** A viewer by node-datachannel for tests: hears RTP and RTCP as bytes, sends what feedback it is told to. Test code only. */
import { Audio, PeerConnection, Video, type Track } from 'node-datachannel';
import { waitFor } from '@apiary/test-support';
import type { RtcpPacket } from '../rtp/rtcp.ts';
import { readRtcp } from '../rtp/rtcp-reader.ts';
import { remb, receiverReport, pli, nack } from '../rtp/rtcp-writer.ts';
import { isRtcp, readRtp, rtpHeaderBytes, writeRtpHeader, type RtpHeader } from '../rtp/rtp-packet.ts';
import type { RpcClient } from './rpc-client.ts';

const ownSsrcs = { audio: 4_000_001, video: 4_000_002 } as const;
export const viewerPayloadTypes = { audio: 111, video: 102 } as const;

export class PeerViewer {
  readonly rtp: { kind: 'audio' | 'video'; header: RtpHeader; payload: Buffer }[] = [];
  readonly rtcp: { kind: 'audio' | 'video'; packet: RtcpPacket }[] = [];
  endpoint = '';
  answer = '';
  readonly #connection = new PeerConnection('test viewer', {
    iceServers: [],
    disableAutoNegotiation: true,
    bindAddress: '127.0.0.1',
  });
  readonly #tracks: Readonly<Record<'audio' | 'video', Track>>;
  readonly #ssrcs = { audio: 0, video: 0 };
  #closed = false;

  private constructor(talk: boolean) {
    const audio = new Audio('0', talk ? 'SendRecv' : 'RecvOnly');
    audio.addOpusCodec(viewerPayloadTypes.audio);
    if (talk) audio.addSSRC(ownSsrcs.audio, 'viewer');
    const video = new Video('1', 'RecvOnly');
    video.addH264Codec(
      viewerPayloadTypes.video,
      'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
    );
    this.#tracks = { audio: this.#connection.addTrack(audio), video: this.#connection.addTrack(video) };
    for (const kind of ['audio', 'video'] as const)
      this.#tracks[kind].onMessage((packet) => setImmediate(() => this.#onPacket(kind, packet)));
  }

  /** Creates an endpoint fed by `source`, negotiates and returns once media may flow. */
  static async join(
    rpc: RpcClient,
    pipeline: string,
    source: string,
    { talk = false, port }: { talk?: boolean; port?: number } = {},
  ): Promise<PeerViewer> {
    const viewer = new PeerViewer(talk);
    viewer.endpoint = await rpc.create('WebRtcEndpoint', pipeline);
    await rpc.subscribe(viewer.endpoint, 'IceCandidateFound', 'IceGatheringDone');
    await rpc.invoke(viewer.endpoint, 'setMaxVideoSendBandwidth', { maxVideoSendBandwidth: 5000 });
    await rpc.invoke(viewer.endpoint, 'setMinVideoSendBandwidth', { minVideoSendBandwidth: 500 });
    await rpc.invoke(source, 'connect', { sink: viewer.endpoint });
    await rpc.invoke(viewer.endpoint, 'connect', { sink: source });
    await viewer.#negotiate(rpc, port);
    return viewer;
  }

  /** `port`: instead of the server's, such as a relay's. */
  async #negotiate(rpc: RpcClient, port: number | undefined): Promise<void> {
    const connection = this.#connection;
    const opened = new Promise<void>((done) => {
      connection.onStateChange((state) => setImmediate(() => state === 'connected' && done()));
    });
    const offer = await new Promise<string>((done) => {
      connection.onLocalDescription((sdp) => setImmediate(() => done(sdp)));
      connection.setLocalDescription('offer');
    });
    this.answer = String(await rpc.invoke(this.endpoint, 'processOffer', { offer }));
    for (const [index, kind] of (['audio', 'video'] as const).entries())
      this.#ssrcs[kind] = Number([...this.answer.matchAll(/^a=ssrc:(\d+)/gm)][index]?.[1]);
    connection.setRemoteDescription(this.answer, 'answer');
    await rpc.invoke(this.endpoint, 'gatherCandidates');
    while (rpc.eventsOf(this.endpoint, 'IceGatheringDone').length === 0)
      await new Promise((done) => setTimeout(done, 1));
    for (const { data } of rpc.eventsOf(this.endpoint, 'IceCandidateFound')) {
      const { candidate, sdpMid } = data['candidate'] as { candidate: string; sdpMid: string };
      connection.addRemoteCandidate(
        port === undefined ? candidate : candidate.replace(/ \d+ typ/, ` ${port} typ`),
        sdpMid,
      );
    }
    await opened;
    // The connection may say it stands a moment before its tracks do.
    await waitFor(() => this.#tracks.audio.isOpen() && this.#tracks.video.isOpen(), 'open tracks');
  }

  #onPacket(kind: 'audio' | 'video', packet: Buffer): void {
    if (isRtcp(packet)) for (const part of readRtcp(packet)) this.rtcp.push({ kind, packet: part });
    else {
      const header = readRtp(packet);
      if (header !== undefined)
        this.rtp.push({ kind, header, payload: packet.subarray(header.payloadStart, header.payloadEnd) });
    }
  }

  packets(kind: 'audio' | 'video'): readonly { header: RtpHeader; payload: Buffer }[] {
    return this.rtp.filter((packet) => packet.kind === kind);
  }

  sendRemb(bitrate: number): void {
    this.#sendFeedback(remb(ownSsrcs.video, bitrate, [this.#ssrcs.video]));
  }
  sendPli(): void {
    this.#sendFeedback(pli(ownSsrcs.video, this.#ssrcs.video));
  }
  sendNack(lost: readonly number[]): void {
    this.#sendFeedback(nack(ownSsrcs.video, this.#ssrcs.video, lost));
  }
  #sendFeedback(feedback: Buffer): void {
    this.#tracks.video.sendMessageBinary(Buffer.concat([receiverReport(ownSsrcs.video, []), feedback]));
  }

  /** One packet of speech. */
  speak(sequence: number, payload: Buffer): void {
    const packet = Buffer.alloc(rtpHeaderBytes + payload.length);
    const timestamp = sequence * 960;
    writeRtpHeader(packet, {
      payloadType: viewerPayloadTypes.audio,
      marker: false,
      sequence,
      timestamp,
      ssrc: ownSsrcs.audio,
    });
    payload.copy(packet, rtpHeaderBytes);
    this.#tracks.audio.sendMessageBinary(packet);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }
}
