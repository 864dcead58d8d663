/**
 * A stream on the wire: raw sockets in place of the media server, packets read by hand. Bitrates are measured in bytes
 * a frame, not in time; limits run on a clock of our own.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { waitFor } from '@apiary/test-support';
import type { CameraFact, Untold } from '../facts.ts';
import { loadLiveClip, sampleClipDir } from './live-clip.ts';
import { cname, feedback, openReceiver, playText, type Datagram, type Receiver } from './live.helpers.ts';
import type { LiveOptions } from './live-stream.ts';
import { LiveView } from './live-view.ts';

let video: Receiver;
let audio: Receiver;
let live: LiveView;
let inPrivacy: boolean;
let facts: Untold<CameraFact>[];

beforeEach(async () => {
  [video, audio] = await Promise.all([openReceiver(), openReceiver()]);
  inPrivacy = false;
  facts = [];
  live = new LiveView(
    { clipDir: sampleClipDir(), startBitrate: 500_000 },
    { tell: (fact) => facts.push(fact), changed: () => undefined, private: () => inPrivacy },
  );
});
afterEach(() => {
  live.end('power');
  vi.useRealTimers();
  video.close();
  audio.close();
});

const play = (streamId = 's-1', options: LiveOptions = {}): void => {
  live.options = { ...live.options, ...options };
  live.obey('stream/play', { streamId, sdpOffer: playText(video.port, audio.port), messageType: 'play' });
};
const running = () => waitFor(() => live.stream, 'the stream');
const stream = () => {
  if (live.lastStream === undefined) throw new Error('no stream');
  return live.lastStream;
};

/** Bytes 0–11 of an RTP packet, by hand. */
function header({ bytes }: Datagram) {
  return {
    first: bytes[0],
    marker: (bytes[1] ?? 0) >> 7,
    type: (bytes[1] ?? 0) & 0x7f,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    ssrc: bytes.readUInt32BE(8),
  };
}

/** Frames as they came, in order: a frame ends at the marker bit. */
function frames(receiver: Receiver): Datagram[][] {
  const complete: Datagram[][] = [];
  let open: Datagram[] = [];
  for (const packet of receiver.rtp) {
    open.push(packet);
    if (header(packet).marker === 0) continue;
    complete.push(open);
    open = [];
  }
  return complete;
}

/** A key frame begins with a STAP-A (24) that holds SPS (7) first. */
const isKey = (frame: readonly Datagram[]): boolean => {
  const payload = frame[0]?.bytes.subarray(12);
  return payload !== undefined && ((payload[0] ?? 0) & 31) === 24 && ((payload[3] ?? 0) & 31) === 7;
};

