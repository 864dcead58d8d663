/** The events of a filter, newest first: pages of the server, with what the stream has told since. */
import { useMemo } from 'react';
import { usePages } from '../data/use-resource.ts';
import type { State } from '../store/state.ts';
import { getState, useAppState } from '../store/store.ts';
import type { CameraEvent, ReviewEvent, ReviewList } from '../types.ts';
import { apiQuery, matchesNew, type ReviewFilter } from './filter.ts';

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const pageSize = 100;
/** By query, what had come live before its first page was asked for: of that the server has said whether it belongs. */
const knownWhenAsked = new Map<string, ReadonlySet<string>>();

export function useInbox(filter: ReviewFilter, limit = pageSize) {
  const state = useAppState();
  const query = apiQuery(filter, zone, limit, null);
  const pages = usePages<ReviewList>(['review', 'events', query], (cursor) => {
    if (cursor === null) knownWhenAsked.set(query, getState().fresh);
    return `/api/review/events?${apiQuery(filter, zone, limit, cursor)}`;
  });
  const { data, hasNextPage, isFetching, fetchNextPage } = pages;
  const events = useMemo(
    () => merge(data?.pages ?? [], state, filter, knownWhenAsked.get(query)),
    [data, state, filter, query],
  );
  return {
    events,
    pages,
    loaded: data !== undefined,
    ended: data !== undefined && !hasNextPage,
    /** Undefined: there is no more, or it is on its way. */
    more: hasNextPage && !isFetching ? () => void fetchNextPage() : undefined,
  };
}

/** Later records win; the deleted go; what came since the first page was fetched stands before it. */
function merge(
  pages: readonly ReviewList[],
  state: State,
  filter: ReviewFilter,
  before: ReadonlySet<string> | undefined,
): readonly ReviewEvent[] {
  if (pages.length === 0) return [];
  const listed = pages.flatMap((page) => page.events);
  const known = new Set(listed.map(({ id }) => id));
  const first = listed[0]?.startedAt ?? '';
  const arrived = [...state.fresh]
    .filter((id) => before?.has(id) !== true)
    .map((id) => state.events.get(id))
    .filter((event) => event !== undefined)
    .filter((event) => !known.has(event.id) && event.startedAt >= first && matchesNew(filter, event))
    .map((event) => ({ ...event, reviewed: false }))
    .toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  return [...arrived, ...listed.map((event) => newest(event, state.events.get(event.id)))].filter(
    ({ id }) => !state.removed.has(id),
  );
}

const newest = (listed: ReviewEvent, live: CameraEvent | undefined): ReviewEvent =>
  live !== undefined && live.revision > listed.revision ? { ...live, reviewed: listed.reviewed } : listed;
