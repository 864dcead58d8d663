/** The two texts a camera's stream stands on, against texts written by hand. */
import { describe, expect, it } from 'vitest';
import { cameraOffer, makeCname, rewriteAnswer } from './camera-sdp.ts';

const cname = 'user1234567890@host-1a2b3c4d';
const crlf = (text: string): string => text.trim().replaceAll(/\n */g, '\r\n');

describe('offer', () => {
  it('is the one of contract §9.3, byte for byte', () => {
    const expected = `${crlf(`
      v=0
      o=- 1111111111 2222222222 IN IP4 0.0.0.0
      s=Camera Livestream
      c=IN IP4 0.0.0.0
      t=0 0
      m=audio 9 RTP/AVPF 96 0
      a=rtcp:10
      a=rtpmap:96 opus/48000/2
      a=rtpmap:0 PCMU/8000
      a=sendrecv
      a=direction:active
      a=ssrc:229236353 cname:user1234567890@host-1a2b3c4d
      m=video 9 RTP/AVPF 103
      a=rtcp:10
      a=rtpmap:103 H264/90000
      a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
      a=rtcp-fb:103 nack
      a=rtcp-fb:103 nack pli
      a=rtcp-fb:103 goog-remb
      a=rtcp-fb:103 ccm fir
      a=sendonly
      a=direction:active
      a=ssrc:1607797317 cname:user1234567890@host-1a2b3c4d`)}\r\n`;
    expect(cameraOffer(cname, ['1111111111', '2222222222'])).toBe(expected);
  });

  it('has new numbers and a new cname each time', () => {
    expect(cameraOffer(cname)).toMatch(/\r\no=- [1-9]\d{9} [1-9]\d{9} IN IP4 0\.0\.0\.0\r\n/);
    expect(cameraOffer(cname)).not.toBe(cameraOffer(cname));
    for (let count = 0; count < 50; count++) expect(makeCname()).toMatch(/^user\d{10}@host-[0-9a-f]{8}$/);
  });
});

/** As a media server of 7.3 answered. */
const answer = `${crlf(`
  v=0
  o=- 4004509074 4004509074 IN IP4 192.0.2.2
  s=Kurento Media Server
  c=IN IP4 192.0.2.2
  t=0 0
  m=audio 40116 RTP/AVPF 96 0
  a=sendrecv
  a=rtcp:40117
  a=rtpmap:96 opus/48000/2
  a=rtpmap:0 PCMU/8000
  a=direction:passive
  a=ssrc:1596034568 cname:user2937914667@host-e90d73a4
  m=video 40882 RTP/AVPF 103
  a=recvonly
  a=rtcp:40883
  a=rtpmap:103 H264/90000
  a=rtcp-fb:103 nack
  a=rtcp-fb:103 nack pli
  a=rtcp-fb:103 goog-remb
  a=rtcp-fb:103 ccm fir
  a=fmtp:103 packetization-mode=1;profile-level-id=42e01f
  a=direction:passive
  a=ssrc:3041542817 cname:user2937914667@host-e90d73a4`)}\r\n`;

describe('rewrite of the answer', () => {
  it('is the one of contract §9.5, with no CRLF at the end', () => {
    const { sdp, comedia } = rewriteAnswer(answer, cname, '192.168.50.10');
    expect(sdp).toBe(
      crlf(`
      v=0
      o=- 4004509074 4004509074 IN IP4 192.168.50.10
      s=Kurento Media Server
      c=IN IP4 192.168.50.10
      t=0 0
      m=audio 40116 RTP/AVPF 96 0
      a=sendrecv
      a=rtcp:40117
      a=rtpmap:96 opus/48000/2
      a=rtpmap:0 PCMU/8000
      a=direction:passive
      a=ssrc:229236353 cname:user1234567890@host-1a2b3c4d
      m=video 40882 RTP/AVPF 103
      a=recvonly
      a=direction:passive
      a=rtcp:40883
      a=rtpmap:103 H264/90000
      a=rtcp-fb:103 nack
      a=rtcp-fb:103 nack pli
      a=rtcp-fb:103 goog-remb
      a=rtcp-fb:103 ccm fir
      a=fmtp:103 packetization-mode=1;profile-level-id=42e01f
      a=direction:passive
      a=ssrc:1607797317 cname:user1234567890@host-1a2b3c4d
      a=x-skl-ssrca:229236353
      a=x-skl-ssrcv:1607797317
      a=x-skl-cname:user1234567890@host-1a2b3c4d`),
    );
    expect(comedia).toBe(true);
  });

  it('puts the address in a=rtcp lines too, and changes only the first ssrc of a section', () => {
    const odd = answer
      .replace('a=rtcp:40883', 'a=rtcp:40883 IN IP4 192.0.2.2')
      .replace(/(a=ssrc:3041542817.*\r\n)/, '$1a=ssrc:3041542817 label:x\r\n');
    const { sdp } = rewriteAnswer(odd, cname, '10.0.0.1');
    expect(sdp).toContain('\r\na=rtcp:40883 IN IP4 10.0.0.1\r\n');
    expect(sdp).toContain('\r\na=ssrc:3041542817 label:x\r\n');
    expect(sdp).not.toContain('192.0.2.2');
  });

  it('says when the media server would not learn the way back', () => {
    expect(rewriteAnswer(answer.replace('a=direction:passive\r\n', ''), cname, '10.0.0.1').comedia).toBe(
      false,
    );
  });

  it.each([
    ['REMB', answer.replace(/a=rtcp-fb:103 goog-remb\r\n/, '')],
    ['H.264', answer.replace('H264', 'VP8')],
    ['video', answer.slice(0, answer.indexOf('m=video'))],
    ['audio', answer.replace('m=audio', 'm=application')],
    ['an accepted video section', answer.replace('m=video 40882', 'm=video 0')],
    ['a video ssrc', answer.replace(/a=ssrc:3041542817.*\r\n/, '')],
    ['CRLF', answer.replaceAll('\r\n', '\n')],
    ['CRLF somewhere', answer.replace('t=0 0\r\n', 't=0 0\n')],
  ])('refuses an answer without %s', (_what, text) => {
    expect(() => rewriteAnswer(text, cname, '10.0.0.1')).toThrow(/media server/);
  });
});
