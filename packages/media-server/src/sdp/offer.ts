/** Reads SDP offers (parser: sdp-transform) into the few facts the endpoints need. Writes nothing. */
import { parse, type MediaDescription } from 'sdp-transform';

export interface Codec {
  readonly payloadType: number;
  /** As written: `H264/90000`, `opus/48000/2`. */
  readonly rtpmap: string;
  /** The text after `a=fmtp:<pt> `; undefined without one. */
  readonly fmtp: string | undefined;
  /** As written after `a=rtcp-fb:<pt> `. */
  readonly feedback: readonly string[];
}

export interface MediaSection {
  readonly kind: string;
  readonly protocol: string;
  readonly port: number;
  /** c= of the section, else of the session. */
  readonly address: string;
  readonly rtcpPort: number | undefined;
  readonly mid: string | undefined;
  readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
  /** `a=direction:` of RFC 4145's ancestors: `active` = the peer's address is learnt from its packets. */
  readonly comedia: string | undefined;
  readonly codecs: readonly Codec[];
  readonly ssrcs: readonly number[];
  readonly extensions: ReadonlyMap<string, number>;
}

export interface Offer {
  readonly sections: readonly MediaSection[];
  readonly bundle: readonly string[];
  readonly allowMixedExtensions: boolean;
  readonly msidSemantic: string | undefined;
}

/** Payload types with a name of their own (RFC 3551) need no rtpmap. */
const staticPayloads: Readonly<Record<number, string>> = { 0: 'PCMU/8000', 8: 'PCMA/8000' };

/** @returns undefined when the text is no SDP with at least one media section */
export function readOffer(text: string): Offer | undefined {
  if (!text.startsWith('v=0')) return undefined;
  let session: ReturnType<typeof parse>;
  try {
    session = parse(text);
  } catch {
    return undefined;
  }
  // The library's types promise fields that a foreign text may lack.
  const media = session.media as readonly MediaDescription[] | undefined;
  if (media === undefined || media.length === 0) return undefined;
  const address = session.connection?.ip ?? '0.0.0.0';
  return {
    sections: media.map((section, index) => readSection(section, address, sectionText(text, index))),
    bundle: (/^a=group:BUNDLE (.*?)\r?$/m.exec(text)?.[1] ?? '').split(' '),
    allowMixedExtensions: /^a=extmap-allow-mixed\r?$/m.test(text.split(/^m=/m)[0] ?? ''),
    msidSemantic: /^a=msid-semantic: ?(.*?)\r?$/m.exec(text)?.[1],
  };
}

function sectionText(text: string, index: number): string {
  return text.split(/^m=/m)[index + 1] ?? '';
}

function readSection(media: MediaDescription, sessionAddress: string, text: string): MediaSection {
  // The library turns what looks like a number into one, whatever its types say: lists and names are read here.
  const payloadTypes = (/^\S+ \S+ \S+ (.*?)\r?$/m.exec(text)?.[1] ?? '')
    .split(' ')
    .filter((value) => /^\d{1,3}$/.test(value))
    .map(Number);
  const direction = /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(text)?.[1];
  return {
    kind: media.type,
    protocol: media.protocol,
    port: media.port,
    address: media.connection?.ip ?? sessionAddress,
    rtcpPort: media.rtcp?.port,
    mid: /^a=mid:(.*?)\r?$/m.exec(text)?.[1],
    direction: (direction ?? 'sendrecv') as MediaSection['direction'],
    comedia: /^a=direction:(\w+)\r?$/m.exec(text)?.[1],
    codecs: payloadTypes.flatMap((payloadType) => readCodec(text, payloadType)),
    ssrcs: [...new Set([...text.matchAll(/^a=ssrc:(\d+)/gm)].map((match) => Number(match[1])))],
    extensions: new Map((media.ext ?? []).map(({ uri, value }) => [uri, value])),
  };
}

function readCodec(text: string, payloadType: number): Codec[] {
  const valueOf = (name: string): string | undefined =>
    new RegExp(`^a=${name}:${payloadType} (.*?)\\r?$`, 'm').exec(text)?.[1];
  const rtpmap = valueOf('rtpmap') ?? staticPayloads[payloadType];
  if (rtpmap === undefined) return [];
  const feedback = [...text.matchAll(new RegExp(`^a=rtcp-fb:(?:${payloadType}|\\*) (.*?)\\r?$`, 'gm'))];
  return [{ payloadType, rtpmap, fmtp: valueOf('fmtp'), feedback: feedback.map((match) => match[1] ?? '') }];
}

/** Name of the codec, lower case: `h264`, `opus`. */
export function codecName(codec: Codec): string {
  return (codec.rtpmap.split('/')[0] ?? '').toLowerCase();
}

/** H.264 the cameras send: packetization mode 1, constrained baseline; others by what a decoder of it can also play. */
export function pickH264(section: MediaSection): Codec | undefined {
  const candidates = section.codecs.filter((codec) => codecName(codec) === 'h264');
  const mode1 = candidates.filter((codec) => /packetization-mode=1(;|$)/.test(codec.fmtp ?? ''));
  const rank = (codec: Codec): number => {
    const profile = /profile-level-id=([0-9a-f]{4})/i.exec(codec.fmtp ?? '')?.[1]?.toLowerCase() ?? '';
    return ['42e0', '42c0', '4200', '4d00', '6400'].findIndex((known) => known === profile) >>> 0;
  };
  return [...(mode1.length > 0 ? mode1 : candidates)].sort((a, b) => rank(a) - rank(b))[0];
}
