/**
 * One running live stream: frames and sound on their beat, sender reports each second, feedback obeyed, and its own end
 * when nobody seems to be there any more (contract §9.7). Starting, replacing and stopping by command is LiveView's.
 */
import { FrameFeed } from './frame-feed.ts';
import { packetize } from './h264-packets.ts';
import { Line, type LineQuality } from './line.ts';
import { soundPacketMs, type LiveClip } from './live-clip.ts';
import { audioPayloadTypes, audioSsrc, videoPayloadType, videoSsrc, type PlaySdp } from './play-sdp.ts';
import type { PortPair } from './port-pair.ts';
import { isRtcpDatagram, readFeedback, type Feedback } from './rtcp.ts';
import { RtpTrack } from './rtp-track.ts';
import { Talkback } from './talkback.ts';

export interface LiveOptions extends LineQuality {
  /** Folder of the clip. Default: what `npm run media:live` made, else the sample. */
  readonly clipDir?: string;
  /** Of the video until the first REMB, bit/s. Default: 2,000,000. */
  readonly startBitrate?: number;
  /** Ends the stream when no REMB came for so long. Default: 30,000. */
  readonly rembLimitMs?: number;
  /** Ends the stream when no keepalive came for so long. Default: 120,000. */
  readonly keepaliveLimitMs?: number;
  /** For the losses of the line, 0 ≤ n < 1; for tests. */
  readonly random?: () => number;
}

export type EndReason = 'stop' | 'replaced' | 'no REMB' | 'no keepalive' | 'privacy' | 'power';

/** What a log wants to know of a stream. */
export interface StreamSummary {
  readonly streamId: string;
  readonly seconds: number;
  readonly framesSent: number;
  readonly framesSkipped: number;
  readonly keyFrames: number;
  readonly videoPackets: number;
  readonly videoBytes: number;
  /** On purpose, by the line. */
  readonly lost: number;
  readonly retransmitted: number;
  readonly received: Readonly<Record<string, number>>;
  readonly keepalives: number;
  readonly talkbackPackets: number;
  readonly talkbackLoudPackets: number;
}

export interface LiveStreamSetup {
  readonly streamId: string;
  readonly sdp: PlaySdp;
  readonly clip: LiveClip;
  readonly ports: { readonly video: PortPair; readonly audio: PortPair };
  readonly options: LiveOptions;
  /** Whenever a counter moved. */
  readonly changed: () => void;
  readonly bitrateChanged: (bitsPerSecond: number) => void;
  readonly ended: (reason: EndReason) => void;
}

const reportEveryMs = 1000;
/** Frames later than this are left out: the process slept, and a burst would help nobody. */
const tooLateMs = 500;
/** Of each frame number, for a look back. */
const sendsKept = 4;
/** REMB values kept for a look back. */
const rembHistory = 500;

export class LiveStream {
  readonly streamId: string;
  readonly sdp: PlaySdp;
  /** May be changed while it runs. */
  readonly line: Line;
  readonly video: RtpTrack;
  readonly audio: RtpTrack;
  readonly talkback: Talkback;
  /** RTCP packets received, by kind; `stray` is feedback for an SSRC that is not ours. */
  readonly received = {
    rr: 0,
    sr: 0,
    sdes: 0,
    bye: 0,
    remb: 0,
    nack: 0,
    pli: 0,
    fir: 0,
    other: 0,
    malformed: 0,
    stray: 0,
  };
  /** Of all REMBs, bit/s, oldest first. */
  readonly rembs: number[] = [];
  /** Key frames sent, and those of them that came because of a PLI or FIR. */
  readonly keyFrames = { sent: 0, forced: 0 };
  framesSent = 0;
  /** Left out because the process was late. */
  framesSkipped = 0;
  keepalives = 0;
  endReason: EndReason | undefined;

  readonly #setup: LiveStreamSetup;
  readonly #feed: FrameFeed;
  readonly #sentAtMs = new Map<number, number[]>();
  readonly #startedMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;
  #soundPacket = 0;
  #lastRembMs = 0;
  #lastKeepaliveMs = 0;
  #nextReportMs = 0;

  constructor(setup: LiveStreamSetup) {
    const { sdp, ports, clip, options } = setup;
    this.#setup = setup;
    this.streamId = setup.streamId;
    this.sdp = sdp;
    this.line = new Line(options, options.random);
    this.#feed = new FrameFeed(clip, options.startBitrate ?? 2_000_000);
    this.video = new RtpTrack({
      ssrc: videoSsrc,
      payloadType: videoPayloadType,
      clockRate: 90_000,
      cname: sdp.cname,
      target: sdp.video,
      ports: ports.video,
      line: this.line,
    });
    this.audio = new RtpTrack({
      ssrc: audioSsrc,
      payloadType: audioPayloadTypes.opus,
      clockRate: 48_000,
      cname: sdp.cname,
      target: sdp.audio,
      ports: ports.audio,
      line: this.line,
    });
    this.talkback = new Talkback(setup.changed);
    for (const socket of [ports.video.rtp, ports.video.rtcp, ports.audio.rtcp, ports.audio.rtp])
      socket.on('message', (datagram) => {
        if (isRtcpDatagram(datagram)) for (const feedback of readFeedback(datagram)) this.#obey(feedback);
        else if (socket === ports.audio.rtp) this.talkback.receive(datagram);
      });
    this.#tick();
  }

