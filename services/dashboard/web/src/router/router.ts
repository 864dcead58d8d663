/**
 * Where the page is: path, query and fragment, on the browser's own history. A step that changes the path is a new
 * screen; one that changes the query alone is the same screen with something else shown.
 */
import { useSyncExternalStore } from 'react';
import { forgetScroll, keepScroll, restoreScroll } from './scroll.ts';

export interface Place {
  readonly path: string;
  /** With its `?`, or empty. */
  readonly search: string;
  /** With its `#`, or empty. */
  readonly hash: string;
}

const read = (): Place => ({
  path: window.location.pathname,
  search: window.location.search,
  hash: window.location.hash,
});

let steps = 0;
/** Unlike any other of this tab's history; `crypto.randomUUID` would need HTTPS. */
const newKey = (): string => `${Date.now()}-${(steps += 1)}`;

let place: Place = read();
const listeners = new Set<() => void>();

function changed(): void {
  const next = read();
  if (next.path === place.path && next.search === place.search && next.hash === place.hash) return;
  place = next;
  for (const listener of listeners) listener();
}

window.history.scrollRestoration = 'manual';
window.addEventListener('popstate', () => {
  changed();
  restoreScroll();
});
window.addEventListener('pagehide', keepScroll);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const currentPlace = (): Place => place;
export const usePlace = (): Place => useSyncExternalStore(subscribe, currentPlace);

/**
 * Goes to an address of our own, `/path?query#fragment`.
 * @param how `replace` for steps that Back should not stop at
 */
export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
  const pathBefore = place.path;
  keepScroll();
  if (how === 'push') window.history.pushState({ key: newKey() }, '', to);
  else window.history.replaceState(window.history.state, '', to);
  changed();
  if (how === 'push') forgetScroll();
  if (place.path !== pathBefore) window.scrollTo(0, 0);
}

/** The same screen with a changed query; null takes a key out. */
export function changeQuery(
  change: Readonly<Record<string, string | null>>,
  how: 'push' | 'replace' = 'push',
): void {
  const query = new URLSearchParams(place.search);
  for (const [key, value] of Object.entries(change)) {
    if (value === null) query.delete(key);
    else query.set(key, value);
  }
  const text = query.toString();
  navigate(`${place.path}${text === '' ? '' : `?${text}`}${place.hash}`, how);
}

export const useQueryParams = (): URLSearchParams => new URLSearchParams(usePlace().search);
