/** Who did what, newest first, by pages; filters live in the URL. */
import { usePages } from '../data/use-resource.ts';
import { Link } from '../router/link.tsx';
import { useQueryParams } from '../router/router.ts';
import { useAppState } from '../store/store.ts';
import type { AuditEntry, AuditList, Camera } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { RestartIcon } from '../ui/icons.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Resource } from '../ui/resource.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { actionName } from './action-name.ts';
import { auditPath, filterOf } from './audit-filter.ts';
import { AuditFilters } from './audit-filters.tsx';
import { t } from './words.ts';

const pageSize = 50;

export function AuditLog() {
  const filter = filterOf(useQueryParams());
  const { cameras } = useAppState();
  const pages = usePages<AuditList>(['audit', filter], (cursor) => auditPath(filter, cursor, pageSize));
  return (
    <Card
      title={t.audit.list}
      actions={
        <Button
          small
          icon={<RestartIcon />}
          busy={pages.isFetching && !pages.isFetchingNextPage}
          onClick={() => void pages.refetch()}
        >
          {t.system.refresh}
        </Button>
      }
    >
      <AuditFilters filter={filter} />
      <Resource of={pages}>
        {(data) => {
          const rows = data.pages.flatMap(({ entries }) => entries);
          if (rows.length === 0) return <Nothing title={t.audit.nothing} hint={t.audit.nothingHint} />;
          return (
            <Table
              label={t.audit.list}
              columns={columnsOf(cameras)}
              rows={rows}
              rowKey={({ id }) => String(id)}
            />
          );
        }}
      </Resource>
      {pages.hasNextPage && (
        <div>
          <Button small busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t.audit.more}
          </Button>
        </div>
      )}
    </Card>
  );
}

const columnsOf = (cameras: ReadonlyMap<string, Camera>): readonly Column<AuditEntry>[] => [
  { name: t.audit.when, cell: ({ at }) => <Time at={at} as="short" /> },
  { name: t.audit.who, cell: ({ actor }) => <strong>{actorName(actor, cameras)}</strong> },
  { name: t.audit.what, cell: (entry) => <What entry={entry} cameras={cameras} /> },
  { name: t.audit.address, cell: ({ address }) => <span className="mono">{address ?? '–'}</span> },
];

const cameraActor = /^camera ([0-9A-F]{32})$/i;

/** A camera acts by its id: shown by its name. */
function actorName(actor: string, cameras: ReadonlyMap<string, Camera>): string {
  const id = cameraActor.exec(actor)?.[1];
  return (id === undefined ? undefined : cameras.get(id.toUpperCase())?.name) ?? actor;
}

interface WhatProps {
  readonly entry: AuditEntry;
  readonly cameras: ReadonlyMap<string, Camera>;
}

function What({ entry: { action, cameraId, eventId, details }, cameras }: WhatProps) {
  return (
    <div className="audit-what">
      <span>
        {actionName(action)}
        {cameraId !== null && ` · ${cameras.get(cameraId)?.name ?? cameraId}`}
        {eventId !== null && (
          <>
            {' · '}
            <Link to={`/events/${encodeURIComponent(eventId)}`}>{t.audit.event}</Link>
          </>
        )}
      </span>
      {Object.keys(details).length > 0 && (
        <details>
          <summary>{t.audit.details}</summary>
          <pre className="mono">{JSON.stringify(details, null, 1)}</pre>
        </details>
      )}
    </div>
  );
}
