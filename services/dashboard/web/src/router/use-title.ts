/**
 * The title of the document: what is shown, then the product. A screen says its own; until it does, the outlet's stands
 * there. Layout effects run before all others, so the screen's comes last however soon it is mounted.
 */
import { useEffect, useLayoutEffect } from 'react';
import { t } from '../messages.ts';

function setTitle(title: string): void {
  document.title = title === '' ? t.product : `${title} · ${t.product}`;
}

/** @param title undefined: not known yet; empty: the product's name alone */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) setTitle(title);
  }, [title]);
}

export function useTitleUntilScreen(title: string): void {
  useLayoutEffect(() => setTitle(title), [title]);
}
