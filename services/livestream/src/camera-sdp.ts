/**
 * The SDP of a camera (contract §9.3–9.5): the offer given to the media server on the camera's behalf, and the rewrite of
 * its answer that the camera is sent. By line editing, because the firmware wants these very bytes; knows no network.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { cameraSsrc } from '@apiary/contract';

const digits10 = (): string => `${randomInt(1, 10)}${String(randomInt(0, 1_000_000_000)).padStart(9, '0')}`;

/** `user<10 digits>@host-<8 lower hex>`, new for every stream. */
export const makeCname = (): string => `user${digits10()}@host-${randomBytes(4).toString('hex')}`;

/** The offer, byte for byte; every line ends CRLF. `ids` are for tests. */
export function cameraOffer(
  cname: string,
  ids: readonly [string, string] = [digits10(), digits10()],
): string {
  const lines = [
    'v=0',
    `o=- ${ids[0]} ${ids[1]} IN IP4 0.0.0.0`,
    's=Camera Livestream',
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'm=audio 9 RTP/AVPF 96 0',
    'a=rtcp:10',
    'a=rtpmap:96 opus/48000/2',
    'a=rtpmap:0 PCMU/8000',
    'a=sendrecv',
    'a=direction:active',
    `a=ssrc:${cameraSsrc.audio} cname:${cname}`,
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
    `a=ssrc:${cameraSsrc.video} cname:${cname}`,
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

export interface RewrittenAnswer {
  /** For `stream/play`. Ends without CRLF. */
  readonly sdp: string;
  /**
   * The media server waits for the camera's packets and answers to where they came from. False: its RTCP would reach no
   * camera, and the bitrate would not adapt.
   */
  readonly comedia: boolean;
}

/**
 * The answer as the camera is sent it, in the order of contract §9.5.
 * @param address IPv4 of the platform that the camera reaches
 * @throws Error naming what the answer lacks: such a text must not be sent
 */
export function rewriteAnswer(answer: string, cname: string, address: string): RewrittenAnswer {
  const { session, audio, video } = sections(answer);
  const comedia = [audio, video].every((lines) => lines.includes('a=direction:passive'));
  const edited = [
    ...session,
    ...withSsrc(audio, cameraSsrc.audio),
    ...withPassive(withSsrc(video, cameraSsrc.video)),
  ].map((line) =>
    line
      .replaceAll(/cname:\S+/g, `cname:${cname}`)
      .replaceAll(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g, address),
  );
  const sdp = [
    ...edited,
    `a=x-skl-ssrca:${cameraSsrc.audio}`,
    `a=x-skl-ssrcv:${cameraSsrc.video}`,
    `a=x-skl-cname:${cname}`,
  ].join('\r\n');
  checkForCamera(sdp);
  return { sdp, comedia };
}

function sections(text: string): Record<'session' | 'audio' | 'video', string[]> {
  if (!text.endsWith('\r\n')) throw new Error('The answer of the media server does not end with CRLF.');
  const lines = text.slice(0, -2).split('\r\n');
  const [audioAt, videoAt] = [lines.findIndex(startsMedia('audio')), lines.findIndex(startsMedia('video'))];
  if (audioAt < 0 || videoAt < audioAt)
    throw new Error('The answer of the media server has no audio section followed by a video section.');
  return {
    session: lines.slice(0, audioAt),
    audio: lines.slice(audioAt, videoAt),
    video: lines.slice(videoAt),
  };
}

const startsMedia =
  (kind: string) =>
  (line: string): boolean =>
    line.startsWith(`m=${kind} `);

/** The number of the first `a=ssrc:` alone. */
function withSsrc(lines: readonly string[], ssrc: number): string[] {
  const first = lines.findIndex((line) => line.startsWith('a=ssrc:'));
  return lines.map((line, index) => (index === first ? line.replace(/^a=ssrc:\d+/, `a=ssrc:${ssrc}`) : line));
}

/** Where the media server wrote the line itself it stands twice; cameras do not mind. */
function withPassive(lines: readonly string[]): string[] {
  return lines.flatMap((line) => (line === 'a=recvonly' ? [line, 'a=direction:passive'] : [line]));
}

const required = [
  'goog-remb',
  'x-skl-ssrca',
  'x-skl-ssrcv',
  'x-skl-cname',
  'm=audio',
  'm=video',
  'H264',
  `a=ssrc:${cameraSsrc.video} `,
] as const;

function checkForCamera(sdp: string): void {
  const missing = required.filter((part) => !sdp.includes(part));
  if (/m=(?:audio|video) 0 /.test(sdp)) missing.push('m=video');
  if (missing.length > 0)
    throw new Error(`The answer of the media server is not fit for a camera: ${missing.join(', ')} missing.`);
  if (/(?<!\r)\n|\r(?!\n)/.test(sdp))
    throw new Error('The answer of the media server has lines that do not end with CRLF.');
}
