/** The dialog of one camera's live view. */
import { useEffect, useRef, useState } from 'react';
import { age } from '../format.ts';
import { t } from '../messages.ts';
import type { Camera } from '../types.ts';
import { Dialog } from '../ui/dialog.tsx';
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

interface LiveViewProps {
  readonly camera: Camera;
  /** The last picture of any event. */
  readonly poster: string | null;
  readonly onClose: () => void;
}

export function LiveView({ camera, poster, onClose }: LiveViewProps) {
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
  useLiveKeys(actions, talk);

  const live = state.phase === 'playing' && !state.stalled && !state.unsteady;
  return (
    <Dialog
      className="player live"
      onClose={onClose}
      title={
        <>
          <span className={live ? 'live-badge live-badge-on' : 'live-badge'}>
            <span className="link-dot" />
            {live ? t.live.badge : t.live.badgeWait}
          </span>
          <span className="event-camera">
            {camera.name}
            <span className="visually-hidden">, {t.live.badge}</span>
          </span>
        </>
      }
    >
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
      <p className="hint live-keys">{t.live.keys}</p>
    </Dialog>
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
