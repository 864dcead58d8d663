/** What can be done with the chosen events, at the foot of the window; by button and by key. */
import { useState } from 'react';
import { TrashIcon } from '../events/icons.tsx';
import { useMarkEvents, type Mark } from '../events/mark-events.ts';
import { t as core } from '../messages.ts';
import { mayDo } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import type { ReviewEvent } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { CheckIcon, CloseIcon, DownloadIcon, ShieldIcon } from '../ui/icons.tsx';
import { useShortcuts, type Shortcut } from '../ui/shortcuts.ts';
import { t } from './words.ts';

interface BulkBarProps {
  /** The chosen ones. */
  readonly events: readonly ReviewEvent[];
  readonly onClear: () => void;
}

/** The server packs so many into one ZIP. */
const zipMost = 100;

export function BulkBar({ events, onClear }: BulkBarProps) {
  const state = useAppState();
  const [asking, setAsking] = useState(false);
  const marks = useMarkEvents(() => {
    setAsking(false);
    onClear();
  });
  const some = events.length > 0;
  const allReviewed = some && events.every(({ reviewed }) => reviewed);
  const allKept = some && events.every(({ keptAt }) => keptAt !== null);
  const run = (mark: Mark): void => {
    if (some) marks.run({ mark, eventIds: events.map(({ id }) => id) });
  };
  const review = (): void => run(allReviewed ? 'unreviewed' : 'reviewed');
  const keep = (): void => run(allKept ? 'unkeep' : 'keep');
  const may = (action: string): boolean => mayDo(state, action);
  const shortcut = (action: string, one: Shortcut): Shortcut[] => (may(action) ? [one] : []);
  useShortcuts(t.review.chosen, [
    ...shortcut('events.review', { keys: 'r', text: t.review.markReviewed, run: review }),
    ...shortcut('events.keep', { keys: 'b', text: t.review.keep, run: keep }),
    ...shortcut('events.delete', { keys: 'Delete', text: t.review.remove, run: () => setAsking(some) }),
  ]);
  if (!some) return null;
  return (
    <div className="bulk-bar" role="toolbar" aria-label={t.review.chosen}>
      <strong role="status">{t.review.count(events.length)}</strong>
      {may('events.review') && (
        <Button small tone="primary" icon={<CheckIcon />} busy={marks.busy} onClick={review}>
          {allReviewed ? t.review.markUnreviewed : t.review.markReviewed}
        </Button>
      )}
      {may('events.keep') && (
        <Button small icon={<ShieldIcon />} onClick={keep}>
          {allKept ? t.review.unkeep : t.review.keep}
        </Button>
      )}
      {may('media.read') && state.server?.downloads !== false && <Zip events={events} />}
      {may('events.delete') && (
        <Button small icon={<TrashIcon />} onClick={() => setAsking(true)}>
          {t.review.remove}
        </Button>
      )}
      <IconButton label={t.review.selectNone} onClick={onClear}>
        <CloseIcon />
      </IconButton>
      {asking && (
        <Confirm
          title={t.review.removeTitle(events.length)}
          text={t.review.removeText}
          action={t.review.removeTitle(events.length).replace('?', '')}
          busy={marks.busy}
          onConfirm={() => run('delete')}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

function Zip({ events }: { readonly events: readonly ReviewEvent[] }) {
  const recorded = events.filter(({ downloadUrl }) => downloadUrl !== null);
  if (recorded.length === 0) return <span className="hint">{core.eventState.noRecording}</span>;
  if (recorded.length > zipMost) return <span className="hint">{t.review.zipMost(zipMost)}</span>;
  const query = new URLSearchParams(recorded.map(({ id }) => ['event', id]));
  return (
    <a className="button button-small" href={`/api/review/download?${query.toString()}`} download>
      <DownloadIcon />
      {t.review.download}
    </a>
  );
}
