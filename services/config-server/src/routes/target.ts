/** Request targets as cameras write them (contract §4.1): doubled and trailing slashes, queries, absolute form. */

export interface Target {
  /** Decoded, non-empty segments. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** A segment is `.` or `..`, holds NUL, a slash or a backslash, or cannot be decoded: no route takes it. */
  readonly hostile: boolean;
}

export function parseTarget(target: string): Target {
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
  const end = path.search(/[?#]/);
  const mark = path.indexOf('?');
  const query = new URLSearchParams(mark === -1 ? '' : path.slice(mark + 1));
  let hostile = false;
  const segments = (end === -1 ? path : path.slice(0, end))
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => {
      let decoded = segment;
      try {
        decoded = decodeURIComponent(segment);
      } catch {
        hostile = true;
      }
      if (decoded === '.' || decoded === '..' || /[\u0000-\u001f/\\]/.test(decoded)) hostile = true;
      return decoded;
    });
  return { segments, query, hostile };
}
