/**
 * A media server for one viewer, as small as a test needs: answers a browser's offer and sends it a test picture as
 * H.264 in real time. What the browser says of sound is counted.
 */
import { waitFor } from '@apiary/test-support';
import { execFileSync } from 'node:child_process';
import { Audio, PeerConnection, Video, type Track } from 'node-datachannel';

const ssrc = 1_607_797_317;
const framesPerSecond = 15;

/** Pictures as lists of NAL units, each small enough for one packet. Needs ffmpeg. */
export function testPictures(): Buffer[][] {
  const stream = execFileSync(
    'ffmpeg',
    [
      ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=${framesPerSecond}`, '-t', '4'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'baseline', '-pix_fmt', 'yuv420p'],
      ...['-b:v', '800k', '-g', String(framesPerSecond)],
      ...['-x264-params', 'aud=1:slice-max-size=1100:repeat-headers=1'],
      ...['-f', 'h264', 'pipe:1'],
    ],
    { maxBuffer: 32 * 1024 * 1024 },
  );
  const units: Buffer[] = [];
  let start = -1;
  for (let at = 0; at + 3 <= stream.length; at += 1) {
    if (stream[at] !== 0 || stream[at + 1] !== 0 || stream[at + 2] !== 1) continue;
    if (start >= 0) units.push(withoutZeros(stream.subarray(start, at)));
    start = at + 3;
  }
  units.push(stream.subarray(start));
  const pictures: Buffer[][] = [];
  for (const unit of units)
    // An access unit delimiter begins a picture.
    if (((unit[0] ?? 0) & 0x1f) === 9) pictures.push([]);
    else pictures.at(-1)?.push(unit);
  return pictures;
}

function withoutZeros(unit: Buffer): Buffer {
  let end = unit.length;
  while (end > 0 && unit[end - 1] === 0) end -= 1;
  return unit.subarray(0, end);
}

export interface H264Peer {
  readonly answer: string;
  readonly voicePackets: () => number;
  addCandidate(candidate: string, mid: string): void;
  /** Nothing is sent for as long as it is held. */
  hold(held: boolean): void;
  stop(): void;
}

export async function answerWithPictures(offer: string, pictures: readonly Buffer[][]): Promise<H264Peer> {
  const connection = new PeerConnection('viewer', {
    iceServers: [],
    disableAutoNegotiation: true,
    bindAddress: '127.0.0.1',
  });
  connection.setRemoteDescription(offer, 'offer');
  const sections = offer.split('\r\nm=').slice(1);
  const find = (kind: string): { mid: string; payloadType: number; profile: string } => {
    const section = sections.find((one) => one.startsWith(kind)) ?? '';
    const codec = kind === 'video' ? 'H264/90000' : 'opus/48000/2';
    const payloadType = Number(new RegExp(`a=rtpmap:(\\d+) ${codec}`).exec(section)?.[1]);
    return {
      mid: /a=mid:(\S+)/.exec(section)?.[1] ?? '',
      payloadType,
      profile: new RegExp(`a=fmtp:${payloadType} (\\S+)`).exec(section)?.[1] ?? '',
    };
  };
  const { mid, payloadType, profile } = find('video');
  const video = new Video(mid, 'SendOnly');
  video.addH264Codec(payloadType, profile);
  video.addSSRC(ssrc, 'camera', 'camera', 'video');
  const track = connection.addTrack(video);
  const sound = find('audio');
  const audio = new Audio(sound.mid, 'SendRecv');
  audio.addOpusCodec(sound.payloadType);
  audio.addSSRC(ssrc + 1, 'camera', 'camera', 'audio');
  const voice = connection.addTrack(audio);
  let voicePackets = 0;
  voice.onMessage((packet) => {
    // RTCP has types 200 and up where RTP has marker and payload type.
    if ((packet[1] ?? 0) % 128 === sound.payloadType) voicePackets += 1;
  });
  connection.setLocalDescription('answer');
  await waitFor(() => connection.gatheringState() === 'complete', 'candidates of the test peer');

  let held = false;
  let at = 0;
  let sequence = 1;
  const timer = setInterval(() => {
    const picture = pictures[at % pictures.length];
    if (picture === undefined || held || !track.isOpen()) return;
    // Nothing that has started in the middle can be decoded.
    sendPicture(track, picture, payloadType, sequence, Math.round((at * 90_000) / framesPerSecond));
    sequence += picture.length;
    at += 1;
  }, 1000 / framesPerSecond);

  return {
    answer: connection.localDescription()?.sdp ?? '',
    voicePackets: () => voicePackets,
    addCandidate: (candidate, candidateMid) => connection.addRemoteCandidate(candidate, candidateMid),
    hold: (now) => (held = now),
    stop() {
      clearInterval(timer);
      // Named here so that it lives as long as the peer: a track nobody holds is collected, with its listener.
      if (voice.isOpen()) voice.close();
      connection.close();
    },
  };
}

function sendPicture(
  track: Track,
  units: readonly Buffer[],
  payloadType: number,
  sequence: number,
  timestamp: number,
): void {
  units.forEach((unit, index) => {
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    header[1] = payloadType | (index === units.length - 1 ? 0x80 : 0);
    header.writeUInt16BE((sequence + index) & 0xffff, 2);
    header.writeUInt32BE(timestamp >>> 0, 4);
    header.writeUInt32BE(ssrc, 8);
    try {
      track.sendMessageBinary(Buffer.concat([header, unit]));
    } catch {
      // The viewer has just gone.
    }
  });
}
