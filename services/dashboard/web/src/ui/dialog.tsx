/**
 * A modal dialog on Radix: it keeps the focus inside, closes by Escape and by a press beside it, gives the focus back.
 * Mounted means open. What should have the focus first carries `data-autofocus`.
 */
import { Dialog as Radix } from 'radix-ui';
import { useRef, type ReactNode } from 'react';
import { t } from '../messages.ts';
import { CloseIcon } from './icons.tsx';
import { useFocusBack } from './use-focus-back.ts';

interface DialogProps {
  readonly title: ReactNode;
  /** One sentence below the title, read out with it. */
  readonly description?: ReactNode;
  readonly onClose: () => void;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Dialog({ title, description, onClose, className = '', children }: DialogProps) {
  const content = useRef<HTMLDivElement>(null);
  const focusBack = useFocusBack();
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="dialog-overlay">
          <Radix.Content
            ref={content}
            className={`dialog ${className}`}
            {...(description === undefined && { 'aria-describedby': undefined })}
            onCloseAutoFocus={focusBack}
            onOpenAutoFocus={(event) => {
              event.preventDefault();
              const dialog = content.current;
              (dialog?.querySelector<HTMLElement>('[data-autofocus]') ?? dialog)?.focus();
            }}
          >
            <div className="dialog-body">
              <header className="dialog-head">
                <Radix.Title>{title}</Radix.Title>
                <Radix.Close className="icon-button" aria-label={t.kit.close}>
                  <CloseIcon />
                </Radix.Close>
              </header>
              {description !== undefined && (
                <Radix.Description className="hint">{description}</Radix.Description>
              )}
              {children}
            </div>
          </Radix.Content>
        </Radix.Overlay>
      </Radix.Portal>
    </Radix.Root>
  );
}
