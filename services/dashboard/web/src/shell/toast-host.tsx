/** Brings the code of messages with the first one. */
import { useSyncExternalStore } from 'react';
import { lazily } from '../ui/lazily.tsx';
import { getToasts, subscribeToasts } from '../ui/toast-store.ts';

const Toasts = lazily(() => import('../ui/toasts.tsx').then(({ Toasts: code }) => code));
let shown = false;

export function ToastHost() {
  const any = useSyncExternalStore(subscribeToasts, () => getToasts().length > 0);
  shown ||= any;
  return shown ? <Toasts /> : null;
}