  /** Of the encoding being sent, bit/s. */
  get bitrate(): number {
    return this.#feed.bitrate;
  }

  /** When the frame with this number in its picture last left, before a moment or at all. Unix milliseconds. */
  sentAtMs(frameNumber: number, beforeMs = Number.POSITIVE_INFINITY): number | undefined {
    return this.#sentAtMs.get(frameNumber)?.findLast((sentAtMs) => sentAtMs <= beforeMs);
  }

  /** A number comes again when the clip goes round, and sooner when a key frame was asked for. */
  #noteSent(frameNumber: number): void {
    const times = this.#sentAtMs.get(frameNumber) ?? [];
    times.push(performance.timeOrigin + performance.now());
    if (times.length > sendsKept) times.shift();
    this.#sentAtMs.set(frameNumber, times);
  }

  keepalive(): void {
    this.keepalives += 1;
    this.#lastKeepaliveMs = this.#elapsedMs();
  }

  end(reason: EndReason): void {
    if (this.endReason !== undefined) return;
    this.endReason = reason;
    clearTimeout(this.#timer);
    this.line.close();
    this.talkback.close();
    this.#setup.ports.video.close();
    this.#setup.ports.audio.close();
    this.#setup.ended(reason);
  }

  summary(): StreamSummary {
    const { streamId, framesSent, framesSkipped, keyFrames, received, keepalives, talkback } = this;
    return {
      streamId,
      seconds: Math.round(this.#elapsedMs() / 1000),
      framesSent,
      framesSkipped,
      keyFrames: keyFrames.sent,
      videoPackets: this.video.packets,
      videoBytes: this.video.payloadBytes,
      lost: this.line.lost,
      retransmitted: this.video.retransmitted + this.audio.retransmitted,
      received: { ...received },
      keepalives,
      talkbackPackets: talkback.packets,
      talkbackLoudPackets: talkback.loudPackets,
    };
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  #tick(): void {
    const nowMs = this.#elapsedMs();
    const { rembLimitMs = 30_000, keepaliveLimitMs = 120_000 } = this.#setup.options;
    if (nowMs - this.#lastRembMs >= rembLimitMs) {
      this.end('no REMB');
      return;
    }
    if (nowMs - this.#lastKeepaliveMs >= keepaliveLimitMs) {
      this.end('no keepalive');
      return;
    }
    const frameMs = 1000 / this.#setup.clip.frameRate;
    while (this.#frame * frameMs <= nowMs) this.#sendFrame((this.#frame++ * frameMs) / 1000, nowMs);
    while (this.#soundPacket * soundPacketMs <= nowMs) this.#sendSound(nowMs);
    // After the first packets, not before: both must have come before a comedia receiver answers.
    if (nowMs >= this.#nextReportMs) {
      this.#nextReportMs += reportEveryMs;
      const unixMs = performance.timeOrigin + performance.now();
      this.video.report(unixMs, this.#elapsedMs() / 1000);
      this.audio.report(unixMs, this.#elapsedMs() / 1000);
    }
    const dueMs = Math.min(this.#frame * frameMs, this.#soundPacket * soundPacketMs);
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, dueMs - this.#elapsedMs()));
  }

  #sendFrame(atSeconds: number, nowMs: number): void {
    const bitrate = this.#feed.bitrate;
    const frame = this.#feed.next();
    if (nowMs - atSeconds * 1000 > tooLateMs) {
      this.framesSkipped += 1;
      // The gap would show as a smear.
      this.#feed.requestKeyFrame();
      return;
    }
    this.video.send(packetize(frame.units), atSeconds, true);
    this.#noteSent(frame.number);
    this.framesSent += 1;
    if (frame.key) this.keyFrames.sent += 1;
    if (frame.forced) this.keyFrames.forced += 1;
    if (this.#feed.bitrate !== bitrate) this.#setup.bitrateChanged(this.#feed.bitrate);
  }

  #sendSound(nowMs: number): void {
    const { sound } = this.#setup.clip;
    const atMs = this.#soundPacket * soundPacketMs;
    const packet = sound[this.#soundPacket % sound.length];
    if (packet !== undefined && nowMs - atMs <= tooLateMs)
      this.audio.send([packet], atMs / 1000, this.#soundPacket === 0);
    this.#soundPacket += 1;
  }

  #obey(feedback: Feedback): void {
    this.received[feedback.kind] += 1;
    switch (feedback.kind) {
      case 'pli':
      case 'fir':
        if (feedback.mediaSsrc === videoSsrc) this.#feed.requestKeyFrame();
        else this.received.stray += 1;
        break;
      case 'nack':
        if (feedback.mediaSsrc === videoSsrc) this.video.retransmit(feedback.lost);
        else if (feedback.mediaSsrc === audioSsrc) this.audio.retransmit(feedback.lost);
        else this.received.stray += 1;
        break;
      case 'remb':
        if (feedback.ssrcs.includes(videoSsrc)) this.#obeyRemb(feedback.bitrate);
        else this.received.stray += 1;
        break;
      default:
    }
    this.#setup.changed();
  }

  #obeyRemb(bitrate: number): void {
    this.#lastRembMs = this.#elapsedMs();
    this.rembs.push(bitrate);
    if (this.rembs.length > rembHistory) this.rembs.shift();
    this.#feed.limitBitrate(bitrate);
  }
}
