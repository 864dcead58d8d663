/** What Firefox and Safari do differently, with stand-ins for what they lack: neither is at hand where these tests run. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { canFloat, offerH264Only, silenceForRelay, toggleFloating, toggleFullScreen } from './browsers.ts';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const chromium =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const relay = [{ urls: ['turn:192.0.2.1:3478?transport=udp'], username: 'u', credential: 'c' }];

afterEach(() => vi.unstubAllGlobals());

describe('the offer', () => {
  const codec = (mimeType: string, sdpFmtpLine = '') => ({ mimeType, sdpFmtpLine, clockRate: 90_000 });
  const receiver = (codecs: object[]) =>
    ({ getCapabilities: () => ({ codecs, headerExtensions: [] }) }) as unknown as typeof RTCRtpReceiver;
  const mode1 = codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f');
  const mode0 = codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f');
  // Safari lists the high profile first.
  const high = codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f');

  it('holds H.264 alone, constrained baseline in mode 1 first', () => {
    const setCodecPreferences = vi.fn();
    offerH264Only(
      { setCodecPreferences } as unknown as RTCRtpTransceiver,
      receiver([high, codec('video/VP8'), mode0, codec('video/rtx', 'apt=96'), mode1, codec('video/AV1')]),
    );
    expect(setCodecPreferences).toHaveBeenCalledExactlyOnceWith([mode1, high, mode0]);
  });

  it('stays as it is where the browser cannot choose (Firefox before 128) or has no H.264', () => {
    expect(() => offerH264Only({} as RTCRtpTransceiver, receiver([mode1]))).not.toThrow();
    const setCodecPreferences = vi.fn();
    offerH264Only({ setCodecPreferences } as unknown as RTCRtpTransceiver, receiver([codec('video/VP8')]));
    offerH264Only({ setCodecPreferences } as unknown as RTCRtpTransceiver, undefined);
    expect(setCodecPreferences).not.toHaveBeenCalled();
  });
});

describe('a track of silence, so that relay candidates are gathered', () => {
  const made = { enabled: true };
  const inBrowser = (userAgent: string): void => {
    vi.stubGlobal('navigator', { userAgent });
    vi.stubGlobal(
      'AudioContext',
      class {
        createMediaStreamDestination = () => ({ stream: { getAudioTracks: () => [made] } });
      },
    );
  };

  it.each([
    ['Firefox', firefox],
    ['Safari', safari],
  ])('is made in %s without a question, switched off', (_name, userAgent) => {
    inBrowser(userAgent);
    made.enabled = true;
    expect(silenceForRelay(relay)).toBe(made);
    expect(made.enabled).toBe(false);
  });

  it('is needed by no relay, no Chromium, and cannot be had without sound', () => {
    inBrowser(safari);
    expect(silenceForRelay([])).toBeUndefined();
    expect(silenceForRelay([{ urls: 'stun:192.0.2.1' }])).toBeUndefined();
    inBrowser(chromium);
    expect(silenceForRelay(relay)).toBeUndefined();
    inBrowser(firefox);
    vi.stubGlobal('AudioContext', function refusing() {
      throw new Error('NotSupportedError');
    });
    expect(silenceForRelay(relay)).toBeUndefined();
  });
});

describe('full screen and floating', () => {
  it('are the video’s own on an iPhone', async () => {
    vi.stubGlobal('document', {});
    vi.stubGlobal('Element', Object);
    vi.stubGlobal('HTMLVideoElement', { prototype: { webkitSetPresentationMode: () => undefined } });
    const video = {
      webkitEnterFullscreen: vi.fn(),
      webkitSetPresentationMode: vi.fn(),
      webkitPresentationMode: 'inline',
    };
    await toggleFullScreen({} as HTMLElement, video as unknown as HTMLVideoElement);
    expect(video.webkitEnterFullscreen).toHaveBeenCalledOnce();
    expect(canFloat()).toBe(true);
    await toggleFloating(video as unknown as HTMLVideoElement);
    expect(video.webkitSetPresentationMode).toHaveBeenLastCalledWith('picture-in-picture');
    video.webkitPresentationMode = 'picture-in-picture';
    await toggleFloating(video as unknown as HTMLVideoElement);
    expect(video.webkitSetPresentationMode).toHaveBeenLastCalledWith('inline');
  });

  it('floating has no button in Firefox, which keeps its own', () => {
    vi.stubGlobal('document', {});
    vi.stubGlobal('HTMLVideoElement', { prototype: {} });
    expect(canFloat()).toBe(false);
  });
});
