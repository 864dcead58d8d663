/** Shows what toast-store.ts holds. Fetched with the first message; what went wrong stays longer than what went well. */
import { Toast as Radix } from 'radix-ui';
import { useSyncExternalStore } from 'react';
import { t } from '../messages.ts';
import { AlertIcon, CheckIcon, CloseIcon } from './icons.tsx';
import { dismissToast, getToasts, subscribeToasts, type Toast } from './toast-store.ts';

const shownMs: Record<Toast['tone'], number> = { good: 4000, note: 6000, bad: 12_000 };

export function Toasts() {
  const toasts = useSyncExternalStore(subscribeToasts, getToasts);
  return (
    <Radix.Provider label={t.kit.notifications} swipeDirection="right">
      {toasts.map((one) => (
        <Radix.Root
          key={one.id}
          className={`toast toast-${one.tone}`}
          type={one.tone === 'bad' ? 'foreground' : 'background'}
          duration={shownMs[one.tone]}
          onOpenChange={(open) => !open && dismissToast(one.id)}
        >
          {one.tone === 'good' ? <CheckIcon /> : <AlertIcon />}
          <Radix.Description className="toast-text">{one.text}</Radix.Description>
          {one.action !== undefined && (
            <Radix.Action className="button button-small" altText={one.action.label} onClick={one.action.run}>
              {one.action.label}
            </Radix.Action>
          )}
          <Radix.Close className="icon-button icon-button-small" aria-label={t.kit.close}>
            <CloseIcon />
          </Radix.Close>
        </Radix.Root>
      ))}
      <Radix.Viewport className="toasts" />
    </Radix.Provider>
  );
}
