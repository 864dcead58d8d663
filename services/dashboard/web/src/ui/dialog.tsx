/**
 * A modal dialog on the browser's own <dialog>: it keeps the focus inside, closes by Escape, gives the focus back and
 * needs no injected style. Mounted means open.
 */
import { useEffect, useId, useRef, type MouseEvent, type ReactNode } from 'react';
import { t } from '../messages.ts';
import { CloseIcon } from './icons.tsx';

interface DialogProps {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Dialog({ title, onClose, className = '', children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const dialog = element.current;
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    return () => dialog.close();
  }, []);

  const onClick = (event: MouseEvent): void => {
    // The padding of the element itself is the backdrop's area: its child fills the box.
    if (event.target === element.current) onClose();
  };

  return (
    // Escape comes as `cancel`: the keyboard has its way; the click is for the pointer only.
    <dialog
      ref={element}
      className={`dialog ${className}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={onClick}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" className="icon-button" onClick={onClose} aria-label={t.dialogs.close}>
            <CloseIcon />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
