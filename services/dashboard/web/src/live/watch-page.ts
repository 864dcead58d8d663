/** Tells a session what happens to the page around it: network, sleep, hidden or seen. */
import type { LiveSession } from './session.ts';

const beatMs = 2000;
/** A beat this late: the machine slept, or the browser put the page to sleep. */
const sleptMs = 8000;

interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

export function watchPage(session: LiveSession): () => void {
  let beatAt = Date.now();
  const beat = setInterval(() => {
    const late = Date.now() - beatAt;
    beatAt = Date.now();
    if (late > sleptMs && !document.hidden) session.check();
  }, beatMs);
  const onVisible = (): void => {
    session.setHidden(document.hidden);
    if (!document.hidden) session.check();
  };
  const onOnline = (): void => {
    session.setOnline(true);
    session.check();
  };
  const onOffline = (): void => session.setOnline(false);
  const onNetwork = (): void => session.check();
  // Chromium tells of a change from one network to another; elsewhere the picture standing still does.
  const network = (navigator as { connection?: NetworkInformation }).connection;

  session.setOnline(navigator.onLine);
  session.setHidden(document.hidden);
  document.addEventListener('visibilitychange', onVisible);
  window.addEventListener('online', onOnline);
  window.addEventListener('offline', onOffline);
  network?.addEventListener('change', onNetwork);
  return () => {
    clearInterval(beat);
    document.removeEventListener('visibilitychange', onVisible);
    window.removeEventListener('online', onOnline);
    window.removeEventListener('offline', onOffline);
    network?.removeEventListener('change', onNetwork);
  };
}
