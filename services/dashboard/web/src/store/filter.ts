/** What of the events is shown, and its place in the URL: `?camera=…&kind=…&event=…`. */
import { kinds, type CameraEvent, type Kind } from '../types.ts';

export interface EventFilter {
  readonly cameraId: string | null;
  readonly kind: Kind | null;
}
export interface Location {
  readonly filter: EventFilter;
  /** The event whose player is open. */
  readonly eventId: string | null;
}

export const everything: EventFilter = { cameraId: null, kind: null };

export const filterKey = ({ cameraId, kind }: EventFilter): string => `${cameraId ?? ''}|${kind ?? ''}`;
export const matches = ({ cameraId, kind }: EventFilter, event: CameraEvent): boolean =>
  (cameraId === null || event.cameraId === cameraId) && (kind === null || event.kind === kind);

/** Total: what cannot be understood is left out, never an error. */
export function parseLocation(search: string): Location {
  const query = new URLSearchParams(search);
  const cameraId = query.get('camera')?.toUpperCase() ?? null;
  const kind = query.get('kind');
  return {
    filter: {
      cameraId: cameraId !== null && /^[0-9A-F]{32}$/.test(cameraId) ? cameraId : null,
      kind: kinds.find((known) => known === kind) ?? null,
    },
    eventId: query.get('event') === '' ? null : query.get('event'),
  };
}

/** `/` or `/?…`. */
export function formatLocation({ filter, eventId }: Location): string {
  const query = new URLSearchParams();
  if (filter.cameraId !== null) query.set('camera', filter.cameraId);
  if (filter.kind !== null) query.set('kind', filter.kind);
  if (eventId !== null) query.set('event', eventId);
  const text = query.toString();
  return text === '' ? '/' : `/?${text}`;
}
