/** A secret that is shown this once, to be copied: never kept by the page. */
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { t } from './words.ts';

interface SecretShownProps {
  readonly title: string;
  readonly hint: string;
  readonly secret: string;
  readonly onClose: () => void;
}

export function SecretShown({ title, hint, secret, onClose }: SecretShownProps) {
  return (
    <Dialog title={title} description={hint} onClose={onClose}>
      <output className="secret-shown mono">{secret}</output>
      <div className="dialog-actions">
        <CopyButton text={secret} />
        <Button tone="primary" data-autofocus onClick={onClose}>
          {t.secret.done}
        </Button>
      </div>
    </Dialog>
  );
}
