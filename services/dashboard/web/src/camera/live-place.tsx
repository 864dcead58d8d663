/**
 * The live view in its place. Opening the screen asks nothing of the camera: the last picture stands there until somebody
 * starts (`?watch` of the URL, so that Back stops it).
 */
import { useEffect } from 'react';
import { age } from '../format.ts';
import { expectLiveClick, fetchLiveCodeWhenIdle, noteLiveClick } from '../live/live-click.ts';
import { changeQuery, currentPlace, useQueryParams } from '../router/router.ts';
import { mayDo } from '../screens.ts';
import { findLastPicture } from '../store/actions.ts';
import { selectLastPicture } from '../store/reducer.ts';
import { useAppState } from '../store/store.ts';
import type { Camera } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { CameraIcon, CloseIcon, LiveIcon } from '../ui/icons.tsx';
import { lazily } from '../ui/lazily.tsx';
import { useNow } from '../ui/use-now.ts';
import { t } from './words.ts';

const LivePlayer = lazily(() => import('../live/live-player.tsx').then(({ LivePlayer: code }) => code));

const isWatched = (search: string): boolean => new URLSearchParams(search).has('watch');

export function toggleLive(): void {
  const watched = isWatched(currentPlace().search);
  if (!watched) noteLiveClick();
  changeQuery({ watch: watched ? null : '1' }, watched ? 'replace' : 'push');
}

export function LivePlace({ camera }: { readonly camera: Camera }) {
  const state = useAppState();
  const watched = useQueryParams().has('watch');
  const mayWatch = mayDo(state, 'live') && state.server?.liveView === true;
  const picture = selectLastPicture(state, camera.id);
  const poster = picture?.thumbnailUrl ?? null;
  useEffect(() => {
    if (poster === null) void findLastPicture(camera.id);
  }, [poster, camera.id]);
  useEffect(fetchLiveCodeWhenIdle, []);
  return (
    <section className="live-place" aria-label={t.live.title}>
      {watched && mayWatch ? (
        <>
          <LivePlayer key={camera.id} camera={camera} poster={poster} keys="within" />
          <Button small className="live-place-stop" icon={<CloseIcon />} onClick={toggleLive}>
            {t.live.stop}
          </Button>
        </>
      ) : (
        <Still poster={poster} at={picture?.startedAt ?? null} onStart={mayWatch ? toggleLive : null} />
      )}
    </section>
  );
}

interface StillProps {
  readonly poster: string | null;
  readonly at: string | null;
  /** Null: not for this user, or not here. */
  readonly onStart: (() => void) | null;
}

function Still({ poster, at, onStart }: StillProps) {
  const now = useNow();
  return (
    <div className="live-place-still">
      {poster === null ? <CameraIcon className="live-place-none" /> : <img src={poster} alt="" />}
      <div className="live-place-words">
        <p>
          {at === null ? t.live.none : t.live.picture(age(at, now))}
          {onStart !== null && <span>{t.live.asleep}</span>}
        </p>
        {onStart !== null && (
          <Button tone="primary" icon={<LiveIcon />} onPointerEnter={expectLiveClick} onClick={onStart}>
            {t.live.start}
          </Button>
        )}
      </div>
    </div>
  );
}
