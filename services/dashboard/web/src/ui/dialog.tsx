/**
 * A modal dialog on the browser's own <dialog>: it keeps the focus inside, closes by Escape, gives the focus back and
 * needs no injected style. Mounted means open. What should have the focus first carries `data-autofocus`.
 */
import { useEffectEvent, useId, useLayoutEffect, useRef, type ReactNode } from 'react';
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
  const closed = useEffectEvent(onClose);

  // A layout effect: its end comes before the element leaves the page, and only then is the focus given back.
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    dialog.showModal();
    // React's autoFocus comes too early: what is in a closed dialog takes no focus.
    (dialog.querySelector<HTMLElement>('[data-autofocus]') ?? dialog).focus();
    const onNativeClose = (): void => closed();
    dialog.addEventListener('close', onNativeClose);
    return () => {
      dialog.removeEventListener('close', onNativeClose);
      dialog.close();
    };
  }, []);

  return (
    // The keyboard closes by Escape; a press on the backdrop is for the pointer only.
    <dialog
      ref={element}
      className={`dialog ${className}`}
      aria-labelledby={titleId}
      tabIndex={-1}
      onMouseDown={(event) => {
        // The backdrop belongs to the element itself; its child fills the box.
        if (event.target === element.current) element.current.close();
      }}
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
