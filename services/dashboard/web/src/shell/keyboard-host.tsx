/** Keys that work everywhere, and the sheet that lists all keys there are. */
import { useEffect, useState } from 'react';
import { t } from '../messages.ts';
import { navigate } from '../router/router.ts';
import { navigationOf } from '../screens.ts';
import type { State } from '../store/state.ts';
import { lazily } from '../ui/lazily.tsx';
import { listenForShortcuts, onOpenShortcutSheet, useShortcuts, type Shortcut } from '../ui/shortcuts.ts';

const ShortcutSheet = lazily(() => import('./shortcut-sheet.tsx').then(({ ShortcutSheet: code }) => code));

export function KeyboardHost({ state }: { readonly state: State }) {
  const [shown, setShown] = useState(false);
  useEffect(listenForShortcuts, []);
  useEffect(() => onOpenShortcutSheet(() => setShown(true)), []);
  useShortcuts(t.shortcuts.everywhere, [
    { keys: '?', text: t.shortcuts.sheet, run: () => setShown(true) },
    ...navigationOf(state).flatMap(({ key, path, id }): Shortcut[] =>
      key === undefined
        ? []
        : [
            {
              keys: `g ${key}`,
              text: t.shortcuts.goTo(t.nav.screens[id]),
              run: () => navigate(path),
            },
          ],
    ),
  ]);
  return shown ? <ShortcutSheet onClose={() => setShown(false)} /> : null;
}
