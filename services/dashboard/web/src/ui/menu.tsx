/** A menu behind a button, on Radix: arrow keys, type-ahead, Escape. Not modal: a modal one injects a style element. */
import { DropdownMenu } from 'radix-ui';
import { createContext, use, useRef, type ReactNode } from 'react';

interface MenuProps {
  readonly label: string;
  readonly trigger: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** Takes what was chosen; it runs once the menu has given the focus back, so that a dialog gives it back in turn. */
const ChooseContext = createContext<(action: () => void) => void>((action) => action());

export function Menu({ label, trigger, className = 'icon-button', children }: MenuProps) {
  const chosen = useRef<(() => void) | null>(null);
  const runChosen = (): void => {
    const action = chosen.current;
    chosen.current = null;
    if (action !== null) queueMicrotask(action);
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={className} aria-label={label}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          onCloseAutoFocus={runChosen}
        >
          <ChooseContext value={(action) => (chosen.current = action)}>{children}</ChooseContext>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
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
  return (
    <DropdownMenu.Item
      className={danger ? 'menu-item menu-item-danger' : 'menu-item'}
      onSelect={() => choose(onSelect)}
    >
      {icon}
      {children}
    </DropdownMenu.Item>
  );
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className="menu-separator" />;
}
