/** One camera on the wall. */
import { useEffect, useRef, useState } from 'react';
import { t } from '../messages.ts';
import type { Camera } from '../types.ts';
import { BatteryIcon, CameraIcon, PlayIcon } from '../ui/icons.tsx';
import { StopIcon } from './icons.tsx';
import { expectLiveClick } from './live-click.ts';
import { LiveNotice } from './live-notice.tsx';
import { LivePicture } from './live-picture.tsx';
import { useLiveSession } from './use-live-session.ts';

interface LiveTileProps {
  readonly camera: Camera;
  readonly poster: string | null;
  readonly wanted: boolean;
  readonly covered: boolean;
  readonly onPlay: (play: boolean) => void;
  readonly onOpen: () => void;
}

export function LiveTile({ camera, poster, wanted, covered, onPlay, onOpen }: LiveTileProps) {
  const tile = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const seen = useOnScreen(tile);
  const runs = wanted && seen && !covered;
  const [session, state] = useLiveSession(camera.id, runs);
  const playing = runs && state.phase === 'playing';
  return (
    <article ref={tile} className="tile" data-tile={camera.id} aria-label={camera.name}>
      {poster === null && !state.seen && (
        <span className="tile-empty">
          <CameraIcon />
        </span>
      )}
      <LivePicture
        video={video}
        session={session}
        state={state}
        poster={poster}
        muted
        label={t.live.picture(camera.name)}
      />
      <button
        type="button"
        className="tile-open"
        aria-label={t.live.enlarge(camera.name)}
        onPointerEnter={expectLiveClick}
        onClick={onOpen}
      />
      {runs && <LiveNotice session={session} state={state} />}
      {!wanted && (
        <button
          type="button"
          className="tile-play"
          aria-label={t.live.play(camera.name)}
          disabled={camera.mode === 'privacy'}
          onClick={() => onPlay(true)}
        >
          <PlayIcon />
        </button>
      )}
      <footer className="tile-foot">
        <span className={playing ? 'link-dot tile-dot-on' : 'link-dot tile-dot'} />
        <h3>{camera.name}</h3>
        <TileNote camera={camera} />
        {wanted && (
          <button
            type="button"
            className="icon-button icon-button-small tile-stop"
            aria-label={t.live.stop(camera.name)}
            title={t.live.stop(camera.name)}
            onClick={() => onPlay(false)}
          >
            <StopIcon />
          </button>
        )}
      </footer>
    </article>
  );
}

/** Why it does not run by itself, where there is a reason. */
function TileNote({ camera }: { camera: Camera }) {
  if (camera.mode === 'privacy') return <span className="tile-note">{t.modes.privacy}</span>;
  if (camera.connectionStatus !== 'connected')
    return <span className="tile-note">{t.cameras.disconnected}</span>;
  if (camera.batteryLevel === null) return null;
  return (
    <span className="tile-note" title={t.live.battery}>
      <BatteryIcon />
      <span className="visually-hidden">{t.live.battery}</span>
      {Math.round(camera.batteryLevel)} %
    </span>
  );
}

/** A little beyond the edge counts, so that scrolling meets a picture; what only passes by starts nothing. */
const settleMs = 250;
function useOnScreen(element: React.RefObject<HTMLElement | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (element.current === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        const visible = entries.at(-1)?.isIntersecting ?? false;
        clearTimeout(timer);
        timer = setTimeout(() => setSeen(visible), visible ? settleMs : settleMs * 8);
      },
      { rootMargin: '80px' },
    );
    observer.observe(element.current);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [element]);
  return seen;
}
