/** Where the user is logged in; each can be ended from here. */
import { rest } from '../api.ts';
import { useAction, useResource } from '../data/use-resource.ts';
import { t } from '../people/words.ts';
import type { LoginSession, LoginSessionList } from '../types.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Resource } from '../ui/resource.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';

export function LoginSessions() {
  const sessions = useResource<LoginSessionList>(['account', 'sessions'], '/api/sessions');
  const endOthers = useAction({
    run: () => rest.delete<{ ended: number }>('/api/sessions'),
    done: ({ ended }) => t.account.endedOthers(ended),
    changes: ['account'],
  });
  return (
    <Resource of={sessions}>
      {({ sessions: rows }) => (
        <Card
          title={t.account.sessions}
          lead={t.account.sessionsLead}
          actions={
            rows.length > 1 && (
              <Button small busy={endOthers.busy} onClick={() => endOthers.run()}>
                {t.account.endOthers}
              </Button>
            )
          }
        >
          <Table label={t.account.sessions} columns={columns} rows={rows} rowKey={({ id }) => id} />
        </Card>
      )}
    </Resource>
  );
}

const columns: readonly Column<LoginSession>[] = [
  { name: t.account.device, cell: ({ device }) => device },
  { name: t.account.address, cell: ({ address }) => <span className="mono">{address ?? '–'}</span> },
  { name: t.account.seen, cell: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
  {
    name: t.account.endSession,
    nameHidden: true,
    cell: (session) =>
      session.current ? <Badge tone="good">{t.account.thisOne}</Badge> : <EndSession session={session} />,
  },
];

function EndSession({ session }: { readonly session: LoginSession }) {
  const end = useAction({
    run: () => rest.delete(`/api/sessions/${encodeURIComponent(session.id)}`),
    done: t.account.sessionEnded,
    changes: ['account'],
  });
  return (
    <Button
      small
      busy={end.busy}
      aria-label={t.account.endSessionOf(session.device)}
      onClick={() => end.run()}
    >
      {t.account.endSession}
    </Button>
  );
}
