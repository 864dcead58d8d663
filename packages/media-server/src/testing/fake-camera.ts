/**
 * A camera's media side over real UDP sockets: symmetric ports, RTP in real time, sender reports, an ear for RTCP. Loss,
 * restart and deafness can be dialled in. Test code only.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { ntpEpochMs, type RtcpPacket } from '../rtp/rtcp.ts';
import { readRtcp } from '../rtp/rtcp-reader.ts';
import { sdesCname, senderReport } from '../rtp/rtcp-writer.ts';
import { readRtp, rtpHeaderBytes, writeRtpHeader, type RtpHeader } from '../rtp/rtp-packet.ts';
import type { SampleMedia } from './sample-media.ts';

export const cameraSsrcs = { audio: 229236353, video: 1607797317 } as const;
const payloadTypes = { audio: 96, video: 103 } as const;
const maxPayload = 1188;

/** The offer given to the media server on a camera's behalf (contract §9.3). */
export function cameraOffer(
  cname = 'user1234567890@host-1a2b3c4d',
  ssrcs: { audio: number; video: number } = cameraSsrcs,
): string {
  return [
    'v=0',
    'o=- 1234567890 1234567890 IN IP4 0.0.0.0',
    's=Camera Livestream',
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'm=audio 9 RTP/AVPF 96 0',
    'a=rtcp:10',
    'a=rtpmap:96 opus/48000/2',
    'a=rtpmap:0 PCMU/8000',
    'a=sendrecv',
    'a=direction:active',
    `a=ssrc:${ssrcs.audio} cname:${cname}`,
    'm=video 9 RTP/AVPF 103',
    'a=rtcp:10',
    'a=rtpmap:103 H264/90000',
    'a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
    'a=rtcp-fb:103 nack',
    'a=rtcp-fb:103 nack pli',
    'a=rtcp-fb:103 goog-remb',
    'a=rtcp-fb:103 ccm fir',
    'a=sendonly',
    'a=direction:active',
    `a=ssrc:${ssrcs.video} cname:${cname}`,
  ]
    .map((line) => `${line}\r\n`)
    .join('');
}

export interface ServerPorts {
  readonly audio: number;
  readonly video: number;
}

export function portsOfAnswer(answer: string): ServerPorts {
  const portOf = (kind: string): number =>
    Number(new RegExp(`^m=${kind} (\\d+)`, 'm').exec(answer)?.[1] ?? 0);
  return { audio: portOf('audio'), video: portOf('video') };
}

export interface FakeCameraOptions {
  readonly media: SampleMedia;
  readonly ports: ServerPorts;
  readonly host?: string;
  readonly sendReports?: boolean;
  readonly honourKeyframeRequests?: boolean;
  readonly answerNacks?: boolean;
  /** true: this video packet is lost on its way. */
  readonly lose?: (sequence: number) => boolean;
  readonly ssrcs?: { audio: number; video: number };
}

interface Track {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  readonly ssrc: number;
  readonly clockRate: number;
  sequence: number;
  /** Of the first packet. */
  readonly timestampBase: number;
  packets: number;
  octets: number;
}

export class FakeCamera {
  readonly rtcp: { kind: 'audio' | 'video'; packet: RtcpPacket; atMs: number }[] = [];
  readonly talkback: { header: RtpHeader; payload: Buffer }[] = [];
  lose: (sequence: number) => boolean;
  readonly #options: FakeCameraOptions;
  readonly #host: string;
  readonly #tracks = new Map<'audio' | 'video', Track>();
  readonly #sent = new Map<number, Buffer>();
  #timers: NodeJS.Timeout[] = [];
  #startedAtMs = 0;
  #nextKey = false;
  #picture = 0;
  #pictureTicks = 0;

  constructor(options: FakeCameraOptions) {
    this.#options = options;
    this.#host = options.host ?? '127.0.0.1';
    this.lose = options.lose ?? (() => false);
  }

