/**
 * Keys of the page: one registry that screens add to while they are shown, and that the `?` sheet lists. Keys are ours
 * only while nobody types and no dialog is open.
 *
 *   useShortcuts(t.screenName, [{ keys: 'r', text: t.markReviewed, run: markReviewed }]);
 */
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';

export interface Shortcut {
  /** As `KeyboardEvent.key`; two in a row with a space between: `g h`. */
  readonly keys: string;
  readonly text: string;
  readonly run: () => void;
}
export interface ShortcutGroup {
  readonly name: string;
  readonly shortcuts: readonly Shortcut[];
}

let groups: readonly ShortcutGroup[] = [];
const listeners = new Set<() => void>();

function change(next: readonly ShortcutGroup[]): void {
  groups = next;
  for (const listener of listeners) listener();
}

/** @param name of the group in the sheet */
export function useShortcuts(name: string, shortcuts: readonly Shortcut[]): void {
  const run = useEffectEvent((keys: string) => shortcuts.find((one) => one.keys === keys)?.run());
  const shown = JSON.stringify(shortcuts.map(({ keys, text }) => [keys, text]));
  useEffect(() => {
    const group: ShortcutGroup = {
      name,
      shortcuts: (JSON.parse(shown) as [string, string][]).map(([keys, text]) => ({
        keys,
        text,
        run: () => run(keys),
      })),
    };
    change([...groups, group]);
    return () => change(groups.filter((one) => one !== group));
  }, [name, shown]);
}

export const useShortcutGroups = (): readonly ShortcutGroup[] =>
  useSyncExternalStore(subscribe, () => groups);
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let openSheet: () => void = () => undefined;
/** The host of the sheet says how it opens. */
export function onOpenShortcutSheet(open: () => void): () => void {
  openSheet = open;
  return () => {
    openSheet = () => undefined;
  };
}
export const openShortcutSheet = (): void => openSheet();

/** How long the first of two keys waits for the second. */
const pairMs = 1200;

/** Listens on the document until called again. */
export function listenForShortcuts(): () => void {
  let first = '';
  let firstAt = 0;
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTaken(event.target)) return;
    const pair = event.timeStamp - firstAt < pairMs && first !== '' ? `${first} ${event.key}` : '';
    first = '';
    const all = groups.flatMap((group) => group.shortcuts).toReversed();
    const found = all.find((one) => one.keys === pair) ?? all.find((one) => one.keys === event.key);
    if (found !== undefined) {
      event.preventDefault();
      found.run();
    } else if (all.some((one) => one.keys.startsWith(`${event.key} `))) {
      first = event.key;
      firstAt = event.timeStamp;
    }
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

const typing = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';
const isTaken = (target: EventTarget | null): boolean =>
  document.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null ||
  (target instanceof Element && target.closest(typing) !== null);
