/**
 * The page's side of the service worker: starts it once the page rests, and says when a new version has taken over. In
 * a browser that does not trust this server there is none, and the page works all the same.
 */
import { t } from './messages.ts';
import { toast } from './ui/toast-store.ts';

const path = '/service-worker.js';

/** Undefined: the browser has none, or refuses ours. */
export async function findWorker(): Promise<ServiceWorkerRegistration | undefined> {
  if (!('serviceWorker' in navigator)) return undefined;
  return (await navigator.serviceWorker.getRegistration('/')) ?? (await register());
}

const register = (): Promise<ServiceWorkerRegistration | undefined> =>
  navigator.serviceWorker.register(path, { scope: '/' }).catch(() => undefined);

export function startWorker(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  const updated = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // The first one takes over a page that is as new as itself.
    if (updated)
      toast.note(t.screen.updated, { label: t.screen.reload, run: () => window.location.reload() });
  });
  const later = (): void => void register();
  if (document.readyState === 'complete') later();
  else window.addEventListener('load', later, { once: true });
}
