/**
 * The picture itself: poster at once, then the stream; between two streams the last frame stays. Tells the session when
 * a frame is really on the screen. `data-live` says how far it is, `data-live-trace` when each step of the start came.
 */
import { useEffect, useRef, type RefObject } from 'react';
import type { LiveSession, LiveState } from './session.ts';
import { traceRecord } from './trace.ts';

interface LivePictureProps {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly session: LiveSession;
  readonly state: LiveState;
  readonly poster: string | null;
  readonly muted: boolean;
  readonly label: string;
}

export function LivePicture({ video, session, state, poster, muted, label }: LivePictureProps) {
  const still = useRef<HTMLCanvasElement>(null);
  const { stream } = state;
  useEffect(() => {
    const element = video.current;
    if (element === null || stream === null) return;
    holdLastFrame(element, still.current);
    element.srcObject = stream;
    // Muted, every browser lets it start by itself; not so a page with sound that nobody has touched yet.
    element.play().catch(() => {
      element.muted = true;
      element.play().catch(() => undefined);
    });
    return onFirstFrame(element, () => session.pictureShown());
  }, [video, session, stream]);

  return (
    <>
      {poster !== null && !state.seen && <img className="live-layer" src={poster} alt="" />}
      <canvas ref={still} className="live-layer" aria-hidden="true" />
      <video
        ref={video}
        className="live-layer live-video"
        data-live={state.phase}
        data-live-trace={JSON.stringify(traceRecord(state.trace))}
        autoPlay
        playsInline
        muted={muted}
        disableRemotePlayback
        aria-label={label}
      />
    </>
  );
}

function holdLastFrame(video: HTMLVideoElement, canvas: HTMLCanvasElement | null): void {
  if (canvas === null || video.videoWidth === 0) return;
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
}

/** By the callback made for it; Firefox before 132 has none and gets the next best sign. */
function onFirstFrame(video: HTMLVideoElement, shown: () => void): () => void {
  if ('requestVideoFrameCallback' in video) {
    const handle = video.requestVideoFrameCallback(shown);
    return () => video.cancelVideoFrameCallback(handle);
  }
  const element = video as HTMLVideoElement;
  const onTime = (): void => {
    if (element.videoWidth > 0 && element.currentTime > 0) shown();
  };
  element.addEventListener('timeupdate', onTime);
  return () => element.removeEventListener('timeupdate', onTime);
}
