/** The account's other browsers that are told of alerts. */
import { useAction } from '../data/use-resource.ts';
import type { WebPush } from '../types.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { CloseIcon } from '../ui/icons.tsx';
import { Time } from '../ui/time.tsx';
import { removeSubscription } from './browser-push.ts';
import { t } from './words.ts';

export function OtherDevices({ subscriptions }: { readonly subscriptions: WebPush['subscriptions'] }) {
  const remove = useAction({ run: removeSubscription, changes: ['notifications'] });
  if (subscriptions.length === 0) return null;
  return (
    <section className="push-others" aria-label={t.others}>
      <h3>{t.others}</h3>
      <ul>
        {subscriptions.map(({ id, userAgent, createdAt, lastError }) => (
          <li key={id} className="row">
            <div className="row-text">
              <span>{nameOf(userAgent)}</span>
              <span className="hint">
                {lastError === null ? <Time at={createdAt} as="short" /> : t.lastError(lastError)}
              </span>
            </div>
            <IconButton label={t.remove(nameOf(userAgent))} onClick={() => remove.run(id)}>
              <CloseIcon />
            </IconButton>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** `Chrome, Android` from what browsers say of themselves. */
function nameOf(userAgent: string | null): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(userAgent ?? '')?.[1];
  const system = /(iPhone|iPad|Android|Windows|Macintosh|Linux)/.exec(userAgent ?? '')?.[1];
  const names: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera', Macintosh: 'Mac' };
  const known = [browser, system].filter((part) => part !== undefined);
  return known.length === 0 ? t.unknownDevice : known.map((part) => names[part] ?? part).join(', ');
}
