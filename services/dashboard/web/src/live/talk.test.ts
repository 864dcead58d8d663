/** Push-to-talk against stand-ins for the browser's microphone and sender. */
import { beforeEach, describe, expect, it } from 'vitest';
import { handClock, type HandClock } from './live.helpers.ts';
import { createTalk, type Talk } from './talk.ts';

let clock: HandClock;
let packets: number;
let asked: number;
let sent: (MediaStreamTrack | null)[];
let told: boolean[];
let grant: (() => void) | undefined;
let tracks: { enabled: boolean; readyState: string; stop: () => void }[];
let talk: Talk;

/** Lets promises that are already settled go on. */
const settle = async (): Promise<void> => {
  for (let at = 0; at < 20; at += 1) await Promise.resolve();
};

function newTalk(failure?: string): Talk {
  return createTalk({
    clock,
    devices: {
      getUserMedia: () => {
        asked += 1;
        return new Promise((resolve, reject) => {
          grant = () => {
            if (failure !== undefined) {
              reject(new DOMException('no', failure));
              return;
            }
            const track = {
              enabled: true,
              readyState: 'live',
              stop() {
                this.readyState = 'ended';
              },
            };
            tracks.push(track);
            resolve({ getAudioTracks: () => [track] } as unknown as MediaStream);
          };
        });
      },
    },
    sender: () =>
      ({
        replaceTrack: (track: MediaStreamTrack | null) => {
          sent.push(track);
          return Promise.resolve();
        },
      }) as unknown as RTCRtpSender,
    tell: (active) => told.push(active),
    sentPackets: () => Promise.resolve(packets),
  });
}

beforeEach(() => {
  clock = handClock();
  packets = 7;
  asked = 0;
  sent = [];
  told = [];
  tracks = [];
  talk = newTalk();
});

describe('talk', () => {
  it('is ready when sound leaves, not before', async () => {
    talk.press();
    expect(talk.state().name).toBe('enabling');
    grant?.();
    await settle();
    clock.advance(200);
    await settle();
    expect(talk.state().name).toBe('enabling');
    expect(told).toEqual([true]);
    packets += 1;
    clock.advance(40);
    await settle();
    expect(talk.state().name).toBe('ready');
    talk.release();
    expect(talk.state().name).toBe('off');
    expect(told).toEqual([true, false]);
    expect(sent.at(-1)).toBeNull();
    expect(tracks[0]?.enabled).toBe(false);
  });

  it('gives the microphone back after a while, and keeps it for an answer before that', async () => {
    talk.press();
    grant?.();
    await settle();
    talk.release();
    clock.advance(7000);
    talk.press();
    await settle();
    expect(asked).toBe(1);
    talk.release();
    clock.advance(8000);
    expect(tracks[0]?.readyState).toBe('ended');
  });

  it('sends nothing when let go while the browser was asking', async () => {
    talk.press();
    talk.release();
    grant?.();
    await settle();
    expect(sent.filter((track) => track !== null)).toEqual([]);
    expect(told).toEqual([]);
    expect(talk.state().name).toBe('off');
    clock.advance(8000);
    expect(tracks[0]?.readyState).toBe('ended');
  });

  it('gives back a microphone that comes after the view was closed', async () => {
    talk.press();
    talk.close();
    grant?.();
    await settle();
    expect(tracks[0]?.readyState).toBe('ended');
  });

  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'no-microphone'],
  ])('says why not: %s', async (failure, reason) => {
    talk = newTalk(failure);
    talk.press();
    grant?.();
    await settle();
    expect(talk.state()).toEqual({ name: 'failed', reason });
    talk.release();
    expect(talk.state().name).toBe('failed');
  });

  it('says when the voice does not get through', async () => {
    talk.press();
    grant?.();
    for (let at = 0; at < 150; at += 1) {
      await settle();
      clock.advance(40);
    }
    await settle();
    expect(talk.state()).toEqual({ name: 'failed', reason: 'not-sent' });
    expect(told).toEqual([true, false]);
  });
});
