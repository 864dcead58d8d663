/** Keys of the list; those with Shift and Ctrl are the list's own (inbox.tsx), told here for the `?` sheet. */
import { t as core } from '../messages.ts';
import { useShortcuts } from '../ui/shortcuts.ts';
import { t } from './words.ts';

interface InboxKeys {
  readonly step: (by: 1 | -1) => void;
  readonly choose: () => void;
  readonly clear: () => void;
}

const nothing = (): void => undefined;

export function useInboxKeys({ step, choose, clear }: InboxKeys): void {
  useShortcuts(core.nav.screens.review, [
    { keys: 'ArrowDown', text: t.review.keyNext, run: () => step(1) },
    { keys: 'ArrowUp', text: t.review.keyPrevious, run: () => step(-1) },
    { keys: 'x', text: t.review.keyChoose, run: choose },
    { keys: 'Shift+↑/↓', text: t.review.keyExtend, run: nothing },
    { keys: 'Ctrl+A', text: t.review.keyAll, run: nothing },
    { keys: 'Escape', text: t.review.selectNone, run: clear },
  ]);
}
