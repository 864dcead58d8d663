/**
 * Reads the SDP of `stream/play` as the firmware does (contract §9.3–9.6) and says in words why it would not stream.
 * Strict where the contract is: it wants the text that is proven in daily use, not every text a real camera may bear.
 * Pure; opens nothing.
 */
import { isIPv4 } from 'node:net';
import { parse, type MediaDescription } from 'sdp-transform';

/** Fixed in the firmware (contract §9.2). */
export const videoSsrc = 1607797317;
export const audioSsrc = 229236353;
export const videoPayloadType = 103;
export const audioPayloadTypes = { opus: 96, pcmu: 0 } as const;

/** Where one kind of media goes. */
export interface MediaTarget {
  readonly address: string;
  readonly rtpPort: number;
  readonly rtcpPort: number;
}

export interface PlaySdp {
  readonly video: MediaTarget;
  readonly audio: MediaTarget;
  readonly cname: string;
  /** Without `a=direction:passive` no RTCP ever came back in the field; the camera streams all the same. */
  readonly passive: boolean;
}

export type ReadPlaySdp = { readonly sdp: PlaySdp } | { readonly refused: string };

class Refusal extends Error {}

/** @param text the field `sdpOffer`, as JSON gave it */
export function readPlaySdp(text: unknown): ReadPlaySdp {
  try {
    return { sdp: read(text) };
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message };
    return { refused: 'not an SDP' };
  }
}

function read(text: unknown): PlaySdp {
  if (typeof text !== 'string') throw new Refusal('no sdpOffer');
  if (text.includes('\\r\\n') || text.includes('\\n')) throw new Refusal('line ends are escaped twice');
  if (/^dj0/.test(text)) throw new Refusal('base64 in place of text');
  if (!text.startsWith('v=0')) throw new Refusal('not an SDP');
  if (/(^|[^\r])\n/.test(text)) throw new Refusal('line ends are LF, not CRLF');
  const lines = text.split('\r\n');
  if (lines.length < 2) throw new Refusal('no line ends');
  const ssrcAudio = valueOf(lines, 'a=x-skl-ssrca:');
  const ssrcVideo = valueOf(lines, 'a=x-skl-ssrcv:');
  const cname = valueOf(lines, 'a=x-skl-cname:');
  if (ssrcAudio !== String(audioSsrc)) throw new Refusal(`x-skl-ssrca is not ${audioSsrc}`);
  if (ssrcVideo !== String(videoSsrc)) throw new Refusal(`x-skl-ssrcv is not ${videoSsrc}`);
  if (!/^[\x21-\x7e]{1,255}$/.test(cname)) throw new Refusal('x-skl-cname is no name');

  const session = parse(text);
  const audio = sectionOf(session.media, 'audio');
  const video = sectionOf(session.media, 'video');
  if (!/a=rtcp-fb:(103|\*) goog-remb/.test(text)) throw new Refusal('no goog-remb');
  checkCodecs(audio, video);
  checkSsrc(audio, audioSsrc);
  checkSsrc(video, videoSsrc);
  if (video.direction !== 'recvonly') throw new Refusal('video is not a=recvonly');
  if (audio.direction !== 'sendrecv' && audio.direction !== 'recvonly')
    throw new Refusal('audio is neither a=sendrecv nor a=recvonly');
  const address = session.connection?.ip;
  return {
    video: targetOf(video, address),
    audio: targetOf(audio, address),
    cname,
    passive: lines.filter((line) => line === 'a=direction:passive').length >= 2,
  };
}

function valueOf(lines: readonly string[], prefix: string): string {
  const line = lines.find((each) => each.startsWith(prefix));
  if (line === undefined) throw new Refusal(`no ${prefix.slice(2, -1)} line`);
  return line.slice(prefix.length);
}

type Section = { readonly type: string } & MediaDescription;

function sectionOf(media: readonly Section[], type: 'audio' | 'video'): Section {
  const section = media.find((each) => each.type === type);
  if (section === undefined) throw new Refusal(`no m=${type}`);
  if (section.protocol !== 'RTP/AVPF') throw new Refusal(`m=${type} is not RTP/AVPF`);
  return section;
}

function checkCodecs(audio: Section, video: Section): void {
  const h264 = video.rtp.find(({ payload }) => payload === videoPayloadType);
  if (h264?.codec.toUpperCase() !== 'H264')
    throw new Refusal(`no H264 with payload type ${videoPayloadType}`);
  const fmtp = video.fmtp.find(({ payload }) => payload === videoPayloadType)?.config ?? '';
  if (!/(^|;\s*)packetization-mode=1(;|$)/.test(fmtp)) throw new Refusal('no packetization-mode=1');
  const opus = audio.rtp.find(({ payload }) => payload === audioPayloadTypes.opus);
  if (opus?.codec.toLowerCase() !== 'opus') throw new Refusal('no opus with payload type 96');
}

function checkSsrc(section: Section, ssrc: number): void {
  const [first] = section.ssrcs ?? [];
  if (first !== undefined && first.id !== ssrc) throw new Refusal(`a=ssrc of ${section.type} is not ${ssrc}`);
}

function targetOf(section: Section, sessionAddress: string | undefined): MediaTarget {
  const address = section.connection?.ip ?? sessionAddress ?? '';
  if (!isIPv4(address) || address === '0.0.0.0') throw new Refusal('no IPv4 address to send to');
  // Port 9 is the discard port of the offer (§9.3): that text was meant for the media server.
  if (section.port === 0 || section.port === 9) throw new Refusal(`no port for ${section.type}`);
  return { address, rtpPort: section.port, rtcpPort: section.rtcp?.port ?? section.port + 1 };
}
