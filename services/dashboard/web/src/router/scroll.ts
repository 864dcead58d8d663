/**
 * How far each step of the history was scrolled, so that Back finds it again. Content that is fetched first makes the
 * page tall only later: the wanted place is tried until it is reached, the person scrolls, or a moment has passed.
 */
const storageKey = 'apiary.scroll';
const kept = new Map<string, number>(readKept());
const patienceMs = 1500;
const maxKept = 100;

function readKept(): [string, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? '[]') as [string, number][];
  } catch {
    return [];
  }
}

function stepKey(): string {
  const state: unknown = window.history.state;
  return typeof state === 'object' && state !== null && 'key' in state ? String(state.key) : 'first';
}

export function keepScroll(): void {
  kept.delete(stepKey());
  kept.set(stepKey(), window.scrollY);
  try {
    sessionStorage.setItem(storageKey, JSON.stringify([...kept].slice(-maxKept)));
  } catch {
    // A browser that keeps nothing scrolls to the top.
  }
}

/** A step that is new has no place of its own yet. */
export function forgetScroll(): void {
  kept.delete(stepKey());
}

let giveUp: (() => void) | undefined;

export function restoreScroll(): void {
  giveUp?.();
  const wanted = kept.get(stepKey()) ?? 0;
  const until = performance.now() + patienceMs;
  let ended = false;
  const stop = (): void => {
    ended = true;
    window.removeEventListener('wheel', stop);
    window.removeEventListener('touchstart', stop);
  };
  giveUp = stop;
  window.addEventListener('wheel', stop, { passive: true });
  window.addEventListener('touchstart', stop, { passive: true });
  const attempt = (): void => {
    if (ended) return;
    window.scrollTo(0, wanted);
    if (Math.abs(window.scrollY - wanted) < 2 || performance.now() > until) stop();
    else requestAnimationFrame(attempt);
  };
  requestAnimationFrame(attempt);
}
