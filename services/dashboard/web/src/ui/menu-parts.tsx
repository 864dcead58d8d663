/** A menu that is open or was: Radix gives it arrow keys, type-ahead and Escape. Fetched by menu.tsx when used. */
import { DropdownMenu } from 'radix-ui';
import { useRef } from 'react';
import { ChooseContext, type MenuProps } from './menu.tsx';
import { portalPlace } from './portal-place.ts';

export { DropdownMenu };

export function OpenedMenu({ label, trigger, className = 'icon-button', children }: MenuProps) {
  const chosen = useRef<(() => void) | null>(null);
  const runChosen = (): void => {
    const action = chosen.current;
    chosen.current = null;
    if (action !== null) queueMicrotask(action);
  };
  return (
    // Not modal: the page behind stays usable, and scrolls.
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger className={className} aria-label={label}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={portalPlace()}>
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
