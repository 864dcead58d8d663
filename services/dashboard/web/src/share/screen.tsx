/**
 * What whoever holds a link sees: that one event and nothing else, without a login. The token stays in the fragment of
 * the address, which no server is told; it is exchanged for a cookie that opens the pictures of this event.
 */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { failureText, rest, type ApiFailure } from '../api.ts';
import { EventFacts } from '../events/event-facts.tsx';
import { recordingOf } from '../events/event-state.ts';
import { Download } from '../events/event-actions.tsx';
import { Stage } from '../events/stage.tsx';
import { t } from '../events/words.ts';
import { longTime } from '../format.ts';
import { t as core } from '../messages.ts';
import { usePlace } from '../router/router.ts';
import { useAppState } from '../store/store.ts';
import type { SharedEvent } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { ClockIcon, Logo, RestartIcon } from '../ui/icons.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { listenForShortcuts } from '../ui/shortcuts.ts';
import { useNow } from '../ui/use-now.ts';
import './share.css';

/** Longer than any timer of a browser runs. */
const longestTimerMs = 2_000_000_000;

export function Screen() {
  const token = usePlace().hash.slice(1);
  const opened = useQuery<SharedEvent, ApiFailure>({
    queryKey: ['shared-event', token],
    queryFn: () => rest.post<SharedEvent>('/api/share/open', { token }),
    enabled: token !== '',
    refetchOnReconnect: true,
  });
  const { data, refetch } = opened;
  useOwnKeys();
  useEffect(() => {
    if (data === undefined) return;
    const left = Date.parse(data.expiresAt) - Date.now();
    const timer = setTimeout(() => void refetch(), Math.min(Math.max(left, 0) + 500, longestTimerMs));
    return () => clearTimeout(timer);
  }, [data, refetch]);

  if (token === '' || opened.isError) return <NotOpen error={opened.error} onRetry={() => void refetch()} />;
  if (data === undefined)
    return (
      <>
        <h1 className="visually-hidden">{core.nav.screens.share}</h1>
        <Skeleton lines={6} />
      </>
    );
  return <Shared shared={data} busy={opened.isFetching} onLookAgain={() => void refetch()} />;
}

/** The shell, where there is one, listens to keys already. */
function useOwnKeys(): void {
  const inShell = useAppState().phase === 'ready';
  useEffect(() => (inShell ? undefined : listenForShortcuts()), [inShell]);
}

interface SharedProps {
  readonly shared: SharedEvent;
  readonly busy: boolean;
  readonly onLookAgain: () => void;
}

function Shared({ shared: { event, expiresAt, sharedBy }, busy, onLookAgain }: SharedProps) {
  const missing = recordingOf(event, useNow()) === 'expected';
  return (
    <div className="shared" data-event-id={event.id}>
      <p className="brand">
        <Logo />
        <span className="brand-name">{core.product}</span>
      </p>
      <PageHeader
        title={t.event.title(core.kinds[event.kind], event.cameraName)}
        lead={t.share.sharedBy(sharedBy, longTime(expiresAt))}
        actions={
          <>
            {missing && (
              <Button icon={<RestartIcon />} busy={busy} onClick={onLookAgain}>
                {t.share.lookAgain}
              </Button>
            )}
            <Download event={event} works />
          </>
        }
      />
      <Stage key={event.id} event={event} />
      <EventFacts event={event} />
    </div>
  );
}

interface NotOpenProps {
  /** Null: the address has no token. */
  readonly error: ApiFailure | null;
  readonly onRetry: () => void;
}

function NotOpen({ error, onRetry }: NotOpenProps) {
  const [title, hint] = wordsFor(error);
  const again = error !== null && (error.status === 0 || error.status >= 429);
  return (
    <div className="shared">
      <Nothing
        level={1}
        icon={<ClockIcon />}
        title={title}
        hint={hint}
        actions={again && <Button onClick={onRetry}>{core.kit.retry}</Button>}
      />
    </div>
  );
}

function wordsFor(error: ApiFailure | null): readonly [title: string, hint: string] {
  switch (error?.code) {
    case undefined:
    case 'no_such_link':
    case 'invalid_request':
      return [t.share.noSuchLink, t.share.noSuchLinkHint];
    case 'share_expired':
      return [t.share.expired, t.share.askAgain];
    case 'share_revoked':
      return [t.share.withdrawn, t.share.askAgain];
    case 'not_found':
      return [core.player.gone, t.share.deletedHint];
    default:
      return [t.share.failed, failureText(error)];
  }
}
