/** Paths of screens: `/events/:id` matches `/events/abc` and gives `{ id: 'abc' }`. Pure. */

export type Params = Readonly<Record<string, string>>;

/** Undefined: another path. A trailing slash is nothing; what cannot be decoded matches nothing. */
export function matchPath(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split('/').filter((part) => part !== '');
  const given = path.split('/').filter((part) => part !== '');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== text) return undefined;
      continue;
    }
    try {
      params[part.slice(1)] = decodeURIComponent(text);
    } catch {
      return undefined;
    }
  }
  return params;
}

/** The way back: `fillPath('/events/:id', { id })`. */
export const fillPath = (pattern: string, params: Params): string =>
  pattern.replaceAll(/:(\w+)/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''));
