/** Links to one event: make one that expires, see those that still open, take one back. */
import { useState } from 'react';
import { rest } from '../api.ts';
import { useAction, useResource } from '../data/use-resource.ts';
import { t } from '../events/words.ts';
import { shortTime } from '../format.ts';
import type { CameraEvent, CreatedShareLink, ShareLink, ShareLinkList } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Resource } from '../ui/resource.tsx';
import { Select } from '../ui/select.tsx';
import { useNow } from '../ui/use-now.ts';
import './share.css';

interface ShareDialogProps {
  readonly event: CameraEvent;
  readonly onClose: () => void;
}

const lifetimes = [1, 24, 72, 168, 720].map((hours) => ({
  value: String(hours),
  label: t.share.lifetime(hours),
}));

export function ShareDialog({ event, onClose }: ShareDialogProps) {
  const [hours, setHours] = useState('72');
  const [made, setMade] = useState<CreatedShareLink | null>(null);
  const make = useAction({
    run: () =>
      rest.post<CreatedShareLink>(`/api/events/${encodeURIComponent(event.id)}/share`, {
        expiresInHours: Number(hours),
      }),
    changes: ['shares'],
    tellFailure: false,
    onDone: setMade,
  });
  return (
    <Dialog title={t.share.title} description={t.share.lead} onClose={onClose} className="share-dialog">
      {made === null ? (
        <form
          className="form"
          onSubmit={(submit) => {
            submit.preventDefault();
            make.run();
          }}
        >
          <Field label={t.share.expires} error={make.failure}>
            {(control) => (
              <Select {...control} data-autofocus options={lifetimes} value={hours} onChange={setHours} />
            )}
          </Field>
          <div className="dialog-actions">
            <Button type="submit" tone="primary" busy={make.busy}>
              {t.share.make}
            </Button>
          </div>
        </form>
      ) : (
        <Made link={made} />
      )}
      <OpenLinks eventId={event.id} />
    </Dialog>
  );
}

function Made({ link: { url } }: { readonly link: CreatedShareLink }) {
  return (
    <div className="share-made">
      <Field label={t.share.link} hint={t.share.linkHint}>
        {(control) => (
          <input
            {...control}
            className="mono"
            readOnly
            data-share-url
            value={url}
            onFocus={(focus) => focus.target.select()}
          />
        )}
      </Field>
      <div className="dialog-actions">
        {typeof navigator.share === 'function' && (
          <Button onClick={() => void navigator.share({ url }).catch(() => undefined)}>{t.share.send}</Button>
        )}
        <CopyButton text={url} tone="primary" />
      </div>
    </div>
  );
}

function OpenLinks({ eventId }: { readonly eventId: string }) {
  const links = useResource<ShareLinkList>(
    ['shares', eventId],
    `/api/shares?eventId=${encodeURIComponent(eventId)}`,
  );
  return (
    <section className="share-links">
      <h3>{t.share.openLinks}</h3>
      <Resource of={links}>
        {({ shares }) =>
          shares.length === 0 ? (
            <p className="hint">{t.share.none}</p>
          ) : (
            <ul>
              {shares.map((link) => (
                <OpenLink key={link.id} link={link} />
              ))}
            </ul>
          )
        }
      </Resource>
    </section>
  );
}

function OpenLink({ link }: { readonly link: ShareLink }) {
  const now = useNow();
  const revoke = useAction({
    run: () => rest.delete(`/api/shares/${encodeURIComponent(link.id)}`),
    done: t.share.revoked,
    changes: ['shares'],
  });
  return (
    <li className="share-link">
      <div>
        <span>{t.share.until(shortTime(link.expiresAt, now))}</span>
        <span className="hint">{t.share.by(link.createdBy, link.opened)}</span>
      </div>
      <Button small busy={revoke.busy} onClick={() => revoke.run()}>
        {t.share.revoke}
      </Button>
    </li>
  );
}
