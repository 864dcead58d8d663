/** Stands where a part of the page should be that could not be fetched, such as after an update of the server. */
import { t } from '../messages.ts';
import { AlertIcon } from './icons.tsx';

export function LazyFailed() {
  return (
    <div className="lazy-failed notice notice-bad" role="alert">
      <AlertIcon />
      <p>{t.live.loadFailed}</p>
      <button type="button" className="button button-small" onClick={() => window.location.reload()}>
        {t.live.reload}
      </button>
    </div>
  );
}
