/** What became of alerts, newest first. */
import { usePages } from '../data/use-resource.ts';
import { number } from '../format.ts';
import { Link } from '../router/link.tsx';
import type { DeliveryList } from '../types.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Resource } from '../ui/resource.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { t } from './words.ts';

type Delivery = DeliveryList['deliveries'][number];

const pageSize = 25;

export function Deliveries() {
  const pages = usePages<DeliveryList>(['notifications', 'deliveries'], (cursor) => {
    const query = new URLSearchParams({ limit: String(pageSize), ...(cursor !== null && { cursor }) });
    return `/api/notifications/deliveries?${query.toString()}`;
  });
  return (
    <Card title={t.deliveries}>
      <Resource of={pages}>
        {(data) => {
          const rows = data.pages.flatMap(({ deliveries }) => deliveries);
          if (rows.length === 0) return <Nothing title={t.noDeliveries} hint={t.noDeliveriesHint} />;
          return <Table label={t.deliveries} columns={columns} rows={rows} rowKey={({ id }) => String(id)} />;
        }}
      </Resource>
      {pages.hasNextPage && (
        <div>
          <Button small busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t.more}
          </Button>
        </div>
      )}
    </Card>
  );
}

const tones: Record<Delivery['state'], Tone> = {
  waiting: 'accent',
  sending: 'accent',
  sent: 'good',
  summarised: 'neutral',
  suppressed: 'neutral',
  failed: 'bad',
};

const columns: readonly Column<Delivery>[] = [
  {
    name: t.what,
    cell: ({ kind, cameraName, eventId }) => {
      const text = `${t.kindNames[kind]} · ${cameraName}`;
      return eventId === null ? text : <Link to={`/events/${encodeURIComponent(eventId)}`}>{text}</Link>;
    },
  },
  { name: t.when, cell: ({ happenedAt }) => <Time at={happenedAt} as="short" /> },
  { name: t.where, cell: ({ channel }) => t.channelNames[channel] ?? channel },
  {
    name: t.state,
    cell: ({ state, reason, lastError, latencyMs }) => (
      <span className="delivery-state">
        <Badge tone={tones[state]}>{t.states[state]}</Badge>
        <span className="hint">
          {state === 'sent' && latencyMs !== null
            ? t.after(`${number(latencyMs / 1000, 1)} s`)
            : state === 'suppressed'
              ? (t.reasons[reason ?? ''] ?? reason)
              : lastError}
        </span>
      </span>
    ),
  },
];
