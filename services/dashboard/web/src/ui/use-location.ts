/** Filters and the open event of the first screen live in the URL: links, Back and Forward work. */
import { navigate, usePlace } from '../router/router.ts';
import { formatLocation, parseLocation, type Location } from '../store/filter.ts';

let address = '';
let parsed = parseLocation('/', '');

/** The same value for the same address, so that what depends on it rests. */
export function useLocation(): Location {
  const { path, search } = usePlace();
  if (address !== path + search) {
    address = path + search;
    parsed = parseLocation(path, search);
  }
  return parsed;
}

/** `replace` for steps that Back should not stop at. */
export const goTo = (location: Location, how: 'push' | 'replace' = 'push'): void =>
  navigate(formatLocation(location), how);
