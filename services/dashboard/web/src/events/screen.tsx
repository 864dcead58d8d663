/** One event at its own address: recording, facts, what can be done with it, and the ones before and after it. */
import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useResource } from '../data/use-resource.ts';
import { t as core } from '../messages.ts';
import { fillPath } from '../router/path.ts';
import { navigate } from '../router/router.ts';
import { useTitle } from '../router/use-title.ts';
import type { ScreenProps } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import type { CameraEvent, EventPlace } from '../types.ts';
import { Badge } from '../ui/badge.tsx';
import { LinkButton } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { ChevronLeftIcon, ChevronRightIcon, FilmIcon, HomeIcon, kindIcons } from '../ui/icons.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Time } from '../ui/time.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { EventActions } from './event-actions.tsx';
import { EventFacts } from './event-facts.tsx';
import { Stage } from './stage.tsx';
import { useEvent } from './use-event.ts';
import { t } from './words.ts';

export function Screen({ params }: ScreenProps) {
  const id = params['id'] ?? '';
  const { event, asked, gone } = useEvent(id);
  if (event !== undefined) return <EventPage key={id} event={event} />;
  if (gone) return <Gone />;
  return (
    <>
      <h1 className="visually-hidden">{core.nav.screens.event}</h1>
      {asked.isError ? (
        <ErrorNote error={asked.error} busy={asked.isFetching} onRetry={() => void asked.refetch()} />
      ) : (
        <Skeleton lines={6} />
      )}
    </>
  );
}

function Gone() {
  useTitle(core.player.gone);
  return (
    <Nothing
      level={1}
      icon={<FilmIcon />}
      title={core.player.gone}
      hint={t.event.goneHint}
      actions={
        <LinkButton to="/" tone="primary" icon={<HomeIcon />}>
          {core.screen.home}
        </LinkButton>
      }
    />
  );
}

function EventPage({ event }: { readonly event: CameraEvent }) {
  const state = useAppState();
  const place = usePlaceOf(event);
  const camera = state.cameras.get(event.cameraId)?.name ?? event.cameraName;
  const Icon = kindIcons[event.kind];
  return (
    <div className="event-page" data-event-id={event.id}>
      <PageHeader
        title={t.event.title(core.kinds[event.kind], camera)}
        lead={
          <span className="event-lead">
            <span className="kind" data-kind={event.kind}>
              <Icon />
              {core.kinds[event.kind]}
            </span>
            <Time at={event.startedAt} as="long" />
            <Time at={event.startedAt} />
            {event.keptAt !== null && <Badge tone="accent">{t.event.kept}</Badge>}
          </span>
        }
        actions={<Steps place={place} />}
      />
      <div className="event-columns">
        <Stage event={event} />
        <div className="event-side">
          <EventActions event={event} reviewed={place?.reviewed} />
          <EventFacts event={event} />
        </div>
      </div>
    </div>
  );
}

function usePlaceOf({ id }: CameraEvent): EventPlace | undefined {
  const { events } = useAppState();
  const client = useQueryClient();
  const key = ['review', 'event', id] as const;
  const { data } = useResource<EventPlace>(key, `/api/review/events/${encodeURIComponent(id)}`);
  const { size } = events;
  const newest = data?.newer === null;
  useEffect(() => {
    // Something came or went: the newest may not be the newest any more.
    if (newest) void client.invalidateQueries({ queryKey: ['review', 'event', id] });
  }, [client, id, newest, size]);
  return data;
}

function Steps({ place }: { readonly place: EventPlace | undefined }) {
  const go = (id: string | null | undefined): void => {
    if (id !== null && id !== undefined) navigate(fillPath('/events/:id', { id }), 'replace');
  };
  const newer = (): void => go(place?.newer);
  const older = (): void => go(place?.older);
  useShortcuts(t.keys.events, [
    { keys: 'p', text: core.player.newer, run: newer },
    { keys: 'n', text: core.player.older, run: older },
  ]);
  return (
    <div className="event-steps">
      <IconButton label={core.player.newer} disabled={typeof place?.newer !== 'string'} onClick={newer}>
        <ChevronLeftIcon />
      </IconButton>
      <IconButton label={core.player.older} disabled={typeof place?.older !== 'string'} onClick={older}>
        <ChevronRightIcon />
      </IconButton>
    </div>
  );
}
