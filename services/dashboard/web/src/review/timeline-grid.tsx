/**
 * The columns of a day. Marks are for the eye: a press near one opens its event, and the preview holds links to those at
 * the time looked at. The rail of hours is a slider: by pointer, finger or key it moves that
 * time.
 */
import type { KeyboardEvent, MouseEvent } from 'react';
import { locale } from '../messages.ts';
import { fillPath } from '../router/path.ts';
import { navigate } from '../router/router.ts';
import { kinds as allKinds, type Camera, type EventCounts, type Kind, type ReviewEvent } from '../types.ts';
import { hourMs, hoursOf, nearestTo, placeOf, timeOf, type DayRange } from './timeline-layout.ts';
import { t } from './words.ts';

interface TimelineGridProps {
  readonly range: DayRange;
  readonly cameras: readonly Camera[];
  readonly events: readonly ReviewEvent[];
  readonly counts: EventCounts['counts'];
  /** Empty: all. */
  readonly kinds: readonly Kind[];
  readonly atMs: number;
  readonly onScrub: (ms: number) => void;
}

/** A press beside a mark means the mark; nobody hits three pixels. */
const aroundPressMs = 15 * 60_000;
const hourPx = 48;
const stepsMs: Readonly<Record<string, number>> = {
  ArrowUp: 60_000,
  ArrowRight: 60_000,
  ArrowDown: -60_000,
  ArrowLeft: -60_000,
  PageUp: hourMs,
  PageDown: -hourMs,
};
const hourText = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const percent = (fraction: number): string => `${fraction * 100}%`;

export function TimelineGrid(props: TimelineGridProps) {
  const { range, cameras, events, atMs, onScrub } = props;
  const scrubTo = (ms: number): void => onScrub(Math.min(range.endMs, Math.max(range.startMs, ms)));
  return (
    <div className="timeline-scroll">
      <div
        className="timeline-grid"
        style={{ height: range.hours * hourPx }}
        onPointerMove={(move) => {
          if (move.pointerType === 'mouse') scrubTo(timeAt(move, range));
        }}
      >
        <Rail range={range} atMs={atMs} scrubTo={scrubTo} />
        {cameras.map((camera) => (
          <Column
            key={camera.id}
            {...props}
            camera={camera}
            events={events.filter(({ cameraId }) => cameraId === camera.id)}
          />
        ))}
        <div className="timeline-now" style={{ top: percent(placeOf(range, atMs)) }} aria-hidden="true" />
      </div>
    </div>
  );
}

/** From the place of the pointer within the tracks, which all begin and end alike. */
function timeAt({ currentTarget, clientY }: MouseEvent, range: DayRange): number {
  const box = currentTarget.getBoundingClientRect();
  return timeOf(range, (clientY - box.top) / box.height);
}

interface RailProps {
  readonly range: DayRange;
  readonly atMs: number;
  readonly scrubTo: (ms: number) => void;
}

function Rail({ range, atMs, scrubTo }: RailProps) {
  const onKeyDown = (event: KeyboardEvent): void => {
    const ends: Readonly<Record<string, number>> = { Home: range.startMs, End: range.endMs };
    const step = stepsMs[event.key];
    const to = step === undefined ? ends[event.key] : atMs + step;
    if (to === undefined) return;
    event.preventDefault();
    scrubTo(to);
  };
  return (
    <div
      className="timeline-rail"
      role="slider"
      tabIndex={0}
      aria-label={t.review.scrub}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={range.hours * 60}
      aria-valuenow={Math.round((atMs - range.startMs) / 60_000)}
      aria-valuetext={hourText.format(atMs)}
      onKeyDown={onKeyDown}
      onPointerDown={(down) => {
        down.currentTarget.setPointerCapture(down.pointerId);
        scrubTo(timeAt(down, range));
      }}
      onPointerMove={(move) => {
        if (move.currentTarget.hasPointerCapture(move.pointerId)) scrubTo(timeAt(move, range));
      }}
    >
      {hoursOf(range).map((ms) => (
        <span key={ms} className="timeline-hour" style={{ top: percent(placeOf(range, ms)) }}>
          {hourText.format(ms)}
        </span>
      ))}
    </div>
  );
}

interface ColumnProps extends TimelineGridProps {
  readonly camera: Camera;
}

function Column({ range, camera, events, counts, kinds }: ColumnProps) {
  const hours = counts.filter(({ cameraId }) => cameraId === camera.id);
  const counted = kinds.length === 0 ? allKinds : kinds;
  const sum = (hour: EventCounts['counts'][number]): number =>
    counted.reduce((total, kind) => total + hour[kind], 0);
  const most = Math.max(1, ...hours.map(sum));
  return (
    <section
      className="timeline-column"
      aria-label={camera.name}
      onClick={(click) => {
        const [nearest] = nearestTo(events, timeAt(click, range), aroundPressMs);
        if (nearest !== undefined) navigate(fillPath('/events/:id', { id: nearest.id }));
      }}
    >
      <h3 title={camera.name}>{camera.name}</h3>
      <p className="visually-hidden">{t.review.events(events.length)}</p>
      {hours.map((hour) => (
        <span
          key={hour.start}
          className="timeline-heat"
          aria-hidden="true"
          style={{
            top: percent(placeOf(range, Date.parse(hour.start) + hourMs)),
            height: percent(1 / range.hours),
            opacity: 0.15 + 0.85 * (sum(hour) / most),
          }}
        />
      ))}
      {events.map((event) => (
        <span
          key={event.id}
          className="timeline-mark"
          data-kind={event.kind}
          data-reviewed={event.reviewed}
          style={{ top: percent(placeOf(range, Date.parse(event.startedAt))) }}
        />
      ))}
    </section>
  );
}
