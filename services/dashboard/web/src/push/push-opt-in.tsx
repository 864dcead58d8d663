/** Messages to this browser: on, off, or in plain words why not; and the account's other browsers. */
import { useCallback, useEffect, useState } from 'react';
import { ApiFailure, failureText, rest } from '../api.ts';
import { useAction, useResource } from '../data/use-resource.ts';
import type { WebPush } from '../types.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { BellIcon, CertificateIcon } from '../ui/icons.tsx';
import { Resource } from '../ui/resource.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { SwitchRow } from '../ui/switch.tsx';
import { Time } from '../ui/time.tsx';
import { toast } from '../ui/toast-store.ts';
import { ownSubscriptionId, pushState, subscribe, unsubscribe, type PushState } from './browser-push.ts';
import { OtherDevices } from './other-devices.tsx';
import { t } from './words.ts';

export function PushOptIn() {
  const webPush = useResource<WebPush>(['notifications', 'web-push'], '/api/notifications/web-push');
  return (
    <Card title={t.title} lead={t.lead}>
      <Resource of={webPush}>
        {({ publicKey, subscriptions }) => (
          <>
            <ThisDevice publicKey={publicKey} known={subscriptions} />
            <OtherDevices subscriptions={subscriptions.filter(({ id }) => id !== ownSubscriptionId())} />
          </>
        )}
      </Resource>
    </Card>
  );
}

type Known = WebPush['subscriptions'];

function ThisDevice({ publicKey, known }: { readonly publicKey: string; readonly known: Known }) {
  const [state, setState] = useState<PushState>();
  const [busy, setBusy] = useState(false);
  const look = useCallback(() => void pushState().then(setState), []);
  useEffect(look, [look, known]);
  const test = useAction({
    run: () => rest.post('/api/notifications/tests', { channel: 'web-push' }),
    done: t.tested,
  });

  const change = async (on: boolean): Promise<void> => {
    setBusy(true);
    try {
      if (on) setState(await subscribe(publicKey));
      else {
        await unsubscribe();
        setState('off');
      }
      toast.good(on ? t.turnedOn : t.turnedOff);
    } catch (error) {
      toast.bad(error instanceof ApiFailure ? failureText(error) : t.failed);
      look();
    } finally {
      setBusy(false);
    }
  };

  switch (state) {
    case undefined:
      return <Skeleton lines={1} />;
    case 'unsupported':
      return <p className="notice">{t.unsupported}</p>;
    case 'ios-first':
      return <p className="notice">{t.iosFirst}</p>;
    case 'denied':
      return <p className="notice">{t.denied}</p>;
    case 'untrusted':
      return (
        <div className="notice push-untrusted">
          <p>{t.untrusted}</p>
          <LinkButton small to="/trust" icon={<CertificateIcon />}>
            {t.trust}
          </LinkButton>
        </div>
      );
    case 'on':
    case 'off': {
      const own = known.find(({ id }) => id === ownSubscriptionId());
      return (
        <>
          <SwitchRow
            label={t.turnOn}
            hint={state === 'on' && own !== undefined ? <Last of={own} /> : state === 'on' ? t.on : t.off}
            checked={state === 'on'}
            disabled={busy}
            onChange={(on) => void change(on)}
          />
          {state === 'on' && (
            <div>
              <Button small icon={<BellIcon />} busy={test.busy} onClick={() => test.run()}>
                {t.test}
              </Button>
            </div>
          )}
        </>
      );
    }
  }
}

function Last({ of: { lastError, lastSuccessAt } }: { readonly of: Known[number] }) {
  if (lastError !== null) return t.lastError(lastError);
  if (lastSuccessAt === null) return t.on;
  return (
    <>
      {t.on} <Time at={lastSuccessAt} />
    </>
  );
}
