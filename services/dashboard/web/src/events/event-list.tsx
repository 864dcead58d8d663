/** The events of all or some cameras, newest first, growing by itself at both ends. */
import { useEffect, useRef, type ReactNode } from 'react';
import { dayLabel } from '../format.ts';
import { t } from '../messages.ts';
import { loadMore } from '../store/actions.ts';
import { everything, filterKey, homeWith, type EventFilter } from '../store/filter.ts';
import type { EventListState, State } from '../store/state.ts';
import { kinds, type Camera, type CameraEvent } from '../types.ts';
import { kindIcons } from '../ui/icons.tsx';
import { goTo } from '../ui/use-location.ts';
import { useNow } from '../ui/use-now.ts';
import { EventRow } from './event-row.tsx';

interface EventListProps {
  readonly state: State;
  readonly cameras: readonly Camera[];
  readonly events: readonly CameraEvent[];
  readonly filter: EventFilter;
}

export function EventList({ state, cameras, events, filter }: EventListProps) {
  const now = useNow();
  const list = state.lists.get(filterKey(filter));
  const known = list !== undefined;
  useEffect(() => {
    // A filter just chosen, or lists begun anew by a bootstrap.
    if (!known) void loadMore(filter);
  }, [known, filter]);

  return (
    <section className="home-events" aria-labelledby="events-title">
      <div className="section-head">
        <h2 id="events-title">{t.events.title}</h2>
        {(cameras.length > 1 || filter.cameraId !== null) && (
          <CameraFilter cameras={cameras} filter={filter} />
        )}
      </div>
      <KindFilter filter={filter} />
      <Announcement events={events} fresh={state.fresh} />
      {events.length === 0 ? (
        list?.loaded === true && list.cursor === null ? (
          <NoEvents filtered={filter !== everything && filterKey(filter) !== filterKey(everything)} />
        ) : null
      ) : (
        <ol className="event-list" aria-busy={list?.loading === true}>
          {withDays(events, now, (event, day) => (
            <li key={event.id}>
              {day !== undefined && <h3 className="event-day">{day}</h3>}
              <EventRow
                event={event}
                cameraName={state.cameras.get(event.cameraId)?.name ?? event.cameraName}
                fresh={state.fresh.has(event.id)}
                now={now}
              />
            </li>
          ))}
        </ol>
      )}
      <More list={list} filter={filter} count={events.length} />
    </section>
  );
}

/** Calls back with a heading where a new day begins. */
function withDays(
  events: readonly CameraEvent[],
  now: number,
  render: (event: CameraEvent, day: string | undefined) => ReactNode,
): ReactNode[] {
  let before = '';
  return events.map((event) => {
    const day = dayLabel(event.startedAt, now);
    const heading = day === before ? undefined : day;
    before = day;
    return render(event, heading);
  });
}

/** Tells screen readers of the newest live arrival; the eye sees it in the list. */
function Announcement({ events, fresh }: { events: readonly CameraEvent[]; fresh: ReadonlySet<string> }) {
  const newest = events.find((event) => fresh.has(event.id));
  return (
    <p className="visually-hidden" aria-live="polite">
      {newest !== undefined && t.events.arrived(t.kinds[newest.kind], newest.cameraName)}
    </p>
  );
}

const choose = (filter: EventFilter): void => goTo(homeWith(filter));

function CameraFilter({ cameras, filter }: { cameras: readonly Camera[]; filter: EventFilter }) {
  return (
    <label className="filter-camera">
      <span className="visually-hidden">{t.events.camera}</span>
      <select
        value={filter.cameraId ?? ''}
        onChange={(event) =>
          choose({ ...filter, cameraId: event.target.value === '' ? null : event.target.value })
        }
      >
        <option value="">{t.events.allCameras}</option>
        {cameras.map((camera) => (
          <option key={camera.id} value={camera.id}>
            {camera.name}
          </option>
        ))}
      </select>
    </label>
  );
}

function KindFilter({ filter }: { filter: EventFilter }) {
  return (
    <div className="chips" role="group" aria-label={t.events.kind}>
      <button
        type="button"
        className="chip"
        aria-pressed={filter.kind === null}
        onClick={() => choose({ ...filter, kind: null })}
      >
        {t.events.everything}
      </button>
      {kinds.map((kind) => {
        const Icon = kindIcons[kind];
        return (
          <button
            key={kind}
            type="button"
            className="chip"
            data-kind={kind}
            aria-pressed={filter.kind === kind}
            onClick={() => choose({ ...filter, kind: filter.kind === kind ? null : kind })}
          >
            <Icon />
            {t.kinds[kind]}
          </button>
        );
      })}
    </div>
  );
}

function NoEvents({ filtered }: { filtered: boolean }) {
  return (
    <div className="no-events">
      <p>
        <strong>{filtered ? t.events.noneFiltered : t.events.none}</strong>
        {filtered ? t.events.noneFilteredHint : t.events.noneHint}
      </p>
      {filtered && (
        <button type="button" className="button" onClick={() => goTo(homeWith(everything))}>
          {t.events.clearFilters}
        </button>
      )}
    </div>
  );
}

/** Loads earlier events when it comes near the screen; a button does the same by keyboard. */
function More({
  list,
  filter,
  count,
}: {
  list: EventListState | undefined;
  filter: EventFilter;
  count: number;
}) {
  const end = useRef<HTMLDivElement>(null);
  const wanted =
    list === undefined || (!list.failed && !list.loading && (!list.loaded || list.cursor !== null));
  useEffect(() => {
    const element = end.current;
    if (element === null || !wanted || list === undefined) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void loadMore(filter);
      },
      { rootMargin: '800px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [wanted, list, filter, count]);

  if (list?.failed === true)
    return (
      <div className="event-more" role="alert">
        <p>{t.events.failed}</p>
        <button type="button" className="button" onClick={() => void loadMore(filter)}>
          {t.events.retry}
        </button>
      </div>
    );
  if (list?.loaded === true && list.cursor === null)
    return count > 8 ? <p className="event-more">{t.events.end}</p> : null;
  return (
    <div className="event-more" ref={end}>
      {list?.loading === false ? (
        <button type="button" className="button" onClick={() => void loadMore(filter)}>
          {t.events.loadMore}
        </button>
      ) : (
        <p role="status">{t.events.loadingMore}</p>
      )}
    </div>
  );
}
