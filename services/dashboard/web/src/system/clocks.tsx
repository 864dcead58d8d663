/** The clock of each camera against ours: recordings bear its time. */
import { useResource } from '../data/use-resource.ts';
import { selectCameras } from '../store/select-cameras.ts';
import { useAppState } from '../store/store.ts';
import type { CamerasNow } from '../types.ts';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { Resource } from '../ui/resource.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { span } from './spans.ts';
import { t } from './words.ts';

type Clock = NonNullable<CamerasNow['cameras'][number]['clock']>;
interface Row {
  readonly id: string;
  readonly name: string;
  readonly clock: Clock | null;
}

/** Below it nobody sees a difference; above the other, events stand in the wrong order. */
const inStepSeconds = 2;
const wrongSeconds = 30;

export function Clocks() {
  const now = useResource<CamerasNow>(['cameras-now'], '/api/cameras-now');
  const cameras = selectCameras(useAppState());
  return (
    <Card title={t.health.clocks} lead={t.health.clocksLead}>
      <Resource of={now}>
        {(data) => {
          const clocks = new Map(data.cameras.map(({ cameraId, clock }) => [cameraId, clock]));
          const rows = cameras.map(({ id, name }) => ({ id, name, clock: clocks.get(id) ?? null }));
          if (rows.length === 0) return <p className="hint">{t.health.noCameras}</p>;
          return <Table label={t.health.clocks} columns={columns} rows={rows} rowKey={({ id }) => id} />;
        }}
      </Resource>
    </Card>
  );
}

function Difference({ seconds }: { readonly seconds: number }) {
  const off = Math.abs(seconds);
  if (off < inStepSeconds) return <Badge tone="good">{t.health.inStep}</Badge>;
  return (
    <Badge tone={off < wrongSeconds ? 'warn' : 'bad'}>
      {seconds > 0 ? t.health.ahead(span(off)) : t.health.behind(span(off))}
    </Badge>
  );
}

const columns: readonly Column<Row>[] = [
  { name: t.health.camera, cell: ({ name }) => name },
  {
    name: t.health.difference,
    cell: ({ clock }) =>
      clock === null ? (
        <span className="hint">{t.health.notMeasured}</span>
      ) : (
        <Difference seconds={clock.differenceSeconds} />
      ),
  },
  {
    name: t.health.measured,
    numeric: true,
    cell: ({ clock }) => (clock === null ? '–' : <Time at={clock.measuredAt} />),
  },
];
