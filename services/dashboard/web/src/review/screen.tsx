/** Review: what the cameras saw, to be looked through. An inbox of what is new to the user, or a day on a timeline. */
import { useMemo } from 'react';
import { useResource } from '../data/use-resource.ts';
import { t as core } from '../messages.ts';
import { changeQuery, usePlace } from '../router/router.ts';
import type { ReviewSummary } from '../types.ts';
import { Segmented } from '../ui/choice.tsx';
import { FilmIcon, InboxIcon } from '../ui/icons.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { parseFilter, queryOf, type ReviewFilter } from './filter.ts';
import { Filters } from './filters.tsx';
import { Inbox } from './inbox.tsx';
import { Timeline } from './timeline.tsx';
import { zone } from './use-inbox.ts';
import { t } from './words.ts';
import './review.css';

const views = [
  { value: 'inbox', label: t.review.inbox, icon: <InboxIcon /> },
  { value: 'timeline', label: t.review.timeline, icon: <FilmIcon /> },
] as const;

export function Screen() {
  const { search } = usePlace();
  const filter = useMemo(() => parseFilter(new URLSearchParams(search)), [search]);
  const timeline = new URLSearchParams(search).get('view') === 'timeline';
  const change = (next: Partial<ReviewFilter>): void => changeQuery(queryOf({ ...filter, ...next }));
  return (
    <>
      <PageHeader
        title={core.nav.screens.review}
        lead={<Unreviewed />}
        actions={
          <Segmented
            label={t.review.view}
            choices={views}
            value={timeline ? 'timeline' : 'inbox'}
            onChange={(view) => changeQuery({ view: view === 'inbox' ? null : view })}
          />
        }
      />
      <Filters filter={filter} onChange={change} dayless={timeline} />
      {timeline ? <Timeline filter={filter} onChange={change} /> : <Inbox key={search} filter={filter} />}
    </>
  );
}

function Unreviewed() {
  const { data } = useResource<ReviewSummary>(
    ['review', 'summary', zone],
    `/api/review/summary?zone=${encodeURIComponent(zone)}`,
  );
  if (data === undefined) return <span>{core.loading}</span>;
  return <span role="status">{t.review.unreviewed(data.unreviewed.count, data.unreviewed.more)}</span>;
}
