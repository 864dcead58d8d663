/** A menu behind a button, on Radix: arrow keys, type-ahead, Escape. Not modal: a modal one injects a style element. */
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

interface MenuProps {
  readonly label: string;
  readonly trigger: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Menu({ label, trigger, className = 'icon-button', children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={className} aria-label={label}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
          {children}
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
  return (
    <DropdownMenu.Item
      className={danger ? 'menu-item menu-item-danger' : 'menu-item'}
      onSelect={() => {
        // After the menu has given the focus back, so that a dialog opened here gives it back in turn.
        setTimeout(onSelect, 0);
      }}
    >
      {icon}
      {children}
    </DropdownMenu.Item>
  );
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className="menu-separator" />;
}
