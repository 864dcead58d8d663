/** The live view of the URL (`?live=<camera>`), over any screen; a camera that is not known (any more) has none. */
import { LiveView } from '../live/lazy-live.tsx';
import { selectLastPicture } from '../store/reducer.ts';
import { useAppState } from '../store/store.ts';
import { goTo, useLocation } from '../ui/use-location.ts';

export function LiveOverlay() {
  const state = useAppState();
  const location = useLocation();
  const id = location.liveId;
  const camera = id === null ? undefined : state.cameras.get(id);
  if (id === null || camera === undefined || state.server?.liveView !== true) return null;
  return (
    <LiveView
      key={id}
      camera={camera}
      poster={selectLastPicture(state, id)?.thumbnailUrl ?? null}
      onClose={() => goTo({ ...location, liveId: null }, 'replace')}
    />
  );
}
