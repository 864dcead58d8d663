/** The first screen: cameras beside what they saw and heard. */
import { useEffect, useState } from 'react';
import { CameraCard } from './cameras/camera-card.tsx';
import { EmptyState } from './cameras/empty-state.tsx';
import { EventList } from './events/event-list.tsx';
import { EventPlayer } from './events/event-player.tsx';
import { age } from './format.ts';
import { LiveView, LiveWall } from './live/lazy-live.tsx';
import { t } from './messages.ts';
import { findEvent, logOut, reconnect } from './store/actions.ts';
import { everything, homeWith } from './store/filter.ts';
import { selectEvents, selectLastPicture } from './store/reducer.ts';
import type { State } from './store/state.ts';
import type { Camera } from './types.ts';
import { CameraIcon, GridIcon, LogOutIcon, Logo, UserIcon } from './ui/icons.tsx';
import { Menu, MenuItem } from './ui/menu.tsx';
import { goTo, useLocation } from './ui/use-location.ts';
import { useNow } from './ui/use-now.ts';

export function Home({ state }: { readonly state: State }) {
  const location = useLocation();
  const cameras = [...state.cameras.values()].sort(byName);

  return (
    <>
      <Header state={state} />
      <LinkNotice state={state} />
      {location.wall && state.server?.liveView === true ? (
        <LiveWall
          cameras={cameras}
          posterOf={(id) => selectLastPicture(state, id)?.thumbnailUrl ?? null}
          paused={location.liveId !== null || location.eventId !== null}
        />
      ) : (
        <Overview state={state} cameras={cameras} />
      )}
      {location.eventId !== null && (
        <OpenEvent id={location.eventId} state={state} events={selectEvents(state, location.filter)} />
      )}
      {location.liveId !== null && state.server?.liveView === true && (
        <OpenLive id={location.liveId} state={state} />
      )}
    </>
  );
}

function Overview({ state, cameras }: { state: State; cameras: readonly Camera[] }) {
  const location = useLocation();
  const connected = cameras.filter((camera) => camera.connectionStatus === 'connected').length;
  const events = selectEvents(state, location.filter);
  return (
    <main className={cameras.length === 0 ? 'home home-empty' : 'home'}>
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
            {t.cameras.unclaimed(state.unclaimed.length)}
          </p>
        )}
      </section>
      {(cameras.length > 0 || events.length > 0) && (
        <EventList state={state} cameras={cameras} events={events} filter={location.filter} />
      )}
    </main>
  );
}

/** The live view of the URL; a camera that is not known (any more) has none. */
function OpenLive({ id, state }: { id: string; state: State }) {
  const location = useLocation();
  const camera = state.cameras.get(id);
  if (camera === undefined) return null;
  return (
    <LiveView
      key={id}
      camera={camera}
      poster={selectLastPicture(state, id)?.thumbnailUrl ?? null}
      onClose={() => goTo({ ...location, liveId: null }, 'replace')}
    />
  );
}

/** The event of the URL; it may be one that no list has reached. */
function OpenEvent({
  id,
  state,
  events,
}: {
  id: string;
  state: State;
  events: ReturnType<typeof selectEvents>;
}) {
  const event = state.events.get(id);
  const [goneId, setGoneId] = useState<string | null>(null);
  const location = useLocation();
  useEffect(() => {
    if (event !== undefined) return;
    let wanted = true;
    void findEvent(id).then((found) => {
      if (wanted && !found) setGoneId(id);
    });
    return () => {
      wanted = false;
    };
  }, [id, event]);
  const index = events.findIndex((one) => one.id === id);
  return (
    <EventPlayer
      event={event}
      gone={goneId === id}
      camera={event === undefined ? undefined : state.cameras.get(event.cameraId)}
      downloads={state.server?.downloads ?? true}
      newer={index > 0 ? events[index - 1]?.id : undefined}
      older={index >= 0 ? events[index + 1]?.id : undefined}
      onOpen={(eventId) => goTo({ ...location, eventId }, 'replace')}
      onClose={() => goTo({ ...location, eventId: null }, 'replace')}
    />
  );
}

function Header({ state }: { state: State }) {
  return (
    <header className="top">
      <a
        className="brand"
        href="/"
        onClick={(event) => {
          event.preventDefault();
          goTo(homeWith(everything));
        }}
      >
        <Logo />
        <h1>{t.product}</h1>
      </a>
      <p
        className={`link link-${state.link}`}
        role="status"
        title={state.link === 'live' ? t.connection.liveHint : undefined}
      >
        <span className="link-dot" />
        {t.connection[state.link]}
      </p>
      <Menu label={t.account.menu(state.user?.username ?? '')} trigger={<UserIcon />}>
        <p className="menu-label">{state.user?.username}</p>
        <MenuItem icon={<LogOutIcon />} onSelect={() => void logOut()}>
          {t.account.logOut}
        </MenuItem>
      </Menu>
    </header>
  );
}

/** Not at once: a reconnect that takes a moment needs no words. */
const quietMs = 3000;

function LinkNotice({ state: { link, linkLostAt } }: { state: State }) {
  const now = useNow();
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (linkLostAt === null) return;
    const timer = setTimeout(() => setLate(true), quietMs);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [linkLostAt]);
  if (!late || linkLostAt === null || link === 'live') return null;
  return (
    <div className="banner" role="alert">
      <p>
        <strong>{t.connection[link]}</strong>{' '}
        {t.connection.staleSince(age(new Date(linkLostAt).toISOString(), now))}
      </p>
      <button type="button" className="button button-small" onClick={reconnect}>
        {t.connection.retry}
      </button>
    </div>
  );
}

function byName(a: Camera, b: Camera): number {
  return a.name.localeCompare(b.name, undefined, { numeric: true }) || (a.id < b.id ? -1 : 1);
}
