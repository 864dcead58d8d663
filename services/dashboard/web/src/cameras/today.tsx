/** How many events a camera had today in the reader's zone, leading to them. One fetch serves all cards. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useResource } from '../data/use-resource.ts';
import { t } from '../messages.ts';
import { Link } from '../router/link.tsx';
import { mayDo } from '../screens.ts';
import type { State } from '../store/state.ts';
import { useAppState } from '../store/store.ts';
import type { Camera, ReviewSummary } from '../types.ts';
import { InboxIcon } from '../ui/icons.tsx';
import { useNow } from '../ui/use-now.ts';

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Counts again when an event came. For the screen, once. */
export function useFreshToday({ fresh }: State): void {
  const client = useQueryClient();
  useEffect(() => {
    if (fresh.size > 0) void client.invalidateQueries({ queryKey: ['review', 'today'] });
  }, [client, fresh]);
}

export function EventsToday({ camera }: { readonly camera: Camera }) {
  const day = new Date(useNow()).toDateString();
  const mayRead = mayDo(useAppState(), 'events.read');
  const summary = useResource<ReviewSummary>(
    ['review', 'today', day],
    mayRead ? `/api/review/summary?zone=${encodeURIComponent(zone)}` : null,
  );
  if (summary.data === undefined) return null;
  const found = summary.data.cameras.find(({ cameraId }) => cameraId === camera.id);
  const count = found === undefined ? 0 : found.motion + found.person + found.sound;
  return (
    <div>
      <dt>
        <InboxIcon />
        <span className="visually-hidden">{t.cameras.today}</span>
      </dt>
      <dd>
        <Link to={`/review?camera=${encodeURIComponent(camera.id)}&state=all`}>
          {t.cameras.eventsToday(count)}
        </Link>
      </dd>
    </div>
  );
}
