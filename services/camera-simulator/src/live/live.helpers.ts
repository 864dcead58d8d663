/** For tests of live view: a play text as the platform sends it, a receiver on raw sockets, feedback written by hand. */
import type { RemoteInfo, Socket } from 'node:dgram';
import { openPortPair } from './port-pair.ts';

export const cname = 'user1234567890@host-1a2b3c4d';

/** The text of contract §9.5, written out by hand from the answer a Kurento gave. No final CRLF. */
export function playText(videoPort: number, audioPort: number): string {
  return [
    'v=0',
    'o=- 4004509074 4004509074 IN IP4 127.0.0.1',
    's=Kurento Media Server',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${audioPort} RTP/AVPF 96 0`,
    'a=sendrecv',
    `a=rtcp:${audioPort + 1}`,
    'a=rtpmap:96 opus/48000/2',
    'a=rtpmap:0 PCMU/8000',
    'a=direction:passive',
    `a=ssrc:229236353 cname:${cname}`,
    `m=video ${videoPort} RTP/AVPF 103`,
    'a=recvonly',
    'a=direction:passive',
    `a=rtcp:${videoPort + 1}`,
    'a=rtpmap:103 H264/90000',
    'a=rtcp-fb:103 nack',
    'a=rtcp-fb:103 nack pli',
    'a=rtcp-fb:103 goog-remb',
    'a=rtcp-fb:103 ccm fir',
    'a=fmtp:103 packetization-mode=1;profile-level-id=42e01f',
    'a=direction:passive',
    `a=ssrc:1607797317 cname:${cname}`,
    'a=x-skl-ssrca:229236353',
    'a=x-skl-ssrcv:1607797317',
    `a=x-skl-cname:${cname}`,
  ].join('\r\n');
}

export interface Datagram {
  readonly bytes: Buffer;
  readonly from: RemoteInfo;
}

/** One kind of media at a media server: what came, and a way back to where it came from. */
export interface Receiver {
  readonly port: number;
  readonly rtp: Datagram[];
  readonly rtcp: Datagram[];
  /** To where the last RTCP came from. */
  feedback(hex: string): void;
  /** To where the last RTP came from. */
  media(bytes: Buffer): void;
  close(): void;
}

export async function openReceiver(): Promise<Receiver> {
  const pair = await openPortPair();
  const keep = (socket: Socket): Datagram[] => {
    const datagrams: Datagram[] = [];
    socket.on('message', (bytes, from) => datagrams.push({ bytes: Buffer.from(bytes), from }));
    return datagrams;
  };
  const rtp = keep(pair.rtp);
  const rtcp = keep(pair.rtcp);
  const back = (socket: Socket, datagrams: readonly Datagram[], bytes: Buffer): void => {
    const from = datagrams.at(-1)?.from;
    if (from === undefined) throw new Error('nothing came yet, so nothing can go back');
    socket.send(bytes, from.port, from.address);
  };
  return {
    port: pair.port,
    rtp,
    rtcp,
    feedback: (hex) => back(pair.rtcp, rtcp, Buffer.from(hex.replaceAll(' ', ''), 'hex')),
    media: (bytes) => back(pair.rtp, rtp, bytes),
    close: () => pair.close(),
  };
}

const emptyReport = '80c90001 00000001';

/** Compound packets, byte by byte: receiver report, then the feedback. */
export const feedback = {
  receiverReport: emptyReport,
  pli: `${emptyReport} 81ce0002 00000001 ${hex32(1607797317)}`,
  fir: `${emptyReport} 84ce0004 00000001 00000000 ${hex32(1607797317)} 07000000`,
  /** 18 bits of mantissa times 2^exponent. */
  remb: (mantissa: number, exponent: number, ssrc = 1607797317): string =>
    `${emptyReport} 8fce0005 00000001 00000000 52454d42 01${hex24((exponent << 18) | mantissa)} ${hex32(ssrc)}`,
  nack: (sequence: number, mask: number): string =>
    `${emptyReport} 81cd0003 00000001 ${hex32(1607797317)} ${hex16(sequence)}${hex16(mask)}`,
} as const;

function hex16(value: number): string {
  return value.toString(16).padStart(4, '0');
}
function hex24(value: number): string {
  return value.toString(16).padStart(6, '0');
}
function hex32(value: number): string {
  return value.toString(16).padStart(8, '0');
}
