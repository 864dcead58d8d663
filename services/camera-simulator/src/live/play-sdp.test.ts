/** Which play texts the camera takes, which it refuses and why. The text itself is written out by hand in the helpers. */
import { describe, expect, it } from 'vitest';
import { cname, playText } from './live.helpers.ts';
import { readPlaySdp } from './play-sdp.ts';

const text = playText(5012, 5008);
const without = (line: RegExp): string =>
  text
    .split('\r\n')
    .filter((each) => !line.test(each))
    .join('\r\n');

describe('taken', () => {
  it('the proven text: address, ports, name', () => {
    expect(readPlaySdp(text)).toEqual({
      sdp: {
        video: { address: '127.0.0.1', rtpPort: 5012, rtcpPort: 5013 },
        audio: { address: '127.0.0.1', rtpPort: 5008, rtcpPort: 5009 },
        cname,
        passive: true,
      },
    });
  });

  it.each([
    ['with CRLF at its end', `${text}\r\n`],
    ['without a=rtcp lines', without(/^a=rtcp:/)],
    ['without a=ssrc lines', without(/^a=ssrc:/)],
  ])('%s', (_, other) => {
    expect(readPlaySdp(other)).toEqual(readPlaySdp(text));
  });

  it('an address of its own for the video', () => {
    const other = text.replace('a=recvonly', 'c=IN IP4 192.0.2.7\r\na=recvonly');
    expect(readPlaySdp(other)).toMatchObject({ sdp: { video: { address: '192.0.2.7' } } });
  });

  it('without direction:passive, which it remembers', () => {
    expect(readPlaySdp(without(/^a=direction/))).toMatchObject({ sdp: { passive: false } });
  });
});

it.each<[string, unknown, string]>([
  ['LF line ends', text.replaceAll('\r\n', '\n'), 'line ends are LF, not CRLF'],
  ['one LF line end', text.replace('t=0 0\r\n', 't=0 0\n'), 'line ends are LF, not CRLF'],
  ['escaped twice', text.replaceAll('\r\n', '\\r\\n'), 'line ends are escaped twice'],
  ['base64', Buffer.from(text).toString('base64'), 'base64 in place of text'],
  ['no SDP', 'hello', 'not an SDP'],
  ['not even text', undefined, 'no sdpOffer'],
  ['no x-skl-ssrca', without(/x-skl-ssrca/), 'no x-skl-ssrca line'],
  ['no x-skl-ssrcv', without(/x-skl-ssrcv/), 'no x-skl-ssrcv line'],
  ['no x-skl-cname', without(/x-skl-cname/), 'no x-skl-cname line'],
  ['wrong x-skl-ssrcv', text.replace('ssrcv:1607797317', 'ssrcv:1'), 'x-skl-ssrcv is not 1607797317'],
  ['wrong x-skl-ssrca', text.replace('ssrca:229236353', 'ssrca:1'), 'x-skl-ssrca is not 229236353'],
  [
    "the server's video SSRC",
    text.replace('a=ssrc:1607797317', 'a=ssrc:7'),
    'a=ssrc of video is not 1607797317',
  ],
  [
    "the server's audio SSRC",
    text.replace('a=ssrc:229236353', 'a=ssrc:7'),
    'a=ssrc of audio is not 229236353',
  ],
  ['no goog-remb', without(/goog-remb/), 'no goog-remb'],
  ['no video', text.replace('m=video', 'm=application'), 'no m=video'],
  ['no audio', text.replace('m=audio', 'm=application'), 'no m=audio'],
  ['no H264', text.replace('H264', 'VP8'), 'no H264 with payload type 103'],
  ['no packetization-mode', text.replace('packetization-mode=1;', ''), 'no packetization-mode=1'],
  ['no opus', text.replace('opus/48000/2', 'G722/8000'), 'no opus with payload type 96'],
  ['directions flipped', text.replace('a=recvonly', 'a=sendonly'), 'video is not a=recvonly'],
  ['plain AVP', text.replace('RTP/AVPF 103', 'RTP/AVP 103'), 'm=video is not RTP/AVPF'],
  ['nowhere to send to', text.replaceAll('127.0.0.1', '0.0.0.0'), 'no IPv4 address to send to'],
  ['a name for an address', text.replaceAll('127.0.0.1', 'server.lan'), 'no IPv4 address to send to'],
  ['the offer in place of the answer', text.replace('m=video 5012', 'm=video 9'), 'no port for video'],
])('refuses %s', (_, other, refused) => {
  expect(readPlaySdp(other)).toEqual({ refused });
});
