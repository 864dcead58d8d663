/**
 * Asks before something that cannot be undone. Cancel has the focus; the button names what will happen, not "OK".
 * Mounted means open.
 */
import { AlertDialog } from 'radix-ui';
import { useRef, type ReactNode } from 'react';
import { t } from '../messages.ts';
import { Button } from './button.tsx';
import { useFocusBack } from './use-focus-back.ts';

interface ConfirmProps {
  readonly title: string;
  /** What it means, in a sentence or two. */
  readonly text: ReactNode;
  /** The verb: `Reboot`, `Delete 12 events`. */
  readonly action: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** More to decide, such as a checkbox. */
  readonly children?: ReactNode;
}

export function Confirm(props: ConfirmProps) {
  const { title, text, action, danger = true, busy = false, onConfirm, onClose, children } = props;
  const cancel = useRef<HTMLButtonElement>(null);
  const focusBack = useFocusBack();
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && !busy && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="dialog-overlay">
          <AlertDialog.Content
            className="dialog"
            onCloseAutoFocus={focusBack}
            onOpenAutoFocus={(event) => {
              event.preventDefault();
              cancel.current?.focus();
            }}
          >
            <div className="dialog-body">
              <AlertDialog.Title className="dialog-title">{title}</AlertDialog.Title>
              <AlertDialog.Description asChild>
                <div className="prose">{text}</div>
              </AlertDialog.Description>
              {children}
              <div className="dialog-actions">
                <Button ref={cancel} onClick={onClose} disabled={busy}>
                  {t.kit.cancel}
                </Button>
                <Button tone={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
                  {action}
                </Button>
              </div>
            </div>
          </AlertDialog.Content>
        </AlertDialog.Overlay>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
