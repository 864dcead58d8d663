/** All cameras live. */
import { LiveOverlay } from '../home/live-overlay.tsx';
import { LiveWall } from '../live/lazy-live.tsx';
import { t } from '../messages.ts';
import { selectLastPicture } from '../store/reducer.ts';
import { selectCameras } from '../store/select-cameras.ts';
import { useAppState } from '../store/store.ts';
import { useLocation } from '../ui/use-location.ts';

export function Screen() {
  const state = useAppState();
  const { liveId, eventId } = useLocation();
  return (
    <>
      <h1 className="visually-hidden">{t.nav.screens.live}</h1>
      <LiveWall
        cameras={selectCameras(state)}
        posterOf={(id) => selectLastPicture(state, id)?.thumbnailUrl ?? null}
        paused={liveId !== null || eventId !== null}
      />
      <LiveOverlay />
    </>
  );
}
