import { t } from '../messages.ts';
import { reboot } from '../store/actions.ts';
import type { Camera } from '../types.ts';
import { Dialog } from '../ui/dialog.tsx';

/** Asks before a camera is sent away for a minute. */
export function RebootDialog({ camera, onClose }: { readonly camera: Camera; readonly onClose: () => void }) {
  return (
    <Dialog title={t.dialogs.rebootTitle(camera.name)} onClose={onClose}>
      <p>{t.dialogs.rebootText}</p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose} data-autofocus>
          {t.dialogs.cancel}
        </button>
        <button
          type="button"
          className="button button-danger"
          onClick={() => {
            void reboot(camera.id);
            onClose();
          }}
        >
          {t.dialogs.rebootConfirm}
        </button>
      </div>
    </Dialog>
  );
}
