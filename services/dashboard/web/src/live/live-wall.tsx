/**
 * All cameras at once. A stream runs only while its tile can be seen; one that would wake a camera on battery waits for
 * a person's click.
 */
import { useEffect, useState } from 'react';
import { t } from '../messages.ts';
import { findLastPicture } from '../store/actions.ts';
import { homeWith, everything } from '../store/filter.ts';
import type { Camera } from '../types.ts';
import { ListIcon, PlayIcon } from '../ui/icons.tsx';
import { goTo, useLocation } from '../ui/use-location.ts';
import { StopIcon } from './icons.tsx';
import './live.css';
import { noteLiveClick } from './live-click.ts';
import { LiveTile } from './live-tile.tsx';

interface LiveWallProps {
  readonly cameras: readonly Camera[];
  readonly posterOf: (cameraId: string) => string | null;
  /** Something larger covers the wall. */
  readonly paused: boolean;
}

/** `chosen`: what a person said of single cameras, before all else. */
interface Choice {
  readonly all: 'auto' | 'start' | 'stop';
  readonly chosen: ReadonlyMap<string, boolean>;
}

export function LiveWall({ cameras, posterOf, paused }: LiveWallProps) {
  const location = useLocation();
  const [{ all, chosen }, setChoice] = useState<Choice>({ all: 'auto', chosen: new Map() });
  const hidden = useHiddenPage();
  useEffect(() => {
    for (const camera of cameras) if (posterOf(camera.id) === null) void findLastPicture(camera.id);
  }, [cameras, posterOf]);

  const wanted = (camera: Camera): boolean =>
    camera.mode !== 'privacy' &&
    (chosen.get(camera.id) ??
      (all === 'start' ||
        (all === 'auto' && camera.connectionStatus === 'connected' && camera.batteryLevel === null)));
  const runs = cameras.some(wanted);

  return (
    <div className="wall">
      <div className="section-head">
        <h2>{t.live.wall}</h2>
        <div className="section-side">
          <button
            type="button"
            className="button button-small"
            onClick={() => setChoice({ all: runs ? 'stop' : 'start', chosen: new Map() })}
          >
            {runs ? <StopIcon /> : <PlayIcon />}
            {runs ? t.live.stopAll : t.live.startAll}
          </button>
          <button type="button" className="button button-small" onClick={() => goTo(homeWith(everything))}>
            <ListIcon />
            {t.live.wallBack}
          </button>
        </div>
      </div>
      <p className="hint">{cameras.length === 0 ? t.live.noneToShow : t.live.wallHint}</p>
      <ul className="wall-grid">
        {cameras.map((camera) => (
          <li key={camera.id}>
            <LiveTile
              camera={camera}
              poster={posterOf(camera.id)}
              wanted={wanted(camera)}
              covered={paused || hidden}
              onPlay={(play) =>
                setChoice((now) => ({ ...now, chosen: new Map(now.chosen).set(camera.id, play) }))
              }
              onOpen={() => {
                noteLiveClick();
                goTo({ ...location, liveId: camera.id });
              }}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A glance at another tab stops nothing; leaving does. */
const hiddenMs = 10_000;
function useHiddenPage(): boolean {
  const [hidden, setHidden] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onChange = (): void => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => setHidden(true), hiddenMs);
      else setHidden(false);
    };
    document.addEventListener('visibilitychange', onChange);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onChange);
    };
  }, []);
  return hidden;
}
