/** The event of an address; it may be one that no list has reached. The stream keeps it up to date from then on. */
import { useEffect } from 'react';
import { useResource } from '../data/use-resource.ts';
import { dispatch, useAppState } from '../store/store.ts';
import type { CameraEvent } from '../types.ts';

export function useEvent(id: string) {
  const state = useAppState();
  const event = state.events.get(id);
  const removed = state.removed.has(id);
  const unknown = event === undefined && !removed;
  const asked = useResource<CameraEvent>(
    ['events', id],
    unknown ? `/api/events/${encodeURIComponent(id)}` : null,
  );
  const { data } = asked;
  useEffect(() => {
    if (unknown && data !== undefined) dispatch({ type: 'event', event: data, live: false });
  }, [unknown, data]);
  return { event, asked, gone: event === undefined && (removed || asked.error?.status === 404) };
}
