/** A secret that is shown this once, to be copied: never kept by the page. */
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CheckIcon } from '../ui/icons.tsx';
import { t } from './words.ts';

interface SecretShownProps {
  readonly title: string;
  readonly hint: string;
  readonly secret: string;
  readonly onClose: () => void;
}

export function SecretShown({ title, hint, secret, onClose }: SecretShownProps) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
    } catch {
      // No clipboard here: the text is selected by a press on it.
      setCopied(false);
    }
  };
  return (
    <Dialog title={title} description={hint} onClose={onClose}>
      <output className="secret-shown mono">{secret}</output>
      <div className="dialog-actions">
        <Button {...(copied && { icon: <CheckIcon /> })} onClick={() => void copy()}>
          {copied ? t.secret.copied : t.secret.copy}
        </Button>
        <Button tone="primary" data-autofocus onClick={onClose}>
          {t.secret.done}
        </Button>
      </div>
    </Dialog>
  );
}
