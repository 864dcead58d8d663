/** The first screen: cameras beside what they saw and heard. */
import { CameraCard } from '../cameras/camera-card.tsx';
import { EmptyState } from '../cameras/empty-state.tsx';
import { useFreshToday } from '../cameras/today.tsx';
import { EventList } from '../events/event-list.tsx';
import { t } from '../messages.ts';
import { Link } from '../router/link.tsx';
import { useTitle } from '../router/use-title.ts';
import { mayDo } from '../screens.ts';
import { homeWith } from '../store/filter.ts';
import { selectEvents } from '../store/reducer.ts';
import { selectCameras } from '../store/select-cameras.ts';
import type { State } from '../store/state.ts';
import { useAppState } from '../store/store.ts';
import type { Camera } from '../types.ts';
import { CameraIcon, GridIcon } from '../ui/icons.tsx';
import { lazily } from '../ui/lazily.tsx';
import { goTo, useLocation } from '../ui/use-location.ts';
import { LiveOverlay } from './live-overlay.tsx';

const HouseBar = lazily(() => import('../house/house-bar.tsx').then(({ HouseBar: code }) => code));
export function Screen() {
  const state = useAppState();
  const cameras = selectCameras(state);
  useTitle('');
  useFreshToday(state);
  return (
    <>
      <h1 className="visually-hidden">{t.nav.screens.home}</h1>
      {cameras.length > 0 && mayDo(state, 'house.read') && <HouseBar />}
      <Overview state={state} cameras={cameras} />
      <LiveOverlay />
    </>
  );
}

function Overview({ state, cameras }: { state: State; cameras: readonly Camera[] }) {
  const location = useLocation();
  const connected = cameras.filter((camera) => camera.connectionStatus === 'connected').length;
  const events = selectEvents(state, location.filter);
  return (
    <div className={cameras.length === 0 ? 'home-columns home-empty' : 'home-columns'}>
      <section className="home-cameras" aria-labelledby="cameras-title">
        <div className="section-head">
          <h2 id="cameras-title">{t.cameras.title}</h2>
          {cameras.length > 0 && (
            <div className="section-side">
              <p>{t.cameras.summary(connected, cameras.length)}</p>
              {state.server?.liveView === true && (
                <button
                  type="button"
                  className="button button-small"
                  onClick={() => goTo({ ...homeWith(location.filter), wall: true })}
                >
                  <GridIcon />
                  {t.live.wall}
                </button>
              )}
            </div>
          )}
        </div>
        {cameras.length === 0 ? (
          <EmptyState />
        ) : (
          <ul className="camera-grid">
            {cameras.map((camera) => (
              <li key={camera.id}>
                <CameraCard camera={camera} state={state} />
              </li>
            ))}
          </ul>
        )}
        {state.unclaimed.length > 0 && (
          <p className="notice">
            <CameraIcon />
            <Link to="/add">{t.cameras.unclaimed(state.unclaimed.length)}</Link>
          </p>
        )}
      </section>
      {(cameras.length > 0 || events.length > 0) && (
        <EventList state={state} cameras={cameras} events={events} filter={location.filter} />
      )}
    </div>
  );
}
