/**
 * A menu behind a button. Its code (menu-parts.tsx) is no part of the first paint: it comes when the button is near the
 * pointer or has the focus, and takes the button's place at the first press.
 */
import { createContext, use, useState, type ReactNode } from 'react';
import type * as MenuParts from './menu-parts.tsx';

export interface MenuProps {
  readonly label: string;
  readonly trigger: ReactNode;
  readonly className?: string;
  /** MenuItem and MenuSeparator. */
  readonly children: ReactNode;
}

type Parts = typeof MenuParts;
let parts: Parts | undefined;
const fetchParts = async (): Promise<Parts> => (parts = await import('./menu-parts.tsx'));

const PartsContext = createContext<Parts | undefined>(undefined);
/** Takes what was chosen; it runs once the menu has given the focus back, so that a dialog gives it back in turn. */
export const ChooseContext = createContext<(action: () => void) => void>((action) => action());

export function Menu(props: MenuProps) {
  const { label, trigger, className = 'icon-button' } = props;
  const [opened, setOpened] = useState<Parts | undefined>();
  const fetchEarly = (): void => void fetchParts().catch(() => undefined);
  if (opened !== undefined)
    return (
      <PartsContext value={opened}>
        <opened.OpenedMenu {...props} />
      </PartsContext>
    );
  const open = (): void => {
    if (parts !== undefined) setOpened(parts);
    // Without its code the button stays as it is; another press tries again.
    else fetchParts().then(setOpened, () => undefined);
  };
  return (
    <button
      type="button"
      className={className}
      aria-label={label}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={fetchEarly}
      onFocus={fetchEarly}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key === 'ArrowDown') open();
      }}
    >
      {trigger}
    </button>
  );
}

interface MenuItemProps {
  readonly icon: ReactNode;
  readonly onSelect: () => void;
  readonly danger?: boolean;
  readonly children: ReactNode;
}

export function MenuItem({ icon, onSelect, danger = false, children }: MenuItemProps) {
  const choose = use(ChooseContext);
  const Item = use(PartsContext)?.DropdownMenu.Item;
  if (Item === undefined) return null;
  return (
    <Item className={danger ? 'menu-item menu-item-danger' : 'menu-item'} onSelect={() => choose(onSelect)}>
      {icon}
      {children}
    </Item>
  );
}

export function MenuSeparator() {
  const Separator = use(PartsContext)?.DropdownMenu.Separator;
  return Separator === undefined ? null : <Separator className="menu-separator" />;
}