  /** Opens fresh sockets and sends; after `stop` it may be started again, as a camera after a reboot. */
  async start(): Promise<void> {
    const { ssrcs = cameraSsrcs, media } = this.#options;
    for (const kind of ['audio', 'video'] as const) {
      const track: Track = {
        rtp: await open(),
        rtcp: await open(),
        ssrc: ssrcs[kind],
        clockRate: kind === 'audio' ? 48_000 : 90_000,
        sequence: Math.floor(Math.random() * 65536),
        timestampBase: Math.floor(Math.random() * 2 ** 32),
        packets: 0,
        octets: 0,
      };
      track.rtcp.on('message', (data) => this.#onRtcp(kind, data));
      track.rtp.on('message', (data, from) => this.#onRtp(data, from));
      this.#tracks.set(kind, track);
    }
    this.#sent.clear();
    this.#picture = 0;
    this.#pictureTicks = 0;
    this.#startedAtMs = performance.now();
    let audioTicks = 0;
    const pump = (): void => {
      const elapsedMs = performance.now() - this.#startedAtMs;
      while (this.#pictureTicks * (1000 / media.framesPerSecond) <= elapsedMs) this.#sendPicture();
      while (audioTicks * 20 <= elapsedMs) {
        const packet = media.opus[audioTicks % media.opus.length];
        if (packet !== undefined) this.#sendRtp('audio', packet, audioTicks * 960, audioTicks === 0);
        audioTicks += 1;
      }
    };
    this.#timers.push(setInterval(pump, 5));
    if (this.#options.sendReports !== false) {
      this.#timers.push(setInterval(() => this.#sendReports(), 1000));
      this.#timers.push(setTimeout(() => this.#sendReports(), 60));
    }
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    const sockets = [...this.#tracks.values()].flatMap(({ rtp, rtcp }) => [rtp, rtcp]);
    this.#tracks.clear();
    await Promise.all(sockets.map((socket) => new Promise<void>((done) => socket.close(done))));
  }

  count(kind: RtcpPacket['kind']): number {
    return this.rtcp.filter(({ packet }) => packet.kind === kind).length;
  }

  /** bit/s, oldest first. */
  get rembs(): number[] {
    return this.rtcp.flatMap(({ packet }) => (packet.kind === 'remb' ? [packet.bitrate] : []));
  }

  #sendPicture(): void {
    const { pictures, framesPerSecond } = this.#options.media;
    if (this.#nextKey) {
      // The clip's next key picture, as an encoder would make one.
      const isKey = (index: number): boolean =>
        (pictures[index % pictures.length] ?? []).some((unit) => (unit.readUInt8(0) & 0x1f) === 5);
      while (!isKey(this.#picture)) this.#picture += 1;
      this.#nextKey = false;
    }
    const units = pictures[this.#picture % pictures.length] ?? [];
    const ticks = Math.round((this.#pictureTicks * 90_000) / framesPerSecond);
    units.forEach((unit, index) => this.#sendUnit(unit, ticks, index === units.length - 1));
    this.#picture += 1;
    this.#pictureTicks += 1;
  }

  /** Single NAL unit or FU-A (RFC 6184 §5.6, §5.8). */
  #sendUnit(unit: Buffer, ticks: number, last: boolean): void {
    if (unit.length <= maxPayload) {
      this.#sendRtp('video', unit, ticks, last);
      return;
    }
    const head = unit.readUInt8(0);
    for (let at = 1; at < unit.length; at += maxPayload - 2) {
      const end = at + maxPayload - 2 >= unit.length;
      const flags = (at === 1 ? 0x80 : 0) | (end ? 0x40 : 0) | (head & 0x1f);
      const part = unit.subarray(at, at + maxPayload - 2);
      this.#sendRtp(
        'video',
        Buffer.concat([Buffer.from([(head & 0xe0) | 28, flags]), part]),
        ticks,
        last && end,
      );
    }
  }

  #sendRtp(kind: 'audio' | 'video', payload: Buffer, ticks: number, marker: boolean): void {
    const track = this.#tracks.get(kind);
    if (track === undefined) return;
    const packet = Buffer.alloc(rtpHeaderBytes + payload.length);
    writeRtpHeader(packet, {
      payloadType: payloadTypes[kind],
      marker,
      sequence: track.sequence,
      timestamp: track.timestampBase + ticks,
      ssrc: track.ssrc,
    });
    payload.copy(packet, rtpHeaderBytes);
    track.packets += 1;
    track.octets += payload.length;
    const sequence = track.sequence;
    track.sequence = (track.sequence + 1) & 0xffff;
    if (kind === 'video') {
      this.#sent.set(sequence, packet);
      this.#sent.delete((sequence - 1000) & 0xffff);
      if (this.lose(sequence)) return;
    }
    track.rtp.send(packet, this.#options.ports[kind], this.#host);
  }

  #sendReports(): void {
    const elapsedMs = performance.now() - this.#startedAtMs;
    for (const [kind, track] of this.#tracks) {
      const report = senderReport({
        ssrc: track.ssrc,
        ntpMs: Date.now() + ntpEpochMs,
        rtpTimestamp: track.timestampBase + Math.round((elapsedMs * track.clockRate) / 1000),
        packetCount: track.packets,
        octetCount: track.octets,
        reports: [],
      });
      const compound = Buffer.concat([report, sdesCname(track.ssrc, 'camera')]);
      track.rtcp.send(compound, this.#options.ports[kind] + 1, this.#host);
    }
  }

  #onRtcp(kind: 'audio' | 'video', data: Buffer): void {
    for (const packet of readRtcp(data)) {
      this.rtcp.push({ kind, packet, atMs: performance.now() });
      if ((packet.kind === 'pli' || packet.kind === 'fir') && this.#options.honourKeyframeRequests !== false)
        this.#nextKey = true;
      if (packet.kind === 'nack' && this.#options.answerNacks !== false) this.#resend(packet.lost);
    }
  }

  #resend(lost: readonly number[]): void {
    const track = this.#tracks.get('video');
    for (const sequence of lost) {
      const packet = this.#sent.get(sequence);
      if (packet !== undefined) track?.rtp.send(packet, this.#options.ports.video, this.#host);
    }
  }

  #onRtp(data: Buffer, _from: RemoteInfo): void {
    const header = readRtp(data);
    if (header !== undefined)
      this.talkback.push({ header, payload: data.subarray(header.payloadStart, header.payloadEnd) });
  }
}

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => resolve(socket));
  });
}
