/** A `<video>` as React sees it: what it does now, and what can be done with it. The element keeps the truth. */
import { useEffect, useRef, useState, type RefObject } from 'react';

export interface Playback {
  readonly playing: boolean;
  readonly waiting: boolean;
  /** Seconds. */
  readonly at: number;
  readonly lengthSeconds: number;
  readonly speed: number;
  /** 0 to 1; 0 while muted. */
  readonly volume: number;
}

const still: Playback = { playing: false, waiting: true, at: 0, lengthSeconds: 0, speed: 1, volume: 0 };
const heard = [
  'play',
  'pause',
  'ended',
  'waiting',
  'playing',
  'timeupdate',
  'seeked',
  'durationchange',
  'ratechange',
  'volumechange',
] as const;

export const speeds = [0.25, 0.5, 1, 1.5, 2, 4] as const;
/** Until frames have been measured. */
const usualFrameSeconds = 1 / 25;

export function usePlayback(video: RefObject<HTMLVideoElement | null>) {
  const [playback, setPlayback] = useState(still);
  const frameSeconds = useFrameSeconds(video);
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    const read = (event: Event): void =>
      setPlayback((before) => ({
        playing: !element.paused && !element.ended,
        waiting: event.type === 'waiting' || (before.waiting && element.readyState < 3),
        at: element.currentTime,
        lengthSeconds: Number.isFinite(element.duration) ? element.duration : 0,
        speed: element.playbackRate,
        volume: element.muted ? 0 : element.volume,
      }));
    for (const name of heard) element.addEventListener(name, read);
    return () => heard.forEach((name) => element.removeEventListener(name, read));
  }, [video]);

  const withVideo = (act: (element: HTMLVideoElement) => void) => (): void => {
    if (video.current !== null) act(video.current);
  };
  const seek = (seconds: number): void =>
    withVideo((element) => {
      element.currentTime = Math.min(Math.max(0, seconds), element.duration || 0);
    })();
  const step = (frames: number): void =>
    withVideo((element) => {
      element.pause();
      seek(element.currentTime + frames * frameSeconds.current);
    })();
  return {
    playback,
    toggle: withVideo((element) => {
      if (element.paused || element.ended) void element.play().catch(() => undefined);
      else element.pause();
    }),
    seek,
    skip: (seconds: number) => withVideo((element) => seek(element.currentTime + seconds))(),
    step,
    setSpeed: (speed: number) => withVideo((element) => void (element.playbackRate = speed))(),
    setVolume: (volume: number) =>
      withVideo((element) => {
        element.volume = volume === 0 ? element.volume : volume;
        element.muted = volume === 0;
      })(),
    toggleSound: withVideo((element) => void (element.muted = !element.muted)),
    pictureInPicture: withVideo((element) => {
      const leave = document.pictureInPictureElement !== null;
      void (leave ? document.exitPictureInPicture() : element.requestPictureInPicture()).catch(
        () => undefined,
      );
    }),
  };
}

/** The smallest time between two frames that was seen: cameras differ, and say it nowhere. */
function useFrameSeconds(video: RefObject<HTMLVideoElement | null>): RefObject<number> {
  const shortest = useRef(usualFrameSeconds);
  useEffect(() => {
    const element = video.current;
    if (element === null || !('requestVideoFrameCallback' in element)) return;
    let before: number | undefined;
    let least = Infinity;
    const onFrame = (_now: number, { mediaTime }: { mediaTime: number }): void => {
      const passed = mediaTime - (before ?? mediaTime);
      before = mediaTime;
      if (passed > 0.005 && passed < least) shortest.current = least = passed;
      handle = element.requestVideoFrameCallback(onFrame);
    };
    let handle = element.requestVideoFrameCallback(onFrame);
    return () => element.cancelVideoFrameCallback(handle);
  }, [video]);
  return shortest;
}
