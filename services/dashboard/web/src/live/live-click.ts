/**
 * What the first screen knows of live view: that a press is likely, and when it came. The moment of the press is the first
 * step of the trace and comes before the code of the live view need be loaded. Part of the first paint, so as small as this.
 */
import { codeOf } from './code.ts';

let clickedAt: number | undefined;
/** Older than this, a live view was opened by something else, such as a link. */
const freshMs = 10_000;

/** Undefined where nobody clicked just now. Only the first caller gets it. */
export function takeLiveClick(): number | undefined {
  const at = clickedAt;
  clickedAt = undefined;
  return at !== undefined && performance.now() - at < freshMs ? at : undefined;
}

/** A pointer is on a button for live view: its code is fetched and the server greeted. */
export function expectLiveClick(): void {
  import('./platform.ts').then(({ prepareLive }) => prepareLive()).catch(() => undefined);
  fetchLiveCode();
}

export function noteLiveClick(): void {
  clickedAt = performance.now();
  expectLiveClick();
}

/** Failures are nothing: a press asks again, and says so. */
function fetchLiveCode(): void {
  liveViewCode.fetch().catch(() => undefined);
}

/** Fetches the code when the page has nothing better to do; the result calls it off. */
export function fetchLiveCodeWhenIdle(): () => void {
  if ('requestIdleCallback' in window) {
    const handle = window.requestIdleCallback(fetchLiveCode, { timeout: 5000 });
    return () => window.cancelIdleCallback(handle);
  }
  // Safari.
  const timer = setTimeout(fetchLiveCode, 2000);
  return () => clearTimeout(timer);
}

export const liveViewCode = codeOf(() => import('./live-view.tsx').then(({ LiveView }) => LiveView));
export const liveWallCode = codeOf(() => import('./live-wall.tsx').then(({ LiveWall }) => LiveWall));
