/** Changing the own password, over whatever is shown. */
import { t } from '../messages.ts';
import { reconnect } from '../store/actions.ts';
import { Dialog } from '../ui/dialog.tsx';
import { toast } from '../ui/toast-store.ts';
import { PasswordForm } from './password-form.tsx';

interface PasswordDialogProps {
  readonly username: string;
  readonly onClose: () => void;
}

export function PasswordDialog({ username, onClose }: PasswordDialogProps) {
  return (
    <Dialog title={t.password.title} onClose={onClose}>
      <PasswordForm
        username={username}
        onDone={() => {
          toast.good(t.password.done);
          onClose();
          // Who one is comes with bootstrap.
          reconnect();
        }}
      />
    </Dialog>
  );
}
