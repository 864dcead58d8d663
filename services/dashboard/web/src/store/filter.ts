/**
 * What the first screen and the live wall show, and its place in the URL: `?camera=…&kind=…&event=…` for the events,
 * `live=…` for a camera's live view; the path `/live` for all of them.
 */
import { kinds, type CameraEvent, type Kind } from '../types.ts';

export interface EventFilter {
  readonly cameraId: string | null;
  readonly kind: Kind | null;
}
export interface Location {
  readonly filter: EventFilter;
  /** The event whose player is open. */
  readonly eventId: string | null;
  /** The camera whose live view is open. */
  readonly liveId: string | null;
  /** The live wall instead of cameras and events. */
  readonly wall: boolean;
}

export const everything: EventFilter = { cameraId: null, kind: null };

/** The first screen with these events and nothing open. */
export const homeWith = (filter: EventFilter): Location => ({
  filter,
  eventId: null,
  liveId: null,
  wall: false,
});

const idOf = (text: string | null): string | null => {
  const id = text?.toUpperCase() ?? '';
  return /^[0-9A-F]{32}$/.test(id) ? id : null;
};

export const filterKey = ({ cameraId, kind }: EventFilter): string => `${cameraId ?? ''}|${kind ?? ''}`;
export const matches = ({ cameraId, kind }: EventFilter, event: CameraEvent): boolean =>
  (cameraId === null || event.cameraId === cameraId) && (kind === null || event.kind === kind);

const wallPath = '/live';

/** Total: what cannot be understood is left out, never an error. */
export function parseLocation(path: string, search: string): Location {
  const query = new URLSearchParams(search);
  const kind = query.get('kind');
  return {
    filter: {
      cameraId: idOf(query.get('camera')),
      kind: kinds.find((known) => known === kind) ?? null,
    },
    eventId: query.get('event') === '' ? null : query.get('event'),
    liveId: idOf(query.get('live')),
    wall: path === wallPath,
  };
}

/** Path and query. */
export function formatLocation({ filter, eventId, liveId, wall }: Location): string {
  const query = new URLSearchParams();
  if (filter.cameraId !== null) query.set('camera', filter.cameraId);
  if (filter.kind !== null) query.set('kind', filter.kind);
  if (eventId !== null) query.set('event', eventId);
  if (liveId !== null) query.set('live', liveId);
  return `${wall ? wallPath : '/'}${query.size > 0 ? `?${query.toString()}` : ''}`;
}
