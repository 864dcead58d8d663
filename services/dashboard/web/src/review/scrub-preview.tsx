/** What there was to see at the time under the handle: of each camera the nearest picture. */
import { useDeferredValue, useMemo } from 'react';
import { EventRow } from '../events/event-row.tsx';
import { clockTime } from '../format.ts';
import { useAppState } from '../store/store.ts';
import type { ReviewEvent } from '../types.ts';
import { useNow } from '../ui/use-now.ts';
import { nearestTo } from './timeline-layout.ts';
import { t } from './words.ts';

interface ScrubPreviewProps {
  readonly events: readonly ReviewEvent[];
  readonly atMs: number;
}

const withinMs = 30 * 60_000;
const shownMost = 6;

export function ScrubPreview({ events, atMs }: ScrubPreviewProps) {
  const { cameras } = useAppState();
  const now = useNow();
  // The handle never waits for the pictures.
  const at = useDeferredValue(atMs);
  const near = useMemo(() => nearestTo(events, at, withinMs).slice(0, shownMost), [events, at]);
  return (
    <aside className="timeline-preview" aria-label={t.review.around}>
      <h3>{clockTime(new Date(at).toISOString())}</h3>
      {near.length === 0 ? (
        <p className="hint">{t.review.nothingAround}</p>
      ) : (
        near.map((event) => (
          <EventRow
            key={event.id}
            event={event}
            cameraName={cameras.get(event.cameraId)?.name ?? event.cameraName}
            fresh={false}
            now={now}
          />
        ))
      )}
    </aside>
  );
}
