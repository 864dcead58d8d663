/** Something could not be had: what the server said, and another try. */
import { failureText } from '../api.ts';
import { t } from '../messages.ts';
import { Button } from './button.tsx';
import { AlertIcon, RestartIcon } from './icons.tsx';

interface ErrorNoteProps {
  /** Whatever was thrown, or a sentence. */
  readonly error: unknown;
  readonly title?: string;
  readonly onRetry?: () => void;
  readonly busy?: boolean;
}

export function ErrorNote({ error, title = t.kit.failed, onRetry, busy = false }: ErrorNoteProps) {
  return (
    <div className="error-note" role="alert">
      <AlertIcon />
      <div>
        <strong>{title}</strong>
        <p>{typeof error === 'string' ? error : failureText(error)}</p>
      </div>
      {onRetry !== undefined && (
        <Button small busy={busy} icon={<RestartIcon />} onClick={onRetry}>
          {t.kit.retry}
        </Button>
      )}
    </div>
  );
}
