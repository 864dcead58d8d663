/** Keys of the live view; not while something is being typed or chosen. */
import { useEffect, useEffectEvent, type RefObject } from 'react';
import { zoomStep, type LiveActions } from './live-controls.tsx';
import type { Talk } from './talk.ts';

const panStep = 0.1;

/** @param within where the focus must be; null: anywhere */
export function useLiveKeys(
  actions: LiveActions,
  talk: Talk,
  within: RefObject<HTMLElement | null> | null,
): void {
  const press = useEffectEvent((event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    if (within !== null && within.current?.contains(event.target as Node) !== true) return;
    const act: Readonly<Record<string, () => void>> = {
      m: actions.toggleSound,
      s: actions.snapshot,
      f: actions.fullScreen,
      p: () => actions.float?.(),
      i: actions.toggleDetails,
      '+': () => actions.zoomBy(zoomStep),
      '=': () => actions.zoomBy(zoomStep),
      '-': () => actions.zoomBy(1 / zoomStep),
      '0': actions.zoomReset,
      ArrowLeft: () => actions.pan(panStep, 0),
      ArrowRight: () => actions.pan(-panStep, 0),
      ArrowUp: () => actions.pan(0, panStep),
      ArrowDown: () => actions.pan(0, -panStep),
    };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const repeats = key.startsWith('Arrow') || '+=-'.includes(key);
    if (event.repeat && !repeats) {
      if (key === 't') event.preventDefault();
      return;
    }
    if (key === 't') talk.press();
    else if (Object.hasOwn(act, key)) act[key]?.();
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const onUp = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() === 't') talk.release();
    };
    const onDown = (event: KeyboardEvent): void => press(event);
    // A key let go in another window is never heard of.
    const onBlur = (): void => talk.release();
    window.addEventListener('keydown', onDown);
    window.addEventListener('keyup', onUp);
    window.addEventListener('blur', onBlur);
    return () => {
      window.removeEventListener('keydown', onDown);
      window.removeEventListener('keyup', onUp);
      window.removeEventListener('blur', onBlur);
    };
  }, [talk]);
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, select, textarea, [role=menu]') !== null;
