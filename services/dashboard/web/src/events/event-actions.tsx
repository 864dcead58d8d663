/** What can be done with one event: reviewed, keep, download, share, delete; by button and by key. */
import { useState } from 'react';
import { mayDo } from '../screens.ts';
import { ShareDialog } from '../share/share-dialog.tsx';
import { useAppState } from '../store/store.ts';
import type { CameraEvent } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { CheckIcon, DownloadIcon, ShieldIcon } from '../ui/icons.tsx';
import { useShortcuts, type Shortcut } from '../ui/shortcuts.ts';
import { t as core } from '../messages.ts';
import { ShareIcon, TrashIcon } from './icons.tsx';
import { useMarkEvents } from './mark-events.ts';
import { t } from './words.ts';

interface EventActionsProps {
  readonly event: CameraEvent;
  /** Undefined: not yet known. */
  readonly reviewed: boolean | undefined;
}

export function EventActions({ event, reviewed }: EventActionsProps) {
  const state = useAppState();
  const [open, setOpen] = useState<'share' | 'delete' | null>(null);
  const marks = useMarkEvents(() => setOpen(null));
  const eventIds = [event.id];
  const kept = event.keptAt !== null;
  const may = (action: string): boolean => mayDo(state, action);
  const review = (): void => marks.run({ mark: reviewed === true ? 'unreviewed' : 'reviewed', eventIds });
  const keep = (): void => marks.run({ mark: kept ? 'unkeep' : 'keep', eventIds });
  const shortcut = (allowed: boolean, one: Shortcut): Shortcut[] => (allowed ? [one] : []);
  useShortcuts(t.keys.event, [
    ...shortcut(may('events.review'), { keys: 'r', text: t.event.toggleReviewed, run: review }),
    ...shortcut(may('events.keep'), { keys: 'b', text: t.event.toggleKept, run: keep }),
    ...shortcut(may('events.share'), { keys: 's', text: t.event.share, run: () => setOpen('share') }),
    ...shortcut(may('events.delete') && !kept, {
      keys: 'Delete',
      text: t.event.remove,
      run: () => setOpen('delete'),
    }),
  ]);
  return (
    <div className="event-actions">
      {may('events.review') && (
        <Button
          tone={reviewed === false ? 'primary' : 'plain'}
          icon={<CheckIcon />}
          busy={reviewed === undefined}
          aria-pressed={reviewed === true}
          onClick={review}
        >
          {reviewed === true ? t.event.reviewed : t.event.markReviewed}
        </Button>
      )}
      {may('events.keep') && (
        <Button icon={<ShieldIcon />} aria-pressed={kept} title={t.event.keepHint} onClick={keep}>
          {kept ? t.event.kept : t.event.keep}
        </Button>
      )}
      <Download event={event} works={state.server?.downloads ?? true} />
      {may('events.share') && (
        <Button icon={<ShareIcon />} onClick={() => setOpen('share')}>
          {t.event.share}
        </Button>
      )}
      {may('events.delete') && (
        <Button
          icon={<TrashIcon />}
          disabled={kept}
          title={kept ? t.event.keptNotDeleted : undefined}
          onClick={() => setOpen('delete')}
        >
          {t.event.remove}
        </Button>
      )}
      {open === 'share' && <ShareDialog event={event} onClose={() => setOpen(null)} />}
      {open === 'delete' && (
        <Confirm
          title={t.event.removeTitle}
          text={t.event.removeText}
          action={t.event.removeAction}
          busy={marks.busy}
          onConfirm={() => marks.run({ mark: 'delete', eventIds })}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}

export function Download({ event, works }: { readonly event: CameraEvent; readonly works: boolean }) {
  if (event.downloadUrl === null) return null;
  if (!works) return <p className="hint">{core.player.downloadOff}</p>;
  return (
    <a className="button" href={event.downloadUrl} download>
      <DownloadIcon />
      {t.event.download}
    </a>
  );
}
