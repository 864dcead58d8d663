import { useState, type SubmitEvent } from 'react';
import { failureText } from '../api.ts';
import { t } from '../messages.ts';
import { rename } from '../store/actions.ts';
import type { Camera } from '../types.ts';
import { Dialog } from '../ui/dialog.tsx';

const maxLength = 100;

/** Gives a camera another name. */
export function RenameDialog({ camera, onClose }: { readonly camera: Camera; readonly onClose: () => void }) {
  const [name, setName] = useState(camera.name);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const wanted = name.trim();
    if (wanted === '') {
      setFailure(t.dialogs.nameEmpty);
      return;
    }
    setBusy(true);
    try {
      await rename(camera.id, wanted);
      onClose();
    } catch (error) {
      setFailure(failureText(error));
      setBusy(false);
    }
  };

  return (
    <Dialog title={t.dialogs.renameTitle(camera.name)} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <label className="field">
          <span>{t.dialogs.name}</span>
          <input
            name="name"
            value={name}
            maxLength={maxLength}
            data-autofocus
            autoComplete="off"
            onFocus={(event) => event.target.select()}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <p className="hint mono">{camera.id}</p>
        {failure !== null && (
          <p className="notice notice-bad" role="alert">
            {failure}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {t.dialogs.cancel}
          </button>
          <button type="submit" className="button button-primary" disabled={busy}>
            {busy ? t.dialogs.saving : t.dialogs.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
