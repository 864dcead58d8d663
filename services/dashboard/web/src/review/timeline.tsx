/** A day, its latest at the top: a column a camera, its events as marks, and a handle that shows what there was to see. */
import { useEffect, useState } from 'react';
import { useResource } from '../data/use-resource.ts';
import { date as dateText } from '../format.ts';
import { t as core } from '../messages.ts';
import { selectCameras } from '../store/select-cameras.ts';
import { useAppState } from '../store/store.ts';
import type { EventCounts } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { ChevronLeftIcon, ChevronRightIcon, FilmIcon } from '../ui/icons.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { useNow } from '../ui/use-now.ts';
import { dayBeside, dayOf, startOfDay, type ReviewFilter } from './filter.ts';
import { ScrubPreview } from './scrub-preview.tsx';
import { TimelineGrid } from './timeline-grid.tsx';
import { rangeOf, type DayRange } from './timeline-layout.ts';
import { useInbox } from './use-inbox.ts';
import { t } from './words.ts';

interface TimelineProps {
  readonly filter: ReviewFilter;
  readonly onChange: (change: Partial<ReviewFilter>) => void;
}

const pageSize = 200;
/** Single marks of more than these cannot be told apart anyway; the hours say how many there were. */
const marksMost = 2000;

export function Timeline({ filter, onChange }: TimelineProps) {
  const today = dayOf(new Date(useNow()));
  const day = filter.day ?? today;
  return (
    <>
      <DayChoice
        day={day}
        today={today}
        onChange={(next) => onChange({ day: next === today ? null : next })}
      />
      <Day key={day} filter={{ ...filter, day }} day={day} />
    </>
  );
}

interface DayChoiceProps {
  readonly day: string;
  readonly today: string;
  readonly onChange: (day: string) => void;
}

function DayChoice({ day, today, onChange }: DayChoiceProps) {
  return (
    <div className="timeline-day">
      <IconButton label={t.review.dayBefore} onClick={() => onChange(dayBeside(day, -1))}>
        <ChevronLeftIcon />
      </IconButton>
      <h2>{dateText(startOfDay(day).toISOString())}</h2>
      <IconButton
        label={t.review.dayAfter}
        disabled={day >= today}
        onClick={() => onChange(dayBeside(day, 1))}
      >
        <ChevronRightIcon />
      </IconButton>
      <input
        className="input timeline-date"
        type="date"
        aria-label={t.review.day}
        max={today}
        value={day}
        onChange={(event) => event.target.value !== '' && onChange(event.target.value)}
      />
      {day !== today && (
        <Button small onClick={() => onChange(today)}>
          {core.events.today}
        </Button>
      )}
    </div>
  );
}

function Day({ filter, day }: { readonly filter: ReviewFilter; readonly day: string }) {
  const range = rangeOf(day, useNow());
  const { events, pages, loaded, more } = useInbox(filter, pageSize);
  const counts = useCounts(filter, range);
  const cameras = selectCameras(useAppState());
  const [atMs, setAt] = useState<number | null>(null);
  useEffect(() => {
    if (events.length < marksMost) more?.();
  }, [events.length, more]);
  if (pages.isError && !loaded)
    return <ErrorNote error={pages.error} busy={pages.isFetching} onRetry={() => void pages.refetch()} />;
  if (!loaded) return <Skeleton lines={8} />;
  const seen = new Set(events.map(({ cameraId }) => cameraId));
  const shown = cameras.filter(({ id }) => seen.has(id));
  if (shown.length === 0)
    return <Nothing icon={<FilmIcon />} title={t.review.dayEmpty} hint={t.review.noneHint} />;
  return (
    <div className="timeline">
      <TimelineGrid
        range={range}
        cameras={shown}
        events={events.slice(0, marksMost)}
        counts={counts?.counts ?? []}
        kinds={filter.kinds}
        atMs={atMs ?? Date.parse(events[0]?.startedAt ?? '')}
        onScrub={setAt}
      />
      <ScrubPreview events={events} atMs={atMs ?? Date.parse(events[0]?.startedAt ?? '')} />
    </div>
  );
}

function useCounts(filter: ReviewFilter, { startMs, endMs }: DayRange): EventCounts | undefined {
  const query = new URLSearchParams({
    from: new Date(startMs).toISOString(),
    to: new Date(endMs).toISOString(),
    by: 'hour',
  });
  for (const id of filter.cameraIds) query.append('camera', id);
  const text = query.toString();
  return useResource<EventCounts>(['review', 'counts', text], `/api/review/counts?${text}`).data;
}
