/** On a phone: the screens that have no place in the bar, in a sheet from below. */
import { t } from '../messages.ts';
import type { ScreenDefinition } from '../screens.ts';
import { Dialog } from '../ui/dialog.tsx';
import { NavLink } from './navigation.tsx';

interface MoreSheetProps {
  readonly screens: readonly ScreenDefinition[];
  readonly open: string | undefined;
  readonly onClose: () => void;
}

export function MoreSheet({ screens, open, onClose }: MoreSheetProps) {
  return (
    <Dialog title={t.nav.more} onClose={onClose} className="sheet">
      <ul className="sheet-list">
        {screens.map((screen) => (
          <li key={screen.id}>
            <NavLink screen={screen} className="side-link" current={screen.id === open} onGo={onClose} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
