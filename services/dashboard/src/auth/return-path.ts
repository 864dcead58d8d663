/** Where a login returns to: a path of our own page, or `/`. Nothing that a browser could take for another site. */
const ours = 'https://apiary.invalid';
const maxLength = 2000;

export function returnPath(next: string | undefined): string {
  // Browsers read `\` as `/`, drop tabs and line breaks, and take `//host` for a host.
  if (next === undefined || next.length > maxLength || !/^\/(?![/\\])[\x21-\x7e]*$/.test(next)) return '/';
  if (!URL.canParse(next, ours)) return '/';
  const { origin, pathname, search, hash } = new URL(next, ours);
  // `/x/..//host` resolves to `//host`.
  if (origin !== ours || pathname.startsWith('//') || pathname.startsWith('/api/')) return '/';
  return pathname + search + hash;
}
