/** Ids that asked for their configuration and are no cameras yet: watch and name, approve, block. */
import { useState } from 'react';
import { useResource } from '../data/use-resource.ts';
import type { UnclaimedCamera } from '../types.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { CameraIcon } from '../ui/icons.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Resource } from '../ui/resource.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { followCamera } from './camera-id.ts';
import { useDecision } from './use-decision.ts';
import { t } from './words.ts';

interface UnclaimedList {
  readonly unclaimed: readonly UnclaimedCamera[];
}

/** @param followed the id that is watched above */
export function UnclaimedCard({ followed }: { readonly followed: string | null }) {
  const list = useResource<UnclaimedList>(['unclaimed'], '/api/unclaimed');
  return (
    <Card title={t.unclaimed.title} lead={t.unclaimed.lead}>
      <Resource of={list}>
        {({ unclaimed }) =>
          unclaimed.length === 0 ? (
            <Nothing icon={<CameraIcon />} title={t.unclaimed.none} hint={t.unclaimed.noneHint} />
          ) : (
            <Table
              label={t.unclaimed.title}
              columns={columnsOf(followed)}
              rows={unclaimed}
              rowKey={({ id }) => id}
            />
          )
        }
      </Resource>
    </Card>
  );
}

const columnsOf = (followed: string | null): readonly Column<UnclaimedCamera>[] => [
  {
    name: t.unclaimed.id,
    cell: ({ id, address }) => (
      <span className="unclaimed-id">
        <span className="mono">{id}</span>
        {address !== null && <span className="hint">{t.follow.from(address)}</span>}
      </span>
    ),
  },
  {
    name: t.unclaimed.asked,
    cell: (one) => t.unclaimed.requests(one.configRequests, one.certificateRequests),
  },
  { name: t.unclaimed.last, cell: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
  { name: t.unclaimed.state, cell: (one) => <StateBadge one={one} /> },
  { name: t.unclaimed.actions, nameHidden: true, cell: (one) => <Actions one={one} followed={followed} /> },
];

function StateBadge({ one }: { readonly one: UnclaimedCamera }) {
  if (one.blockedAt !== null) return <Badge tone="bad">{t.unclaimed.blocked}</Badge>;
  if (one.approvedAt !== null) return <Badge tone="good">{t.unclaimed.approved}</Badge>;
  return <Badge>{t.unclaimed.undecided}</Badge>;
}

interface ActionsProps {
  readonly one: UnclaimedCamera;
  readonly followed: string | null;
}

function Actions({ one, followed }: ActionsProps) {
  const [asking, setAsking] = useState(false);
  const decide = useDecision(() => setAsking(false));
  return (
    <div className="unclaimed-actions">
      {followed !== one.id && (
        <Button small onClick={() => followCamera(one.id)}>
          {t.unclaimed.follow}
        </Button>
      )}
      {one.approvedAt === null && (
        <Button small busy={decide.busy} onClick={() => decide.run({ id: one.id, decision: 'approve' })}>
          {t.unclaimed.approve}
        </Button>
      )}
      {one.blockedAt === null && (
        <Button small tone="quiet" onClick={() => setAsking(true)}>
          {t.unclaimed.block}
        </Button>
      )}
      {asking && (
        <Confirm
          title={t.unclaimed.blockTitle}
          text={t.unclaimed.blockText(one.id)}
          action={t.unclaimed.blockAction}
          busy={decide.busy}
          onConfirm={() => decide.run({ id: one.id, decision: 'block' })}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
