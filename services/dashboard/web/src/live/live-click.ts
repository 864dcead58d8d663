/**
 * When the person asked for a live view: the first step of its trace, which comes before the code of the live view is
 * even loaded. Part of the first paint, so as small as this.
 */
let clickedAt: number | undefined;
/** Older than this, a live view was opened by something else, such as a link. */
const freshMs = 10_000;

export function noteLiveClick(): void {
  clickedAt = performance.now();
}

/** Undefined where nobody clicked just now. Only the first caller gets it. */
export function takeLiveClick(): number | undefined {
  const at = clickedAt;
  clickedAt = undefined;
  return at !== undefined && performance.now() - at < freshMs ? at : undefined;
}

export const loadLiveView = () => import('./live-view.tsx').then(({ LiveView }) => ({ default: LiveView }));
export const loadLiveWall = () => import('./live-wall.tsx').then(({ LiveWall }) => ({ default: LiveWall }));
