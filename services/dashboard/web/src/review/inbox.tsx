/** The list of Review: rows to open or to choose, by pointer, finger and key, and what can be done with the chosen. */
import { useState, type KeyboardEvent } from 'react';
import { t as core } from '../messages.ts';
import { changeQuery } from '../router/router.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { InboxIcon } from '../ui/icons.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { useNow } from '../ui/use-now.ts';
import { VirtualList } from '../ui/virtual-list.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { parseFilter, queryOf, type ReviewFilter } from './filter.ts';
import { InboxRow, focusRow, rowOf } from './inbox-row.tsx';
import { all, among, extend, nothingSelected, toggle } from './selection.ts';
import { useInbox } from './use-inbox.ts';
import { useInboxKeys } from './use-inbox-keys.ts';
import { t } from './words.ts';

const rowPx = 92;

export function Inbox({ filter }: { readonly filter: ReviewFilter }) {
  const { events, pages, loaded, ended, more } = useInbox(filter);
  const now = useNow();
  const [chosen, setSelection] = useState(nothingSelected);
  const order = events.map(({ id }) => id);
  const selection = among(chosen, order);
  const choose = (id: string, range: boolean): void =>
    setSelection(range ? extend(selection, order, id) : toggle(selection, id));
  const step = (by: 1 | -1, range = false): void => {
    const at = order.indexOf(rowOf(document.activeElement) ?? '');
    const id = order[at === -1 ? 0 : at + by];
    if (id === undefined) return;
    const start = order[at];
    if (range && start !== undefined)
      setSelection(extend(selection.ids.has(start) ? selection : toggle(selection, start), order, id));
    focusRow(id);
  };
  useInboxKeys({
    step,
    choose: () => {
      const id = rowOf(document.activeElement);
      if (id !== undefined) choose(id, false);
    },
    clear: () => setSelection(nothingSelected),
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const withCtrl = event.ctrlKey || event.metaKey;
    if (withCtrl && event.key === 'a') setSelection(all(order));
    else if (event.shiftKey && event.key === 'ArrowDown') step(1, true);
    else if (event.shiftKey && event.key === 'ArrowUp') step(-1, true);
    else return;
    event.preventDefault();
  };
  if (pages.isError && !loaded)
    return <ErrorNote error={pages.error} busy={pages.isFetching} onRetry={() => void pages.refetch()} />;
  if (!loaded) return <Skeleton shape="list" lines={6} />;
  if (events.length === 0 && ended) return <Empty filter={filter} />;
  return (
    <div className="review-inbox" data-selecting={selection.ids.size > 0} onKeyDown={onKeyDown}>
      <div className="review-tools">
        <Button small onClick={() => setSelection(selection.ids.size > 0 ? nothingSelected : all(order))}>
          {selection.ids.size > 0 ? t.review.selectNone : t.review.selectAll(order.length)}
        </Button>
      </div>
      <VirtualList
        label={core.events.title}
        items={events}
        itemKey={({ id }) => id}
        estimatePx={rowPx}
        onNearEnd={more}
      >
        {(event) => (
          <InboxRow
            event={event}
            now={now}
            selected={selection.ids.has(event.id)}
            selecting={selection.ids.size > 0}
            onChoose={choose}
          />
        )}
      </VirtualList>
      <p className="event-more" role="status">
        {ended ? core.events.end : core.events.loadingMore}
      </p>
      <BulkBar
        events={events.filter(({ id }) => selection.ids.has(id))}
        onClear={() => setSelection(nothingSelected)}
      />
    </div>
  );
}

function Empty({ filter }: { readonly filter: ReviewFilter }) {
  const bare = parseFilter(new URLSearchParams());
  const plain = JSON.stringify(filter) === JSON.stringify(bare);
  return (
    <Nothing
      icon={<InboxIcon />}
      title={plain ? t.review.allDone : core.events.noneFiltered}
      hint={plain ? t.review.allDoneHint : t.review.noneHint}
      actions={
        <Button onClick={() => changeQuery(queryOf({ ...bare, state: 'all' }))}>
          {core.events.clearFilters}
        </Button>
      }
    />
  );
}
