/** Filters and the open event live in the URL: links, Back and Forward work. */
import { useSyncExternalStore } from 'react';
import { formatLocation, parseLocation, type Location } from '../store/filter.ts';

let search = window.location.search;
let parsed = parseLocation(search);

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  return () => window.removeEventListener('popstate', listener);
}
function current(): Location {
  if (search !== window.location.search) {
    search = window.location.search;
    parsed = parseLocation(search);
  }
  return parsed;
}

export const useLocation = (): Location => useSyncExternalStore(subscribe, current);

/** `replace` for steps that Back should not stop at. */
export function goTo(location: Location, how: 'push' | 'replace' = 'push'): void {
  const url = formatLocation(location);
  if (how === 'push') window.history.pushState(null, '', url);
  else window.history.replaceState(null, '', url);
  window.dispatchEvent(new PopStateEvent('popstate'));
}
