/** One camera live: picture, what it waits for, and what can be done with it. In a dialog, or in its place on a screen. */
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { age } from '../format.ts';
import { t } from '../messages.ts';
import type { Camera } from '../types.ts';
import { useNow } from '../ui/use-now.ts';
import { canFloat, toggleFloating, toggleFullScreen } from './browsers.ts';
import './live.css';
import { takeLiveClick } from './live-click.ts';
import { LiveControls, type LiveActions } from './live-controls.tsx';
import { LiveDetails } from './live-details.tsx';
import { LiveNotice } from './live-notice.tsx';
import { LivePicture } from './live-picture.tsx';
import { saveSnapshot } from './snapshot.ts';
import { useLiveKeys } from './use-live-keys.ts';
import { useLiveSession } from './use-live-session.ts';
import { useTalk } from './use-talk.ts';
import { useZoom } from './use-zoom.ts';

export interface LivePlayerProps {
  readonly camera: Camera;
  /** The last picture of any event. */
  readonly poster: string | null;
  /** Where its keys count: in a dialog anywhere, on a screen while the focus is within. */
  readonly keys: 'anywhere' | 'within';
  /** Told whenever it becomes live and when that ends. */
  readonly onLive?: (live: boolean) => void;
}

export function LivePlayer({ camera, poster, keys, onLive }: LivePlayerProps) {
  const reason = useReasonNotToStart(camera);
  const [anyway, setAnyway] = useState(false);
  const [session, state] = useLiveSession(camera.id, reason === null || anyway, takeLiveClick);
  const [talk, talking] = useTalk(session);
  // The page hears of a camera's return before the person could press anything.
  const connected = camera.connectionStatus === 'connected';
  useEffect(() => {
    if (connected && session.state().phase === 'refused') session.again();
  }, [session, connected]);
  const [muted, setMuted] = useState(true);
  const [details, setDetails] = useState(false);
  const [said, say] = usePassingWords();
  const frame = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const zoomed = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const { zoom, by, pan, reset } = useZoom(stage, zoomed);

  const actions: LiveActions = {
    toggleSound: () => {
      // Here and not in an effect: browsers unmute only for the press itself.
      if (video.current !== null) video.current.muted = !muted;
      setMuted(!muted);
    },
    snapshot: () => {
      if (video.current === null) return;
      void saveSnapshot(video.current, camera.name).then((saved) =>
        say(saved ? t.live.snapshotSaved : t.live.snapshotFailed),
      );
    },
    zoomBy: by,
    pan,
    zoomReset: reset,
    float: canFloat()
      ? () => {
          if (video.current !== null) toggleFloating(video.current).catch(() => undefined);
        }
      : null,
    fullScreen: () => {
      if (frame.current !== null && video.current !== null)
        toggleFullScreen(frame.current, video.current).catch(() => undefined);
    },
    toggleDetails: () => setDetails(!details),
  };
  useLiveKeys(actions, talk, keys === 'within' ? frame : null);

  const live = state.phase === 'playing' && !state.stalled && !state.unsteady;
  const tellLive = useEffectEvent(() => onLive?.(live));
  useEffect(() => tellLive(), [live]);
  return (
    <div ref={frame} className="live-frame">
      <div
        ref={stage}
        className={zoom.scale > 1 ? 'stage live-stage live-stage-zoomed' : 'stage live-stage'}
        data-zoom={zoom.scale.toFixed(2)}
      >
        <div ref={zoomed} className="live-zoom">
          <LivePicture
            video={video}
            session={session}
            state={state}
            poster={poster}
            muted={muted}
            label={t.live.picture(camera.name)}
          />
        </div>
        {reason !== null && !anyway ? (
          <div className="live-notice" role="status">
            <p>{reason}</p>
            <button type="button" className="button button-small" onClick={() => setAnyway(true)}>
              {t.live.tryAnyway}
            </button>
          </div>
        ) : (
          <LiveNotice session={session} state={state} />
        )}
        <p className="live-said" role="status">
          {said}
        </p>
      </div>
      {details && <LiveDetails state={state} />}
      <LiveControls
        actions={actions}
        talk={talk}
        talking={talking}
        muted={muted}
        details={details}
        scale={zoom.scale}
        ready={state.phase === 'playing'}
      />
    </div>
  );
}

/** Known before asking the server; the person may know better. */
function useReasonNotToStart(camera: Camera): string | null {
  const now = useNow();
  if (camera.mode === 'privacy') return t.live.privacy;
  if (camera.connectionStatus === 'connected') return null;
  return t.live.notConnected(
    camera.lastSeenAt === null ? t.cameras.neverHeard : t.cameras.lastHeard(age(camera.lastSeenAt, now)),
  );
}

const saidMs = 2500;
function usePassingWords(): readonly [string, (text: string) => void] {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => setSaid(''), saidMs);
    return () => clearTimeout(timer);
  }, [said]);
  return [said, setSaid];
}
