/**
 * The WebRtcEndpoint's answer to a browser's offer, in Kurento's shape: no candidates (they trickle by events), nothing
 * but H.264 and Opus, no transport-cc (a browser that has it sends no REMB, and the camera lives on REMB).
 */
import type { Codec, MediaSection, Offer } from './offer.ts';

export interface Transport {
  readonly ufrag: string;
  readonly password: string;
  /** `sha-256 AA:BB…`. */
  readonly fingerprint: string;
}

export interface ViewerSection {
  readonly section: MediaSection;
  readonly mid: string;
  /** undefined: the section is inactive. */
  readonly media:
    | {
        readonly direction: 'sendonly' | 'recvonly' | 'sendrecv';
        readonly codecs: readonly Codec[];
        readonly ssrc: number;
        readonly absSendTimeId: number | undefined;
      }
    | undefined;
}

export const absSendTimeUri = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';
const feedbackKinds = ['nack', 'nack pli', 'goog-remb', 'ccm fir'];

export function writeWebRtcAnswer(
  identity: { readonly sessionId: number; readonly cname: string },
  offer: Offer,
  sections: readonly ViewerSection[],
  transport: Transport,
): string {
  const bundled = sections.filter(({ mid }) => offer.bundle.includes(mid)).map(({ mid }) => mid);
  const lines = [
    'v=0',
    `o=- ${identity.sessionId} ${identity.sessionId} IN IP4 0.0.0.0`,
    's=Kurento Media Server',
    'c=IN IP4 0.0.0.0',
    't=0 0',
    ...(offer.allowMixedExtensions ? ['a=extmap-allow-mixed'] : []),
    ...(offer.msidSemantic === undefined ? [] : [`a=msid-semantic:${offer.msidSemantic}`]),
    ...(bundled.length > 0 ? [`a=group:BUNDLE ${bundled.join(' ')}`] : []),
    ...sections.flatMap((section) => sectionLines(section, identity.cname, transport)),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

function sectionLines({ section, mid, media }: ViewerSection, cname: string, transport: Transport): string[] {
  const codecs = media?.codecs ?? section.codecs;
  const payloads = codecs.map(({ payloadType }) => payloadType).join(' ');
  return [
    `m=${section.kind} 1 ${section.protocol} ${payloads === '' ? '0' : payloads}`,
    ...(media?.absSendTimeId === undefined ? [] : [`a=extmap:${media.absSendTimeId} ${absSendTimeUri}`]),
    `a=${media?.direction ?? 'inactive'}`,
    `a=mid:${mid}`,
    'a=rtcp:9 IN IP4 0.0.0.0',
    ...codecs.map(({ payloadType, rtpmap }) => `a=rtpmap:${payloadType} ${rtpmap}`),
    ...(media === undefined ? [] : feedbackLines(media.codecs)),
    'a=setup:active',
    'a=rtcp-mux',
    ...codecs.flatMap(({ payloadType, fmtp }) =>
      fmtp === undefined ? [] : [`a=fmtp:${payloadType} ${fmtp}`],
    ),
    ...(media === undefined ? [] : [`a=ssrc:${media.ssrc} cname:${cname}`]),
    `a=ice-ufrag:${transport.ufrag}`,
    `a=ice-pwd:${transport.password}`,
    `a=fingerprint:${transport.fingerprint}`,
  ];
}

function feedbackLines(codecs: readonly Codec[]): string[] {
  return codecs.flatMap(({ payloadType, feedback }) =>
    feedbackKinds.filter((kind) => feedback.includes(kind)).map((kind) => `a=rtcp-fb:${payloadType} ${kind}`),
  );
}