describe('media', () => {
  it('is H.264 with the fixed numbers, from a symmetric even port', async () => {
    play();
    await waitFor(() => frames(video).length >= 5, 'five frames');
    const packets = frames(video).slice(0, 5).flat();
    const headers = packets.map(header);
    for (const { first, type, ssrc } of headers) {
      expect(first).toBe(0x80);
      expect(type).toBe(103);
      expect(ssrc).toBe(1607797317);
    }
    const [start] = headers;
    headers.forEach(({ sequence }, index) => {
      expect(sequence).toBe(((start?.sequence ?? 0) + index) & 0xffff);
    });
    expect(Math.max(...packets.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(12 + 1200);
    const stamps = frames(video).map((frame) => header(frame[0] as Datagram).timestamp);
    expect(((stamps[1] ?? 0) - (stamps[0] ?? 0)) >>> 0).toBe(3600);
    expect(isKey(frames(video)[0] ?? [])).toBe(true);
    expect(video.rtp[0]?.from.port).toBe(stream().video.port);
    expect((video.rtp[0]?.from.port ?? 1) % 2).toBe(0);
  });

  it('is Opus with the fixed numbers, in step with the picture', async () => {
    play();
    await waitFor(() => audio.rtp.length >= 5, 'five packets of sound');
    const headers = audio.rtp.map(header);
    expect(headers[0]).toMatchObject({ first: 0x80, type: 96, ssrc: 229236353 });
    expect(((headers[1]?.timestamp ?? 0) - (headers[0]?.timestamp ?? 0)) >>> 0).toBe(960);
    const clip = loadLiveClip(sampleClipDir());
    expect(audio.rtp[3]?.bytes.subarray(12)).toEqual(clip.sound[3]);
  });

  it('comes with sender reports on both, at once, under the name of the SDP', async () => {
    play();
    await waitFor(() => video.rtcp.length > 0 && audio.rtcp.length > 0, 'both sender reports');
    for (const [receiver, ssrc, rate] of [
      [video, 1607797317, 90_000],
      [audio, 229236353, 48_000],
    ] as const) {
      const { bytes, from } = receiver.rtcp[0] as Datagram;
      expect(bytes[1]).toBe(200);
      expect(bytes.readUInt32BE(4)).toBe(ssrc);
      const unixMs =
        (bytes.readUInt32BE(8) - 2_208_988_800) * 1000 + (bytes.readUInt32BE(12) / 2 ** 32) * 1000;
      expect(Math.abs(unixMs - Date.now())).toBeLessThan(60_000);
      const first = header(receiver.rtp[0] as Datagram).timestamp;
      expect((bytes.readUInt32BE(16) - first) >>> 0).toBeLessThan(rate);
      expect(bytes.toString('latin1')).toContain(cname);
      expect(from.port).toBe((receiver.rtp[0]?.from.port ?? 0) + 1);
    }
  });
});

describe('feedback', () => {
  it.each([
    ['PLI', feedback.pli],
    ['FIR', feedback.fir],
  ])('%s makes the next frame a key frame', async (_, hex) => {
    play();
    await waitFor(() => video.rtcp.length > 0 && frames(video).length >= 3, 'a report and three frames');
    video.feedback(hex);
    await waitFor(() => stream().keyFrames.forced === 1, 'the key frame');
    await waitFor(() => frames(video).slice(1).some(isKey), 'the key frame on the wire');
    // Forced means: the clip would have shown no key frame here.
    expect(frames(video).slice(1).findIndex(isKey)).toBeLessThan(25);
  });

  it('REMB lowers and raises what a frame weighs', async () => {
    play();
    const weight = (frame: readonly Datagram[]): number =>
      frame.reduce((sum, { bytes }) => sum + bytes.length - 12, 0);
    const average = async (from: number): Promise<number> => {
      await waitFor(() => frames(video).length >= from + 12, 'twelve frames more');
      // Without key frames: they weigh what they must.
      const some = frames(video)
        .slice(from, from + 12)
        .filter((frame) => !isKey(frame));
      return some.map(weight).reduce((sum, bytes) => sum + bytes, 0) / some.length;
    };
    await waitFor(() => video.rtcp.length > 0, 'a report');
    const before = await average(1);
    video.feedback(feedback.remb(300_000 >> 2, 2));
    await waitFor(() => stream().bitrate === 300_000, 'the lower bitrate');
    const lower = await average(stream().framesSent + 1);
    video.feedback(feedback.remb(1_400_000 >> 3, 3));
    await waitFor(() => stream().bitrate === 1_300_000, 'the higher bitrate');
    const higher = await average(stream().framesSent + 1);
    expect(lower / before).toBeCloseTo(300 / 500, 1);
    expect(higher / before).toBeCloseTo(1300 / 500, 1);
    expect(stream().rembs).toEqual([300_000, 1_400_000]);
    expect(facts).toContainEqual({ fact: 'stream bitrate', streamId: 's-1', bitrate: 300_000 });
  });

  it('REMB for another SSRC is not obeyed, but counted', async () => {
    play();
    await waitFor(() => video.rtcp.length > 0, 'a report');
    video.feedback(feedback.remb(300_000 >> 2, 2, 99));
    await waitFor(() => stream().received.stray === 1, 'the stray REMB');
    expect(stream().rembs).toEqual([]);
  });

  it('NACK brings the very packet again', async () => {
    play();
    await waitFor(() => video.rtcp.length > 0 && video.rtp.length >= 3, 'a report and three packets');
    const [, wanted] = video.rtp;
    if (wanted === undefined) throw new Error('nothing came');
    video.feedback(feedback.nack(header(wanted).sequence, 0));
    await waitFor(() => video.rtp.filter(({ bytes }) => bytes.equals(wanted.bytes)).length === 2, 'it again');
    expect(stream().video.retransmitted).toBe(1);
  });

  it('is counted by kind, rubbish too', async () => {
    play();
    await waitFor(() => video.rtcp.length > 0 && audio.rtcp.length > 0, 'reports');
    video.feedback(feedback.receiverReport);
    audio.feedback(feedback.receiverReport);
    video.feedback('80c90001');
    await waitFor(() => stream().received.rr === 2 && stream().received.malformed === 1, 'the counters');
  });
});

describe('the line', () => {
  it('loses what it is told to lose, and NACK brings it back', async () => {
    let drawn = 0;
    play('s-1', { lossRatio: 0.5, random: () => (drawn++ % 10 === 3 ? 0 : 0.9) });
    await waitFor(() => frames(video).length >= 10 && stream().line.lost >= 2, 'losses');
    const sequences = video.rtp.map((packet) => header(packet).sequence);
    const gap = sequences.findIndex(
      (sequence, index) => index > 0 && ((sequence - (sequences[index - 1] ?? 0)) & 0xffff) === 2,
    );
    expect(gap).toBeGreaterThan(0);
    stream().line.quality = {};
    const missing = ((sequences[gap] ?? 0) - 1) & 0xffff;
    await waitFor(() => video.rtcp.length > 0, 'a report');
    video.feedback(feedback.nack(missing, 0));
    await waitFor(() => video.rtp.some((packet) => header(packet).sequence === missing), 'the lost packet');
  });

  it('keeps the order while it delays and jitters', async () => {
    play('s-1', { delayMs: 20, jitterMs: 60 });
    await waitFor(() => frames(video).length >= 10, 'ten frames');
    const sequences = video.rtp.map((packet) => header(packet).sequence);
    sequences.slice(1).forEach((sequence, index) => {
      expect((sequence - (sequences[index] ?? 0)) & 0xffff).toBe(1);
    });
  });
});

describe('talkback', () => {
  it('hears Opus: packets, and how loud', async () => {
    play();
    await waitFor(() => audio.rtp.length >= 4, 'sound');
    // What the camera sent is sound enough to send back: the beep.
    for (const { bytes } of audio.rtp.slice(0, 4)) audio.media(bytes);
    await waitFor(() => stream().talkback.loudPackets >= 1, 'loud packets');
    expect(stream().talkback.packets).toBe(4);
    expect(stream().talkback.peak).toBeGreaterThan(0.1);
  });

  it.each([
    ['silence', 0xff, 0],
    ['noise', 0x80, 1],
  ])('hears PCMU: %s', async (_, code, loudPackets) => {
    play();
    await waitFor(() => audio.rtp.length >= 1, 'sound');
    audio.media(Buffer.concat([Buffer.from('800000010000000000000001', 'hex'), Buffer.alloc(160, code)]));
    await waitFor(() => stream().talkback.packets === 1, 'the packet');
    expect(stream().talkback.loudPackets).toBe(loudPackets);
  });
});

describe('its end', () => {
  it('comes with stop, and nothing is sent any more', async () => {
    play();
    await running();
    live.obey('stream/stop', { streamId: 's-1', messageType: 'stop' });
    expect(live.stream).toBeUndefined();
    expect(stream().endReason).toBe('stop');
    expect(facts.at(-1)).toMatchObject({ fact: 'stream ended', reason: 'stop', streamId: 's-1' });
  });

  it('does not come with the stop of another stream', async () => {
    play();
    await running();
    live.obey('stream/stop', { streamId: 's-0' });
    expect(live.stream?.streamId).toBe('s-1');
    expect(live.strays).toBe(1);
  });

  it('comes with a stop that overtakes the sockets', async () => {
    play();
    live.obey('stream/stop', { streamId: 's-1' });
    play('s-2');
    await waitFor(() => live.stream?.streamId === 's-2', 'the second stream');
    expect(live.started).toBe(1);
  });

  it('comes with a second play: one stream a camera', async () => {
    play();
    await running();
    play('s-2');
    await waitFor(() => live.stream?.streamId === 's-2', 'the second stream');
    expect(live.ended.map(({ streamId, endReason }) => [streamId, endReason])).toEqual([['s-1', 'replaced']]);
  });

  const fakeClock = async (): Promise<void> => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    play();
    // The sockets are real: they open in their own time.
    while (live.stream === undefined) await new Promise((resolve) => setImmediate(resolve));
  };

  it('comes 30 s after the last REMB', async () => {
    await fakeClock();
    await vi.advanceTimersByTimeAsync(29_000);
    expect(live.stream).toBeDefined();
    const held = stream();
    while (video.rtcp.length === 0) await new Promise((resolve) => setImmediate(resolve));
    video.feedback(feedback.remb(300_000 >> 2, 2));
    while (held.rembs.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(29_000);
    expect(live.stream).toBeDefined();
    await vi.advanceTimersByTimeAsync(2000);
    expect(live.stream).toBeUndefined();
    expect(held.endReason).toBe('no REMB');
  });

  it('comes when the keepalives stay away', async () => {
    live.options = { ...live.options, rembLimitMs: Infinity, keepaliveLimitMs: 5000 };
    await fakeClock();
    await vi.advanceTimersByTimeAsync(4000);
    live.obey('stream/keepalive', { streamId: 's-1', keepaliveCount: 0 });
    live.obey('stream/keepalive', { streamId: 'another', keepaliveCount: 0 });
    await vi.advanceTimersByTimeAsync(4000);
    expect(live.stream?.keepalives).toBe(1);
    await vi.advanceTimersByTimeAsync(1100);
    expect(stream().endReason).toBe('no keepalive');
  });
});

describe('refusal', () => {
  it('sends nothing, says why, and leaves a running stream alone', async () => {
    play();
    await running();
    live.obey('stream/play', { streamId: 's-2', sdpOffer: playText(1, 3).replaceAll('\r\n', '\n') });
    expect(live.refusals).toEqual(['line ends are LF, not CRLF']);
    expect(facts.at(-1)).toEqual({
      fact: 'stream refused',
      streamId: 's-2',
      reason: 'line ends are LF, not CRLF',
    });
    expect(live.stream?.streamId).toBe('s-1');
  });

  it('is the answer in privacy, and to a play without an id', () => {
    live.obey('stream/play', { sdpOffer: playText(video.port, audio.port) });
    inPrivacy = true;
    play();
    expect(live.refusals).toEqual(['no streamId', 'privacy mode']);
  });
});

it('knows when a frame last left', async () => {
  play();
  await waitFor(() => stream().framesSent >= 3, 'three frames');
  expect(Math.abs((stream().sentAtMs(0) ?? 0) - Date.now())).toBeLessThan(60_000);
  expect(stream().sentAtMs(600)).toBeUndefined();
});
