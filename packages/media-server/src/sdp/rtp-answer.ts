/**
 * The RtpEndpoint's answer to a camera's offer: Kurento's text as measured, order of lines included, for the firmware
 * and the rewrite of contract §9.5 know that text and no other.
 */
import { codecName, type Codec, type MediaSection } from './offer.ts';

export interface AnswerIdentity {
  /** Address in o= and c=. */
  readonly address: string;
  readonly cname: string;
  /** Seconds since 1900; Kurento writes it twice in o=. */
  readonly sessionId: number;
}

export interface AnsweredSection {
  readonly section: MediaSection;
  /** undefined: refused, written with port 0. */
  readonly accepted:
    { readonly codecs: readonly Codec[]; readonly rtpPort: number; readonly ssrc: number } | undefined;
}

/** What the server can do with each kind; the rest of an offer's feedback is not echoed. */
const feedbackKinds = ['nack', 'nack pli', 'goog-remb', 'ccm fir'];
const reversed = { sendrecv: 'sendrecv', sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive' };

export function acceptableCodecs(section: MediaSection): Codec[] {
  const known = section.kind === 'audio' ? ['opus', 'pcmu'] : section.kind === 'video' ? ['h264'] : [];
  return section.codecs.filter((codec) => known.includes(codecName(codec)));
}

export function writeRtpAnswer(identity: AnswerIdentity, sections: readonly AnsweredSection[]): string {
  const lines = [
    'v=0',
    `o=- ${identity.sessionId} ${identity.sessionId} IN IP4 ${identity.address}`,
    's=Kurento Media Server',
    `c=IN IP4 ${identity.address}`,
    't=0 0',
    ...sections.flatMap((answered) => sectionLines(answered, identity.cname)),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

function sectionLines({ section, accepted }: AnsweredSection, cname: string): string[] {
  if (accepted === undefined) {
    const payloads = section.codecs.map(({ payloadType }) => payloadType).join(' ');
    return [`m=${section.kind} 0 ${section.protocol} ${payloads === '' ? '0' : payloads}`, 'a=inactive'];
  }
  const { codecs, rtpPort, ssrc } = accepted;
  return [
    `m=${section.kind} ${rtpPort} ${section.protocol} ${codecs.map(({ payloadType }) => payloadType).join(' ')}`,
    `a=${reversed[section.direction]}`,
    `a=rtcp:${rtpPort + 1}`,
    ...codecs.map(({ payloadType, rtpmap }) => `a=rtpmap:${payloadType} ${rtpmap}`),
    ...codecs.flatMap(({ payloadType, feedback }) =>
      feedbackKinds
        .filter((kind) => feedback.includes(kind))
        .map((kind) => `a=rtcp-fb:${payloadType} ${kind}`),
    ),
    ...codecs.flatMap(({ payloadType, fmtp }) =>
      fmtp === undefined ? [] : [`a=fmtp:${payloadType} ${fmtp}`],
    ),
    ...(section.comedia === 'active' ? ['a=direction:passive'] : []),
    `a=ssrc:${ssrc} cname:${cname}`,
  ];
}
